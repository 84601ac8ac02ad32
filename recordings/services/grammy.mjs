import { Api, Bot } from "grammy";
import { answering, hanging, refusing } from "../servers.mjs";

const send = (apiRoot, more = {}) => new Api("123456:not-a-token", { apiRoot, ...more }).sendMessage(4711, "hi");
const answered = (code, description, parameters) =>
  answering(code, { ok: false, error_code: code, description, ...(parameters && { parameters }) });
const me = {
  id: 1,
  is_bot: true,
  first_name: "b",
  username: "b_bot",
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
};
const update = {
  update_id: 1,
  message: {
    message_id: 1,
    date: 1,
    chat: { id: 4711, type: "private", first_name: "a" },
    from: { id: 4711, is_bot: false, first_name: "a" },
    text: "hi",
  },
};

export default {
  library: "grammy",
  packages: ["grammy"],
  cases: [
    {
      id: "429.retry-after",
      provoked: "sendMessage, answered 429 with parameters.retry_after: 9",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 9_000,
      because: "too many messages, and when to come back",
      run: async () => send(await answered(429, "Too Many Requests: retry after 9", { retry_after: 9 })),
    },
    {
      id: "bot-error.429",
      provoked: "a handler whose reply is answered 429, seen by the caller of handleUpdate",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 41_000,
      because: "what the handler threw is wrapped: too many messages, and when to come back",
      run: async () => {
        const bot = new Bot("123456:not-a-token", {
          botInfo: me,
          client: { apiRoot: await answered(429, "Too Many Requests: retry after 41", { retry_after: 41 }) },
        });
        bot.on("message", (context) => context.reply("hi"));
        await bot.handleUpdate(update);
      },
    },
    {
      id: "400.query-too-old",
      provoked: "answerCallbackQuery, answered 400",
      how: "provoked",
      expected: "PERMANENT",
      because: "the query can no longer be answered: a time of the user's has run out, no request did",
      run: async () =>
        new Api("123456:not-a-token", {
          apiRoot: await answered(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        }).answerCallbackQuery("1"),
    },
    {
      id: "401.unauthorized",
      provoked: "getMe, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the bot's token is wrong or was revoked",
      run: async () => new Api("123456:not-a-token", { apiRoot: await answered(401, "Unauthorized") }).getMe(),
    },
    {
      id: "client.timeout",
      provoked: "sendMessage with timeoutSeconds: 0.05, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => send(await hanging(), { timeoutSeconds: 0.05 }),
    },
    {
      id: "connection.refused",
      provoked: "sendMessage, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused, as the wrapped error says",
      run: async () => send(await refusing()),
    },
    {
      id: "500.json",
      provoked: "sendMessage, answered 500 with JSON of the service",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service restarts",
      run: async () => send(await answered(500, "Internal Server Error: restart")),
    },
  ],
};
