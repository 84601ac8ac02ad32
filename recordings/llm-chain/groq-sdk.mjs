import Groq from "groq-sdk";
import { answering, hanging, refusing } from "../servers.mjs";

const chat = (baseURL, options = {}, body = {}) =>
  new Groq({ apiKey: "test", baseURL, maxRetries: 0, ...options }).chat.completions.create({
    model: "llama-3.3-70b-versatile",
    messages: [{ role: "user", content: "hi" }],
    ...body,
  });
const limits = {
  "x-ratelimit-limit-requests": "14400",
  "x-ratelimit-limit-tokens": "6000",
  "x-ratelimit-remaining-requests": "14370",
  "x-ratelimit-remaining-tokens": "0",
  "x-ratelimit-reset-requests": "2m59.56s",
  "x-ratelimit-reset-tokens": "7.66s",
};

export default {
  library: "groq-sdk",
  packages: ["groq-sdk"],
  cases: [
    {
      id: "429.tokens",
      provoked: "chat.completions.create, answered 429 with retry-after: 5 and the x-ratelimit headers",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 5_000,
      because: "too many tokens in this minute; the header says when to come back",
      run: async () =>
        chat(
          await answering(
            429,
            {
              error: {
                message:
                  "Rate limit reached for model `llama-3.3-70b-versatile` in organization `org_01test` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Used 5034, Requested 1443. Please try again in 4.77s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing",
                type: "tokens",
                code: "rate_limit_exceeded",
              },
            },
            { ...limits, "retry-after": "5" },
          ),
        ),
    },
    {
      id: "413.too-large-for-tpm",
      provoked: "chat.completions.create, answered 413 with the code rate_limit_exceeded",
      how: "provoked",
      expected: "PERMANENT",
      because: "this request alone is larger than the limit for a minute and will never pass",
      run: async () =>
        chat(
          await answering(
            413,
            {
              error: {
                message:
                  "Request too large for model `llama-3.1-8b-instant` in organization `org_01test` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 6294, please reduce your message size and try again. Visit https://console.groq.com/docs/rate-limits for more information.",
                type: "tokens",
                code: "rate_limit_exceeded",
              },
            },
            limits,
          ),
        ),
    },
    {
      id: "498.flex-capacity",
      provoked: "chat.completions.create with service_tier flex, answered 498",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the flex tier has no capacity at the moment",
      run: async () =>
        chat(
          await answering(498, {
            error: {
              message: "Flex tier capacity exceeded. Please try again later.",
              type: "capacity_exceeded",
              code: "capacity_exceeded",
            },
          }),
          {},
          { service_tier: "flex" },
        ),
    },
    {
      id: "503.over-capacity",
      provoked: "chat.completions.create, answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the model is over capacity",
      run: async () =>
        chat(
          await answering(503, {
            error: {
              message:
                "llama-3.3-70b-versatile is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if there is an active incident.",
              type: "internal_server_error",
            },
          }),
        ),
    },
    {
      id: "401",
      provoked: "chat.completions.create with a wrong key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not valid",
      run: async () =>
        chat(
          await answering(401, { error: { message: "Invalid API Key", type: "invalid_request_error", code: "invalid_api_key" } }),
        ),
    },
    {
      id: "client.timeout",
      provoked: "chat.completions.create with timeout 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => chat(await hanging(), { timeout: 200 }),
    },
    {
      id: "connection.refused",
      provoked: "chat.completions.create, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => chat(await refusing()),
    },
  ],
};
