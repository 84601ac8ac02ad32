import { Mistral } from "@mistralai/mistralai";
import { answering, hanging, refusing } from "../servers.mjs";

const chat = (serverURL, options = {}, body = {}) =>
  new Mistral({ apiKey: "test", serverURL, retryConfig: { strategy: "none" } }).chat.complete(
    { model: "mistral-small-latest", messages: [{ role: "user", content: "hi" }], ...body },
    options,
  );

export default {
  library: "mistralai",
  packages: ["@mistralai/mistralai"],
  cases: [
    {
      id: "429.rate-limited",
      provoked: "chat.complete, answered 429 code 1300 with Retry-After: 12",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 12_000,
      because: "the service counts the requests and says when to come back",
      run: async () =>
        chat(
          await answering(
            429,
            {
              object: "error",
              message: "Rate limit exceeded",
              type: "rate_limited",
              param: null,
              code: "1300",
              raw_status_code: 429,
            },
            { "retry-after": "12", "x-ratelimit-limit-req-minute": "60", "x-ratelimit-remaining-req-minute": "0" },
          ),
        ),
    },
    {
      id: "429.tier-capacity",
      provoked: "chat.complete, answered 429 code 3505",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service has no room left for this tier and refuses with a 429",
      run: async () =>
        chat(
          await answering(429, {
            object: "error",
            message: "Service tier capacity exceeded for this model.",
            type: "service_tier_capacity_exceeded",
            param: null,
            code: "3505",
          }),
        ),
    },
    {
      id: "503.envoy",
      provoked: "chat.complete, answered 503 in plain text by the proxy before the service",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the proxy has no connection left to the service",
      run: async () =>
        chat(await answering(503, "upstream connect error or disconnect/reset before headers. reset reason: overflow")),
    },
    {
      id: "401",
      provoked: "chat.complete with a wrong key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not known",
      run: async () => chat(await answering(401, { message: "Unauthorized", request_id: "1f5c4b7d3c3f5f1e" })),
    },
    {
      id: "422.validation",
      provoked: "chat.complete, answered 422",
      how: "provoked",
      expected: "PERMANENT",
      because: "the request has a field with a bad value",
      run: async () =>
        chat(
          await answering(422, {
            detail: [
              {
                type: "greater_than_equal",
                loc: ["body", "max_tokens"],
                msg: "Input should be greater than or equal to 0",
                input: -1,
                ctx: { ge: 0 },
              },
            ],
          }),
          {},
          { maxTokens: -1 },
        ),
    },
    {
      id: "client.timeout",
      provoked: "chat.complete with timeoutMs 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => chat(await hanging(), { timeoutMs: 200 }),
    },
    {
      id: "connection.refused",
      provoked: "chat.complete, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => chat(await refusing()),
    },
  ],
};
