/*
 * jsonwebtoken and jwks-rsa. A token that is refused is AUTH, and an option or a key of our own that is wrong PERMANENT: both have the same
 * name, and only words tell them apart. Where the key could not be fetched the token was never looked at: what happened is quoted.
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

/* Sources: jsonwebtoken lib/TokenExpiredError.js, lib/NotBeforeError.js; jwks-rsa src/errors. */
export const NAMES: Codes = {
  AUTH: ["TokenExpiredError", "NotBeforeError", "SigningKeyNotFoundError"],
  RATE_LIMIT: ["JwksRateLimitError"],
};

const REFUSED = "JsonWebTokenError";
const JWKS = "JwksError";

/* What a JsonWebTokenError says of the call. Source: jsonwebtoken verify.js. */
export const VERIFY_MISUSES: Beginnings = {
  PERMANENT: [
    "clockTimestamp must be ",
    "nonce must be ",
    "allowInvalidAsymmetricKeyTypes must be ",
    "verify must be called asynchronous ",
    "secret or public key must be provided",
    'please specify "none" in "algorithms"',
    "secretOrPublicKey ",
    '"maxAge" should be ',
  ],
};

/* Plain errors. Source: jsonwebtoken sign.js. */
export const SIGN_MISUSES: Beginnings = {
  PERMANENT: [
    "secretOrPrivateKey ",
    "payload is required",
    'Bad "options.',
    'Expected "payload" to be a plain object',
    'Expected "options" to be a plain object',
    '"expiresIn" should be ',
    '"notBefore" should be ',
  ],
};

function jsonwebtokenRule({ name, code, message }: Link): Verdict {
  if (name === "Error") return code === "" ? kindOfBeginning(SIGN_MISUSES, message) : undefined;
  if (name === REFUSED) return passingIn(message) ?? kindOfBeginning(VERIFY_MISUSES, message) ?? "AUTH";
  // "Http Error 503", or what the server said.
  if (name === JWKS) return passingIn(message);
  return kindOfCode(NAMES, name);
}

export const jsonwebtoken: Library = {
  name: "jsonwebtoken",
  looks: { names: [NAMES, REFUSED, JWKS], beginnings: [SIGN_MISUSES] },
  meaning: { rule: jsonwebtokenRule },
};
