import { WebClient } from "@slack/web-api";
import { answering, hanging, refusing } from "../servers.mjs";

const post = (slackApiUrl, more = {}) =>
  new WebClient("xoxb-not-a-token", {
    slackApiUrl: `${slackApiUrl}/api/`,
    retryConfig: { retries: 0 },
    logLevel: "error",
    ...more,
  }).chat.postMessage({ channel: "C024BE91L", text: "hi" });
const said = (error, more = {}) => answering(200, { ok: false, error, ...more });

export default {
  library: "slack-web-api",
  packages: ["@slack/web-api"],
  cases: [
    {
      id: "429.rejected",
      provoked: "chat.postMessage with rejectRateLimitedCalls, answered 429 with Retry-After: 30",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 30_000,
      because: "the service limits this method and says when to come back",
      run: async () =>
        post(await answering(429, { ok: false, error: "ratelimited" }, { "retry-after": "30" }), {
          rejectRateLimitedCalls: true,
        }),
    },
    {
      id: "200.internal-error",
      provoked: "chat.postMessage, answered 200 with ok: false, error: internal_error",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the answer says that the service itself failed",
      run: async () => post(await said("internal_error")),
    },
    {
      id: "200.token-expired",
      provoked: "chat.postMessage, answered 200 with ok: false, error: token_expired",
      how: "provoked",
      expected: "AUTH",
      because: "the token is no longer valid",
      run: async () => post(await said("token_expired")),
    },
    {
      id: "200.missing-scope",
      provoked: "chat.postMessage, answered 200 with ok: false, error: missing_scope",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known but lacks a scope",
      run: async () => post(await said("missing_scope", { needed: "chat:write", provided: "channels:read,users:read" })),
    },
    {
      id: "client.timeout",
      provoked: "chat.postMessage with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => post(await hanging(), { timeout: 50 }),
    },
    {
      id: "connection.refused",
      provoked: "chat.postMessage, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => post(await refusing()),
    },
  ],
};
