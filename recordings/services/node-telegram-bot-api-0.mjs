import TelegramBot from "node-telegram-bot-api-0";
import { answering, cutting, hanging } from "../servers.mjs";

const send = (baseApiUrl, request) =>
  new TelegramBot("123456:not-a-token", { baseApiUrl, ...(request && { request }) }).sendMessage(4711, "hi");
const answered = (code, description, parameters) =>
  answering(code, { ok: false, error_code: code, description, ...(parameters && { parameters }) });

export default {
  library: "node-telegram-bot-api-0",
  packages: ["node-telegram-bot-api-0"],
  cases: [
    {
      id: "etelegram.429",
      provoked: "sendMessage, answered 429 with parameters.retry_after: 21",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 21_000,
      because: "too many messages, and when to come back",
      run: async () => send(await answered(429, "Too Many Requests: retry after 21", { retry_after: 21 })),
    },
    {
      id: "etelegram.409",
      provoked: "getUpdates, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another instance of the bot reads the updates",
      run: async () =>
        new TelegramBot("123456:not-a-token", {
          baseApiUrl: await answered(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
          ),
        }).getUpdates(),
    },
    {
      id: "etelegram.401",
      provoked: "sendMessage, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the bot's token is wrong or was revoked",
      run: async () => send(await answered(401, "Unauthorized")),
    },
    {
      id: "eparse.502",
      provoked: "sendMessage, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service did not answer behind its gateway",
      run: async () =>
        send(await answering(502, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" })),
    },
    {
      id: "efatal.timeout",
      provoked: "sendMessage with request.timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => send(await hanging(), { timeout: 50 }),
    },
    {
      id: "efatal.cut",
      provoked: "sendMessage, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => send(await cutting()),
    },
  ],
};
