import { Telegram } from "telegraf";
import { answering, cutting } from "../servers.mjs";

const send = (apiRoot) => new Telegram("123456:not-a-token", { apiRoot }).sendMessage(4711, "hi");
const answered = (code, description, parameters) =>
  answering(code, { ok: false, error_code: code, description, ...(parameters && { parameters }) });

export default {
  library: "telegraf",
  packages: ["telegraf"],
  cases: [
    {
      id: "429.retry-after",
      provoked: "sendMessage, answered 429 with parameters.retry_after: 17",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 17_000,
      because: "too many messages, and when to come back",
      run: async () => send(await answered(429, "Too Many Requests: retry after 17", { retry_after: 17 })),
    },
    {
      id: "409.other-get-updates",
      provoked: "getUpdates, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another instance of the bot reads the updates",
      run: async () =>
        new Telegram("123456:not-a-token", {
          apiRoot: await answered(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
          ),
        }).getUpdates(0, 100, 0, []),
    },
    {
      id: "403.blocked-by-user",
      provoked: "sendMessage, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user has blocked the bot",
      run: async () => send(await answered(403, "Forbidden: bot was blocked by the user")),
    },
    {
      id: "400.migrated",
      provoked: "sendMessage, answered 400 with parameters.migrate_to_chat_id",
      how: "provoked",
      expected: "PERMANENT",
      because: "the group has another id now, the old one will not do again",
      run: async () =>
        send(
          await answered(400, "Bad Request: group chat was upgraded to a supergroup chat", {
            migrate_to_chat_id: -1001234567890,
          }),
        ),
    },
    {
      id: "401.unauthorized",
      provoked: "sendMessage, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the bot's token is wrong or was revoked",
      run: async () => send(await answered(401, "Unauthorized")),
    },
    {
      id: "502.html",
      provoked: "sendMessage, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service did not answer behind its gateway",
      run: async () =>
        send(await answering(502, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" })),
    },
    {
      id: "connection.cut",
      provoked: "sendMessage, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => send(await cutting()),
    },
  ],
};
