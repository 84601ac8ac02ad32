import { REST } from "@discordjs/rest";
import { answering, cutting } from "../servers.mjs";

const rest = (api, more = {}) => new REST({ api: `${api}/api`, retries: 0, ...more }).setToken("not-a-token");
const post = (api, more) => rest(api, more).post("/channels/222222222222222222/messages", { body: { content: "hi" } });
const via = { via: "1.1 google" };

export default {
  library: "discordjs-rest",
  packages: ["@discordjs/rest"],
  cases: [
    {
      id: "429.rejected",
      provoked: "post with rejectOnRateLimit, answered 429 with Retry-After: 3 (the client adds 50 ms of its own)",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 3_050,
      because: "this route is limited, and when to come back",
      run: async () =>
        post(
          await answering(
            429,
            { message: "You are being rate limited.", retry_after: 3, global: false },
            {
              ...via,
              "retry-after": "3",
              "x-ratelimit-limit": "5",
              "x-ratelimit-remaining": "0",
              "x-ratelimit-reset-after": "3",
              "x-ratelimit-bucket": "abcd1234",
              "x-ratelimit-scope": "user",
            },
          ),
          { rejectOnRateLimit: () => true },
        ),
    },
    {
      id: "50013.missing-permissions",
      provoked: "post, answered 403 with code 50013",
      how: "provoked",
      expected: "PERMISSION",
      because: "the bot is known but lacks a permission",
      run: async () => post(await answering(403, { message: "Missing Permissions", code: 50013 }, via)),
    },
    {
      id: "50035.invalid-form-body",
      provoked: "post, answered 400 with code 50035",
      how: "provoked",
      expected: "PERMANENT",
      because: "a field of the body is too long",
      run: async () =>
        post(
          await answering(
            400,
            {
              message: "Invalid Form Body",
              code: 50035,
              errors: { content: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: "Must be 2000 or fewer in length." }] } },
            },
            via,
          ),
        ),
    },
    {
      id: "10062.unknown-interaction",
      provoked: "reply to an interaction, answered 404 with code 10062",
      how: "provoked",
      expected: "PERMANENT",
      because: "the interaction was answered too late, it is not there any more",
      run: async () =>
        rest(await answering(404, { message: "Unknown interaction", code: 10062 }, via)).post(
          "/interactions/333333333333333333/token/callback",
          { body: { type: 5 }, auth: false },
        ),
    },
    {
      id: "401.unauthorized",
      provoked: "post, answered 401 with code 0",
      how: "provoked",
      expected: "AUTH",
      because: "the bot's token is wrong or was reset",
      run: async () => post(await answering(401, { message: "401: Unauthorized", code: 0 }, via)),
    },
    {
      id: "503.html",
      provoked: "post, answered 503 with a text of the proxy",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available for now",
      run: async () =>
        post(await answering(503, "upstream connect error or disconnect/reset before headers. reset reason: overflow", via)),
    },
    {
      id: "connection.cut",
      provoked: "post, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => post(await cutting()),
    },
  ],
};
