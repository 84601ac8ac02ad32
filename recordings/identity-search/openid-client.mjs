import * as client from "openid-client";
import { answering, badGateway, hanging, refusing } from "../servers.mjs";

function at(url, more = {}) {
  const config = new client.Configuration(
    {
      issuer: url,
      token_endpoint: `${url}/token`,
      userinfo_endpoint: `${url}/userinfo`,
      authorization_endpoint: `${url}/authorize`,
      ...more,
    },
    "c1",
    undefined,
    client.ClientSecretPost("not-a-secret"),
  );
  client.allowInsecureRequests(config);
  return config;
}
const grant = async (url) => client.clientCredentialsGrant(at(url), { scope: "read" });
const refresh = async (url) => client.refreshTokenGrant(at(url), "r1");

export default {
  library: "openid-client",
  packages: ["openid-client", "oauth4webapi"],
  cases: [
    {
      id: "invalid-grant",
      provoked: "refreshTokenGrant, answered 400 invalid_grant",
      how: "provoked",
      expected: "AUTH",
      because: "the session is over: the user has to log in again",
      run: async () =>
        refresh(
          await answering(
            400,
            { error: "invalid_grant", error_description: "Token is not active" },
            { "cache-control": "no-store" },
          ),
        ),
    },
    {
      id: "429.global-limit",
      provoked: "clientCredentialsGrant, answered 429 access_denied: Global limit has been reached, with Retry-After: 5",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 5_000,
      because: "the limit of calls was reached; access_denied is only the envelope",
      run: async () =>
        grant(
          await answering(
            429,
            { error: "access_denied", error_description: "Global limit has been reached" },
            { "retry-after": "5" },
          ),
        ),
    },
    {
      id: "503.html",
      provoked: "clientCredentialsGrant, answered 503 in HTML",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the answer, which is the cause, is a 503",
      run: async () =>
        grant(
          await answering(503, badGateway.replaceAll("502 Bad Gateway", "503 Service Temporarily Unavailable"), {
            "content-type": "text/html",
          }),
        ),
    },
    {
      id: "timeout",
      provoked: "discovery with a timeout of a tenth of a second, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () =>
        client.discovery(new URL(await hanging()), "c1", undefined, undefined, {
          timeout: 0.1,
          execute: [client.allowInsecureRequests],
        }),
    },
    {
      id: "callback.access-denied",
      provoked: "authorizationCodeGrant of a callback with error=access_denied",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user or the server did not allow it",
      run: async () =>
        client.authorizationCodeGrant(
          at(await refusing()),
          new URL("https://127.0.0.1/callback?error=access_denied&error_description=User+did+not+authorize+the+request&state=s1"),
          { expectedState: "s1" },
        ),
    },
    {
      id: "userinfo.challenge",
      provoked: "fetchUserInfo, answered 401 with WWW-Authenticate",
      how: "provoked",
      expected: "AUTH",
      because: "the token of the user is not taken any more",
      run: async () =>
        client.fetchUserInfo(
          at(
            await answering(401, "", {
              "www-authenticate": 'Bearer error="invalid_token", error_description="The access token expired"',
            }),
          ),
          "t1",
          "u1",
        ),
    },
    {
      id: "refused",
      provoked: "refreshTokenGrant, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a login that fails because of the network",
      run: async () => refresh(await refusing()),
    },
    {
      id: "state",
      provoked: "authorizationCodeGrant of a callback with another state",
      how: "provoked",
      expected: "PERMANENT",
      because: "the callback does not belong to this login",
      run: async () =>
        client.authorizationCodeGrant(at(await refusing()), new URL("https://127.0.0.1/callback?code=x&state=s2"), {
          expectedState: "s1",
        }),
    },
  ],
};
