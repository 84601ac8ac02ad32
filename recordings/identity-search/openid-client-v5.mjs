import { custom, Issuer } from "openid-client-v5";
import { answering, badGateway, hanging, refusing } from "../servers.mjs";

custom.setHttpOptionsDefaults({ timeout: 200 });
const at = (url) =>
  new new Issuer({
    issuer: url,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
    authorization_endpoint: `${url}/authorize`,
    jwks_uri: `${url}/jwks`,
  }).Client({ client_id: "c1", client_secret: "not-a-secret" });
const refresh = async (url) => at(url).refresh("r1");

export default {
  library: "openid-client-v5",
  packages: ["openid-client-v5"],
  cases: [
    {
      id: "op.invalid-grant",
      provoked: "refresh, answered 400 invalid_grant",
      how: "provoked",
      expected: "AUTH",
      because: "the session is over: the user has to log in again",
      run: async () => refresh(await answering(400, { error: "invalid_grant", error_description: "Session not active" })),
    },
    {
      id: "op.invalid-client",
      provoked: "grant, answered 401 invalid_client",
      how: "provoked",
      expected: "AUTH",
      because: "the secret of the client is wrong",
      run: async () =>
        at(
          await answering(401, { error: "invalid_client", error_description: "Invalid client or Invalid client credentials" }),
        ).grant({ grant_type: "client_credentials" }),
    },
    {
      id: "op.global-limit",
      provoked: "grant, answered 429 access_denied: Global limit has been reached, with Retry-After: 9",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 9_000,
      because: "the limit of calls was reached; access_denied is only the envelope",
      run: async () =>
        at(
          await answering(
            429,
            { error: "access_denied", error_description: "Global limit has been reached" },
            { "retry-after": "9" },
          ),
        ).grant({ grant_type: "client_credentials" }),
    },
    {
      id: "op.html",
      provoked: "refresh, answered 502 in HTML",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "a gateway found no server behind it",
      run: async () => refresh(await answering(502, badGateway, { "content-type": "text/html" })),
    },
    {
      id: "rp.timeout",
      provoked: "refresh with a timeout of 200 ms, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => refresh(await hanging()),
    },
    {
      id: "refused",
      provoked: "Issuer.discover, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => Issuer.discover(await refusing()),
    },
    {
      id: "rp.state",
      provoked: "callback with another state",
      how: "provoked",
      expected: "PERMANENT",
      because: "the callback does not belong to this login",
      run: async () => at(await refusing()).callback("https://127.0.0.1/callback", { code: "x", state: "s2" }, { state: "s1" }),
    },
    {
      id: "op.temporarily-unavailable",
      provoked: "callback with error=temporarily_unavailable",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server says itself that it is overloaded for now",
      run: async () =>
        at(await refusing()).callback(
          "https://127.0.0.1/callback",
          {
            error: "temporarily_unavailable",
            error_description: "The authorization server is currently unable to handle the request",
            state: "s1",
          },
          { state: "s1" },
        ),
    },
  ],
};
