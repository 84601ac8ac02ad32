/*
 * jose: a code for each of its errors. Nearly all say that what was handed in as a credential is none; few are about our own keys. That the
 * keys could not be fetched is no word about the token.
 */
import { type Codes, kindOfCode, type Library } from "../shared/index.ts";

/* Source: jose src/util/errors.ts, jwks/remote.ts. */
export const JOSE_CODES: Codes = {
  AUTH: [
    "ERR_JWT_EXPIRED",
    "ERR_JWT_CLAIM_VALIDATION_FAILED",
    "ERR_JWT_INVALID",
    "ERR_JWS_INVALID",
    "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    "ERR_JWE_INVALID",
    "ERR_JWE_DECRYPTION_FAILED",
    "ERR_JOSE_ALG_NOT_ALLOWED",
    "ERR_JWKS_NO_MATCHING_KEY",
  ],
  TIMEOUT: ["ERR_JWKS_TIMEOUT"],
  PERMANENT: ["ERR_JOSE_NOT_SUPPORTED", "ERR_JWK_INVALID", "ERR_JWKS_INVALID", "ERR_JWKS_MULTIPLE_MATCHING_KEYS"],
  // "Expected 200 OK", or no JSON: it may have been a 404 or a 503.
  UNKNOWN: ["ERR_JOSE_GENERIC"],
};

export const jose: Library = {
  name: "jose",
  looks: { codes: [JOSE_CODES] },
  meaning: { rule: ({ code }) => kindOfCode(JOSE_CODES, code) },
};
