import { ConfidentialClientApplication } from "@azure/msal-node";
import { refuse, say } from "../built-in-hosts.mjs";

const tenant = "11111111-2222-3333-4444-555555555555";
const auth = {
  clientId: "66666666-7777-8888-9999-000000000000",
  authority: `https://login.microsoftonline.com/${tenant}`,
  clientSecret: "not-a-secret",
};
const app = () => new ConfidentialClientApplication({ auth });
const forClient = (on = app()) => on.acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] });
const trace = {
  timestamp: "2026-11-28 14:40:00Z",
  trace_id: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
  correlation_id: "ffffffff-aaaa-bbbb-cccc-dddddddddddd",
};
const text = (sentence) =>
  `${sentence} Trace ID: ${trace.trace_id} Correlation ID: ${trace.correlation_id} Timestamp: ${trace.timestamp}`;
const aad = (error, number, sentence, more) => ({
  error,
  error_description: text(`AADSTS${number}: ${sentence}`),
  error_codes: [number],
  ...trace,
  error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  ...more,
});

export default {
  library: "msal-node",
  packages: ["@azure/msal-node", "@azure/msal-common"],
  cases: [
    {
      id: "server.invalid-client",
      provoked: "acquireTokenByClientCredential, answered 401 invalid_client AADSTS7000215",
      how: "provoked",
      expected: "AUTH",
      because: "the secret of the client is wrong",
      run: async () => {
        say(
          401,
          aad(
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '66666666-7777-8888-9999-000000000000'.",
          ),
        );
        return forClient();
      },
    },
    {
      id: "interaction-required",
      provoked: "acquireTokenByRefreshToken, answered 400 invalid_grant AADSTS50076",
      how: "provoked",
      expected: "AUTH",
      because: "the user has to log in again, with a second factor",
      run: async () => {
        say(
          400,
          aad(
            "interaction_required",
            50076,
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
            { suberror: "basic_action" },
          ),
        );
        return app().acquireTokenByRefreshToken({ refreshToken: "r1", scopes: ["user.read"] });
      },
    },
    {
      id: "server.throttled",
      provoked: "acquireTokenByClientCredential, answered 429 AADSTS90055 with Retry-After: 30",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests of this tenant",
      run: async () => {
        say(
          429,
          aad(
            "temporarily_unavailable",
            90055,
            "The tenant is temporarily throttled because there are too many incoming requests.",
          ),
          { "retry-after": "30" },
        );
        return forClient();
      },
    },
    {
      id: "server.throttled.remembered",
      provoked: "acquireTokenByRefreshToken again, after it was answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "this side remembers that the tenant is throttled, and asks no more for now",
      run: async () => {
        say(
          429,
          aad(
            "temporarily_unavailable",
            90055,
            "The tenant is temporarily throttled because there are too many incoming requests.",
          ),
          { "retry-after": "30" },
        );
        const on = app();
        const again = () => on.acquireTokenByRefreshToken({ refreshToken: "r1", scopes: ["user.read"] });
        await again().catch(() => {});
        return again();
      },
    },
    {
      id: "server.transient",
      provoked: "acquireTokenByClientCredential, answered 503 temporarily_unavailable AADSTS90033",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service says itself that it is not available for now",
      run: async () => {
        say(503, aad("temporarily_unavailable", 90033, "A transient error has occurred. Please try again."));
        return forClient();
      },
    },
    {
      id: "network.refused",
      provoked: "acquireTokenByClientCredential, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a login that fails because of the network",
      run: async () => {
        refuse();
        return forClient();
      },
    },
    {
      id: "server.consent",
      provoked: "acquireTokenByRefreshToken, answered 400 invalid_grant AADSTS65001",
      how: "provoked",
      expected: "AUTH",
      because: "somebody has to consent to the app first, in a login",
      run: async () => {
        say(
          400,
          aad(
            "invalid_grant",
            65001,
            "The user or administrator has not consented to use the application with ID '66666666-7777-8888-9999-000000000000' named 'Shop'. Send an interactive authorization request for this user and resource.",
            { suberror: "consent_required" },
          ),
        );
        return app().acquireTokenByRefreshToken({ refreshToken: "r1", scopes: ["user.read"] });
      },
    },
    {
      id: "client.parse",
      provoked: "acquireTokenByClientCredential, answered 502 in HTML",
      how: "provoked",
      expected: "UNKNOWN",
      because: "all it says is that the answer was no JSON; the status is lost",
      run: async () => {
        say(502, "<html><head><title>502 Bad Gateway</title></head></html>");
        return forClient();
      },
    },
    {
      id: "configuration",
      provoked: "a client with an authority that is no address",
      how: "provoked",
      expected: "PERMANENT",
      because: "misuse of the library",
      run: async () =>
        forClient(new ConfidentialClientApplication({ auth: { ...auth, authority: "login.microsoftonline.com" } })),
    },
  ],
};
