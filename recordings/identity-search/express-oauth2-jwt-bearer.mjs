import { createSecretKey } from "node:crypto";
import { auth, requiredScopes } from "express-oauth2-jwt-bearer";
import { SignJWT } from "jose";
import { answering, refusing } from "../servers.mjs";
import { jwt } from "./servers/tokens.mjs";

const secret = "a-secret-of-at-least-thirty-two-bytes";
const options = { issuer: "https://demo.eu.auth0.com/", audience: "shop", secret, tokenSigningAlg: "HS256" };
const sign = (change = (t) => t) =>
  change(
    new SignJWT({ sub: "u1", scope: "read:carts" })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer("https://demo.eu.auth0.com/")
      .setAudience("shop")
      .setIssuedAt()
      .setExpirationTime("1h"),
  ).sign(createSecretKey(Buffer.from(secret)));
/** A token as the issuer signs it. */
function issued(issuer = "https://demo.eu.auth0.com/") {
  const now = Math.floor(Date.now() / 1000);
  return jwt({ iss: issuer, aud: "shop", sub: "u1", iat: now, exp: now + 3600 });
}
/** What the handler hands on as an error. */
const asked = (handler, token, request = {}) =>
  new Promise((resolve, reject) => {
    const asking = {
      protocol: "https",
      originalUrl: "/carts",
      url: "/carts",
      get: (name) => ({ host: "127.0.0.1" })[name.toLowerCase()],
      headers: { host: "127.0.0.1", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      query: {},
      method: "GET",
      is: () => false,
      ...request,
    };
    handler(asking, {}, (error) => (error ? reject(error) : resolve(asking)));
  });

export default {
  library: "express-oauth2-jwt-bearer",
  packages: ["express-oauth2-jwt-bearer"],
  cases: [
    {
      id: "no-token",
      provoked: "auth() of a request without a token",
      how: "provoked",
      expected: "AUTH",
      because: "no credentials",
      run: async () => asked(auth(options)),
    },
    {
      id: "expired",
      provoked: "auth() of a token that has expired",
      how: "provoked",
      expected: "AUTH",
      because: "the token has expired",
      run: async () => asked(auth(options), await sign((t) => t.setExpirationTime(Math.floor(Date.now() / 1000) - 3600))),
    },
    {
      id: "insufficient-scope",
      provoked: "requiredScopes() of a token without the scope",
      how: "provoked",
      expected: "PERMISSION",
      because: "known, but not allowed",
      run: async () => asked(requiredScopes("write:carts"), undefined, { auth: { payload: { scope: "read:carts" } } }),
    },
    {
      id: "two-tokens",
      provoked: "auth() of a request with two tokens",
      how: "provoked",
      expected: "PERMANENT",
      because: "such a request is malformed: 400",
      run: async () => asked(auth(options), await sign(), { query: { access_token: "another" } }),
    },
    {
      id: "jwks.refused",
      provoked: "auth(), whose server for the keys refuses the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the keys could not be fetched, the token was never looked at; 401 invalid_token is only the envelope",
      run: async () =>
        asked(auth({ issuer: "https://demo.eu.auth0.com/", audience: "shop", jwksUri: `${await refusing()}/jwks` }), issued()),
    },
    {
      id: "metadata.503",
      provoked: "auth(), whose issuer answers 503 to the discovery",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the metadata of the issuer could not be fetched, the token was never looked at",
      run: async () => {
        const issuer = await answering(503, "Service Unavailable");
        return asked(auth({ issuerBaseURL: issuer, audience: "shop" }), issued(`${issuer}/`));
      },
    },
  ],
};
