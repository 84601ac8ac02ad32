/*
 * openid-client 6 on oauth4webapi (a code of its own for each kind of failure), and openid-client 5 (`RPError`, words alone). What the server
 * answered, its status and its OAuth code, comes first: it stands on the error or on a cause, and the general rules read it. So these are asked
 * after what happens to any connection, but for errors that cannot hold an answer.
 */
import { passingIn } from "../common/index.ts";
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/* Sources: oauth4webapi src/index.ts; openid-client 6 src/index.ts. */
export const OAUTH_CODES: Codes = {
  AUTH: [
    "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
    "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
    "OAUTH_KEY_SELECTION_FAILED",
    "OAUTH_DECRYPTION_FAILED",
  ],
  TIMEOUT: ["OAUTH_TIMEOUT"],
  PERMANENT: [
    "OAUTH_ABORT",
    "OAUTH_UNSUPPORTED_OPERATION",
    "OAUTH_INVALID_REQUEST",
    "OAUTH_HTTP_REQUEST_FORBIDDEN",
    "OAUTH_REQUEST_PROTOCOL_FORBIDDEN",
    "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED",
    "OAUTH_MISSING_SERVER_METADATA",
    "OAUTH_INVALID_SERVER_METADATA",
    "OAUTH_JWT_USERINFO_EXPECTED",
  ],
};

/* What these say is about an answer, which they keep as their cause: its status counts, if it has one. */
export const ABOUT_ANSWERS: Codes = {
  PERMANENT: ["OAUTH_INVALID_RESPONSE", "OAUTH_RESPONSE_IS_NOT_CONFORM", "OAUTH_RESPONSE_IS_NOT_JSON", "OAUTH_PARSE_ERROR"],
};

/* The words of oauth4webapi for a token that nobody we trust has signed, with the code of any invalid response. */
const NOT_SIGNED = "JWT signature verification failed";

const RP_ERROR = "RPError";

/* Where an RPError is about the token. Every other one is about our call or the callback. Source: openid-client 5 lib/client.js, lib/helpers/issuer.js. */
export const RP_WORDS: Beginnings = {
  AUTH: [
    "JWT expired, ",
    "JWT not active yet, ",
    "JWT issued too far in the past, ",
    "too much time has elapsed since the last End-User authentication",
    "failed to validate JWT signature",
    "failed to decrypt JWE",
    "failed to decode JWT",
    "unexpected JWT alg received",
    "unexpected iss value",
    "aud is missing the client_id",
    "aud mismatch",
    "azp mismatch",
    "missing required JWT property ",
    "no valid key found in issuer's jwks_uri",
    "the device code ",
  ],
};

function openidRule({ code, message }: Link): Verdict {
  return message === NOT_SIGNED ? "AUTH" : kindOfCode(OAUTH_CODES, code);
}

function openidFallback({ name, code, message }: Link): Verdict {
  if (name === RP_ERROR) return kindOfBeginning(RP_WORDS, message) ?? passingIn(message) ?? "PERMANENT";
  return kindOfCode(ABOUT_ANSWERS, code);
}

export const openid: Library = {
  name: "openid-client",
  looks: { codes: [OAUTH_CODES], beginnings: [NOT_SIGNED] },
  meaning: { rule: openidRule, fallbacks: [openidFallback] },
};
