import Together from "together-ai";
import { answering, cutting, httpServer } from "../servers.mjs";

const chat = (baseURL, options = {}, body = {}) =>
  new Together({ apiKey: "test", baseURL, maxRetries: 0, ...options }).chat.completions.create({
    model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    messages: [{ role: "user", content: "hi" }],
    ...body,
  });
const events = async (...texts) =>
  (
    await httpServer((_q, r) => {
      r.writeHead(200, { "content-type": "text/event-stream" });
      for (const t of texts) r.write(`data: ${JSON.stringify(t)}\n\n`);
      r.end();
    })
  ).url;

export default {
  library: "together-ai",
  packages: ["together-ai"],
  cases: [
    {
      id: "429.model",
      provoked: "chat.completions.create, answered 429 with retry-after-ms: 2500",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 2_500,
      because: "the model has a limit of its own for each minute, and the answer says when to come back",
      run: async () =>
        chat(
          await answering(
            429,
            {
              id: "o1test-4yUhvF",
              error: {
                message:
                  "You have reached the rate limit specific to this model meta-llama/Llama-3.3-70B-Instruct-Turbo. The maximum rate limit for this model is 9.0 queries per minute. This limit differs from the general rate limits published at Together AI rate limits documentation (https://docs.together.ai/docs/rate-limits).",
                type: "model_rate_limit",
                param: null,
                code: null,
              },
            },
            { "retry-after-ms": "2500", "x-ratelimit-limit": "9", "x-ratelimit-remaining": "0" },
          ),
        ),
    },
    {
      id: "402.spending",
      provoked: "chat.completions.create, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "the account has spent what it may",
      run: async () =>
        chat(
          await answering(402, {
            id: "o1test-4yUhvG",
            error: {
              message:
                "Credit limit exceeded, please navigate to https://api.together.ai/settings/billing to add credit or upgrade your plan.",
              type: "credit_limit",
              param: null,
              code: null,
            },
          }),
        ),
    },
    {
      id: "403.context",
      provoked: "chat.completions.create, answered 403 because of the number of tokens",
      how: "provoked",
      expected: "PERMANENT",
      because: "Together answers 403 when the input is too long for the model, which has nothing to do with permissions",
      run: async () =>
        chat(
          await answering(403, {
            id: "o1test-4yUhvH",
            error: {
              message:
                "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9210 `inputs` tokens and 512 `max_new_tokens`",
              type: "invalid_request_error",
              param: "max_tokens",
              code: null,
            },
          }),
        ),
    },
    {
      id: "524.cloudflare",
      provoked: "chat.completions.create, answered 524 with Cloudflare's text",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "Cloudflare gave up waiting for the service",
      run: async () => chat(await answering(524, "error code: 524", { server: "cloudflare", "cf-ray": "8c0000000000abcd-FRA" })),
    },
    {
      id: "stream.error-event",
      provoked: "streamed chat, 200 and an event with an error",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the engine failed at the service in the middle of the answer",
      run: async () => {
        const url = await events(
          { id: "x", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "He" } }] },
          {
            error: {
              message: "The server is overloaded or not ready yet.",
              type: "service_unavailable",
              param: null,
              code: null,
            },
          },
        );
        for await (const _ of await chat(url, {}, { stream: true }));
      },
    },
    {
      id: "connection.cut",
      provoked: "chat.completions.create, the connection is cut before the answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the other side closed the connection",
      run: async () => chat(await cutting()),
    },
  ],
};
