import { OpenRouter } from "@openrouter/sdk";
import { answering, hanging } from "../servers.mjs";

const client = (serverURL, more = {}) =>
  new OpenRouter({ apiKey: "test", serverURL, retryConfig: { strategy: "none" }, ...more });
const chat = (url, more, options) => {
  const body = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "hi" }] };
  return client(url, more).chat.send({ chatRequest: body, chatGenerationParams: body, ...body }, options);
};
const failed = (code, message, metadata) => ({ error: { message, code, ...(metadata && { metadata }) }, user_id: "user_test" });

export default {
  library: "openrouter-sdk",
  packages: ["@openrouter/sdk"],
  cases: [
    {
      id: "429.reset-in-metadata",
      provoked: "chat.send, answered 429 with Retry-After: 20",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 20_000,
      because: "the free models are limited for each minute",
      run: async () =>
        chat(
          await answering(
            429,
            failed(429, "Rate limit exceeded: free-models-per-min. ", {
              headers: { "X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0" },
              provider_name: null,
            }),
            { "retry-after": "20" },
          ),
        ),
    },
    {
      id: "524.edge",
      provoked: "chat.send, answered 524",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the edge network gave up waiting for the service",
      run: async () => chat(await answering(524, failed(524, "Request timed out. Please try again later."))),
    },
    {
      id: "529.provider-overloaded",
      provoked: "chat.send, answered 529",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the provider behind is overloaded",
      run: async () => chat(await answering(529, failed(529, "Provider returned error", { provider_name: "Anthropic" }))),
    },
    {
      id: "403.moderation",
      provoked: "chat.send, answered 403 because the input was flagged",
      how: "provoked",
      expected: "PERMISSION",
      because: "the service refuses this input with a 403",
      run: async () =>
        chat(
          await answering(
            403,
            failed(403, "Input was flagged by moderation", {
              reasons: ["violence"],
              flagged_input: "hi",
              provider_name: "OpenAI",
              model_slug: "openai/gpt-4o-mini",
            }),
          ),
        ),
    },
    {
      id: "client.timeout",
      provoked: "chat.send with timeoutMs 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => chat(await hanging(), { timeoutMs: 200 }),
    },
  ],
};
