import { IncomingWebhook } from "@slack/webhook";
import { answering, cutting } from "../servers.mjs";

const send = (url) => new IncomingWebhook(`${url}/services/T0/B0/x`).send("hi");

export default {
  library: "slack-webhook",
  packages: ["@slack/webhook"],
  cases: [
    {
      id: "429.rate-limited",
      provoked: "send, answered 429 with the text rate_limited",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the webhook takes fewer messages; the delay stays in headers that the error does not carry",
      run: async () => send(await answering(429, "rate_limited", { "retry-after": "7" })),
    },
    {
      id: "403.action-prohibited",
      provoked: "send, answered 403 with the text action_prohibited",
      how: "provoked",
      expected: "PERMISSION",
      because: "an administrator has forbidden this",
      run: async () => send(await answering(403, "action_prohibited")),
    },
    {
      id: "410.channel-is-archived",
      provoked: "send, answered 410 with the text channel_is_archived",
      how: "provoked",
      expected: "PERMANENT",
      because: "the channel is gone",
      run: async () => send(await answering(410, "channel_is_archived")),
    },
    {
      id: "500.rollup-error",
      provoked: "send, answered 500 with the text rollup_error",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "something went wrong at the service",
      run: async () => send(await answering(500, "rollup_error")),
    },
    {
      id: "connection.cut",
      provoked: "send, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => send(await cutting()),
    },
  ],
};
