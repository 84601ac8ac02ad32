import { Api } from "node-telegram-bot-api";
import { answering, hanging, refusing } from "../servers.mjs";

const send = (apiRoot, more = {}) =>
  new Api("123456:not-a-token", { apiRoot, maxRetries: 0, ...more }).sendMessage({ chat_id: 4711, text: "hi" });
const answered = (code, description, parameters) =>
  answering(code, { ok: false, error_code: code, description, ...(parameters && { parameters }) });

export default {
  library: "node-telegram-bot-api",
  packages: ["node-telegram-bot-api"],
  cases: [
    {
      id: "429.retry-after",
      provoked: "sendMessage, answered 429 with parameters.retry_after: 35",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 35_000,
      because: "too many messages, and when to come back",
      run: async () => send(await answered(429, "Too Many Requests: retry after 35", { retry_after: 35 })),
    },
    {
      id: "502.as-network-error",
      provoked: "sendMessage, answered 502, which the client throws as a NetworkError",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service did not answer behind its gateway",
      run: async () =>
        send(await answering(502, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" })),
    },
    {
      id: "403.kicked",
      provoked: "sendMessage, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the bot was removed from the group",
      run: async () => send(await answered(403, "Forbidden: bot was kicked from the supergroup chat")),
    },
    {
      id: "client.timeout",
      provoked: "sendMessage with timeoutMs: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => send(await hanging(), { timeoutMs: 50 }),
    },
    {
      id: "connection.refused",
      provoked: "sendMessage, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused, as the cause says",
      run: async () => send(await refusing()),
    },
  ],
};
