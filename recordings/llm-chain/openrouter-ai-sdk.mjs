import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { generateText, streamText } from "ai";
import { answering, httpServer, refusing } from "../servers.mjs";

const model = (baseURL) => createOpenRouter({ apiKey: "test", baseURL })("meta-llama/llama-3.3-70b-instruct:free");
const text = (url, more = {}) => generateText({ model: model(url), prompt: "hi", maxRetries: 0, ...more });
const failed = (code, message, metadata) => ({ error: { message, code, ...(metadata && { metadata }) }, user_id: "user_test" });

export default {
  library: "openrouter-ai-sdk",
  packages: ["@openrouter/ai-sdk-provider", "ai"],
  cases: [
    {
      id: "429.upstream",
      provoked: "generateText, answered 429 with Retry-After: 15 because the provider behind is limited",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 15_000,
      because: "the provider's shared pool is used up for the moment",
      run: async () =>
        text(
          await answering(
            429,
            failed(429, "Provider returned error", {
              raw: "meta-llama/llama-3.3-70b-instruct:free is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits: https://openrouter.ai/settings/integrations",
              provider_name: "Venice",
              limit_source: "upstream_provider_shared_pool",
            }),
            { "retry-after": "15" },
          ),
        ),
    },
    {
      id: "200.error-in-body",
      provoked: "generateText, answered 200 with an error of code 502 in the body",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the provider behind failed; the 200 says nothing",
      run: async () =>
        text(await answering(200, failed(502, "Provider returned error", { raw: "upstream error", provider_name: "DeepInfra" }))),
    },
    {
      id: "200.rate-limit-in-body",
      provoked: "generateText, answered 200 with an error of code 429 in the body",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the provider behind asks for fewer calls; the 200 says nothing",
      run: async () =>
        text(
          await answering(
            200,
            failed(429, "Rate limit exceeded: free-models-per-min. ", {
              headers: { "X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0" },
            }),
          ),
        ),
    },
    {
      id: "402.credits",
      provoked: "generateText, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "the credits do not suffice for the request",
      run: async () =>
        text(
          await answering(
            402,
            failed(
              402,
              "This request requires more credits, or fewer max_tokens. You requested up to 4096 tokens, but can only afford 222. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account",
              { provider_name: null },
            ),
          ),
        ),
    },
    {
      id: "retries-exhausted",
      provoked: "generateText, answered 503 every time, one retry of the AI SDK",
      how: "provoked",
      expected: "SERVER_ERROR",
      retryAfterMs: 50,
      because: "no provider was available in any attempt",
      run: async () =>
        text(await answering(503, failed(503, "No instances available"), { "retry-after-ms": "50" }), { maxRetries: 1 }),
    },
    {
      id: "stream.error-chunk",
      provoked: "streamText, 200 and a chunk with an error of code 502; the error part of the stream is thrown",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the provider behind broke off in the middle of the answer",
      run: async () => {
        const { url } = await httpServer((_q, r) => {
          r.writeHead(200, { "content-type": "text/event-stream" });
          r.end(
            `: OPENROUTER PROCESSING\n\ndata: ${JSON.stringify({ id: "gen-1", provider: "DeepInfra", model: "x", object: "chat.completion.chunk", created: 1, choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: "error" }], error: { code: 502, message: "Network connection lost.", metadata: { provider_name: "DeepInfra" } } })}\n\ndata: [DONE]\n\n`,
          );
        });
        for await (const part of streamText({ model: model(url), prompt: "hi", maxRetries: 0, onError() {} }).fullStream)
          if (part.type === "error") throw part.error;
      },
    },
    {
      id: "connection.refused",
      provoked: "generateText, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => text(await refusing()),
    },
  ],
};
