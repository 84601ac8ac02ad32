/*
 * express-oauth2-jwt-bearer says 401 and `invalid_token` of all that goes wrong while a token is looked at, and keeps nothing but the words. Where
 * these quote what happened to the keys or to the metadata of the issuer, the token was never looked at.
 * Source: express-oauth2-jwt-bearer dist/index.js (jwtVerifier, discover); jose src/jwks/remote.ts.
 */
import { passingIn } from "../common/index.ts";
import { type Beginnings, kindOfBeginning, type Library, type Link, type Verdict } from "../shared/index.ts";

const NAME = "InvalidTokenError";
const CODE = "invalid_token";

export const NOT_FETCHED: Beginnings = {
  TIMEOUT: ["request timed out"],
  TRANSIENT: [
    "Failed to fetch authorization server metadata",
    "Failed to parse the response from ",
    "Expected 200 OK from the JSON Web Key Set HTTP response",
    "Failed to parse the JSON Web Key Set HTTP response as JSON",
  ],
  PERMANENT: ["Configuration error: "],
};

function bearerRule({ name, code, message }: Link): Verdict {
  if (name !== NAME || code !== CODE) return undefined;
  return kindOfBeginning(NOT_FETCHED, message) ?? passingIn(message) ?? "AUTH";
}

export const oauth2Bearer: Library = {
  name: "express-oauth2-jwt-bearer",
  looks: { names: [NAME], codes: [CODE] },
  meaning: { rule: bearerRule },
};
