import { WebClient } from "slack-web-api-7";
import { IncomingWebhook } from "slack-webhook-7";
import { answering, hanging, refusing } from "../servers.mjs";

const post = (slackApiUrl, more = {}) =>
  new WebClient("xoxb-not-a-token", {
    slackApiUrl: `${slackApiUrl}/api/`,
    retryConfig: { retries: 0 },
    logLevel: "error",
    ...more,
  }).chat.postMessage({ channel: "C024BE91L", text: "hi" });

export default {
  library: "slack-web-api-7",
  packages: ["slack-web-api-7", "slack-webhook-7"],
  cases: [
    {
      id: "429.retried",
      provoked: "chat.postMessage, answered 429 with Retry-After: 0 until no retry is left",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the client waited as it was told and met the limit again",
      run: async () => post(await answering(429, { ok: false, error: "ratelimited" }, { "retry-after": "0" })),
    },
    {
      id: "429.rejected",
      provoked: "chat.postMessage with rejectRateLimitedCalls, answered 429 with Retry-After: 15",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 15_000,
      because: "the service limits this method and says when to come back",
      run: async () =>
        post(await answering(429, { ok: false, error: "ratelimited" }, { "retry-after": "15" }), {
          rejectRateLimitedCalls: true,
        }),
    },
    {
      id: "200.account-inactive",
      provoked: "chat.postMessage, answered 200 with ok: false, error: account_inactive",
      how: "provoked",
      expected: "AUTH",
      because: "the token belongs to a user or workspace that is no more",
      run: async () => post(await answering(200, { ok: false, error: "account_inactive" })),
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
    {
      id: "webhook.429",
      provoked: "a webhook's send, answered 429 with Retry-After: 7",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 7_000,
      because: "the webhook takes fewer messages, and when to come back",
      run: async () =>
        new IncomingWebhook(`${await answering(429, "rate_limited", { "retry-after": "7" })}/services/T0/B0/x`).send("hi"),
    },
  ],
};
