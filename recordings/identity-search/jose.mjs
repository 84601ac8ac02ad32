import * as jose from "jose";
import { answering, hanging, refusing } from "../servers.mjs";

const pair = await jose.generateKeyPair("RS256");
const other = await jose.generateKeyPair("RS256");
const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
const sign = (change = (t) => t, kid = "k1") =>
  change(
    new jose.SignJWT({ sub: "u1" })
      .setProtectedHeader({ alg: "RS256", kid })
      .setIssuedAt()
      .setAudience("shop")
      .setExpirationTime("1h"),
  ).sign(pair.privateKey);
const remote = (url, more) => jose.createRemoteJWKSet(new URL("/.well-known/jwks.json", url), more);

export default {
  library: "jose",
  packages: ["jose"],
  cases: [
    {
      id: "jwt-expired",
      provoked: "jwtVerify of a token that has expired",
      how: "provoked",
      expected: "AUTH",
      because: "the token has expired",
      run: async () =>
        jose.jwtVerify(await sign((t) => t.setExpirationTime(Math.floor(Date.now() / 1000) - 3600)), pair.publicKey),
    },
    {
      id: "signature",
      provoked: "jwtVerify with another key",
      how: "provoked",
      expected: "AUTH",
      because: "the token was not signed by whom we trust",
      run: async () => jose.jwtVerify(await sign(), other.publicKey),
    },
    {
      id: "claim.aud",
      provoked: "jwtVerify, the token was issued for another audience",
      how: "provoked",
      expected: "AUTH",
      because: "the token is no credential for this service",
      run: async () => jose.jwtVerify(await sign(), pair.publicKey, { audience: "bank" }),
    },
    {
      id: "jwks.timeout",
      provoked: "jwtVerify with a remote set that never answers, timeoutDuration: 50",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting for the keys",
      run: async () => jose.jwtVerify(await sign(), remote(await hanging(), { timeoutDuration: 50 })),
    },
    {
      id: "jwks.no-matching-key",
      provoked: "jwtVerify with a remote set without the kid of the token",
      how: "provoked",
      expected: "AUTH",
      because: "nobody knows the key that signed this token",
      run: async () => jose.jwtVerify(await sign(undefined, "k9"), remote(await answering(200, { keys: [jwk] }))),
    },
    {
      id: "jwks.not-200",
      provoked: "jwtVerify with a remote set that is answered 503",
      how: "provoked",
      expected: "UNKNOWN",
      because: "all it says is that the answer was not 200: it may have been a 404 or a 503",
      run: async () => jose.jwtVerify(await sign(), remote(await answering(503, "Service Unavailable"))),
    },
    {
      id: "jwks.refused",
      provoked: "jwtVerify with a remote set, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the keys could not be fetched; the token was never looked at",
      run: async () => jose.jwtVerify(await sign(), remote(await refusing())),
    },
    {
      id: "malformed",
      provoked: "jwtVerify of something that is no token",
      how: "provoked",
      expected: "AUTH",
      because: "what was handed in as a credential is none",
      run: async () => jose.jwtVerify("undefined", pair.publicKey),
    },
  ],
};
