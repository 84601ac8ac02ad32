import { Client, Receiver } from "@upstash/qstash";
import { answering } from "../servers.mjs";

const client = (baseUrl) => new Client({ baseUrl, token: "test", retry: false, enableTelemetry: false });
const publish = async (url) => client(url).publishJSON({ url: "https://example.invalid/hook", body: {} });

export default {
  library: "upstash-qstash",
  packages: ["@upstash/qstash"],
  cases: [
    {
      id: "429.burst",
      provoked: "publishJSON, answered 429 with the headers of the burst limit",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many messages in this second",
      run: async () =>
        publish(
          await answering(
            429,
            { error: "burst rate limit exceeded" },
            { "burst-ratelimit-limit": "100", "burst-ratelimit-remaining": "0", "burst-ratelimit-reset": "1732804113" },
          ),
        ),
    },
    {
      id: "429.daily",
      provoked: "publishJSON, answered 429 with the headers of the daily limit",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the messages of this day are used up until the reset, tomorrow",
      run: async () =>
        publish(
          await answering(
            429,
            { error: "Exceeded daily rate limit" },
            { "ratelimit-limit": "500", "ratelimit-remaining": "0", "ratelimit-reset": "1732838400" },
          ),
        ),
    },
    {
      id: "429.chat",
      provoked: "publishJSON, answered 429 with the headers of an LLM's limits",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 7_660,
      because: "the tokens of this minute are used up; the reset of the tokens says when there are more",
      run: async () =>
        publish(
          await answering(
            429,
            { error: "rate limit" },
            {
              "x-ratelimit-limit-requests": "1000",
              "x-ratelimit-limit-tokens": "6000",
              "x-ratelimit-remaining-requests": "999",
              "x-ratelimit-remaining-tokens": "0",
              "x-ratelimit-reset-requests": "1m26.4s",
              "x-ratelimit-reset-tokens": "7.66s",
            },
          ),
        ),
    },
    {
      id: "401",
      provoked: "publishJSON, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid",
      run: async () => publish(await answering(401, { error: "unauthorized: invalid token" })),
    },
    {
      id: "412.quota",
      provoked: "queue upsert, answered 412",
      how: "provoked",
      expected: "PERMANENT",
      because: "the plan allows no more queues; it is no conflict, whatever the status says",
      run: async () =>
        client(await answering(412, { error: "quota maxQueues exceeded. current limit 1" }))
          .queue({ queueName: "q" })
          .upsert({ parallelism: 1 }),
    },
    {
      id: "503",
      provoked: "publishJSON, answered 503 with text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is down",
      run: async () => publish(await answering(503, "upstream connect error or disconnect/reset before headers")),
    },
    {
      id: "receiver.signature",
      provoked: "verify of a webhook with a wrong signature",
      how: "provoked",
      expected: "AUTH",
      because: "the signature of the webhook is not from the service",
      run: () =>
        new Receiver({ currentSigningKey: "sig_a", nextSigningKey: "sig_b" }).verify({
          signature: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA",
          body: "{}",
        }),
    },
  ],
};
