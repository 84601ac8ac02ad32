import Redis from "ioredis";
import { RateLimiterMemory, RateLimiterQueue, RateLimiterRedis } from "rate-limiter-flexible";
import { gonePort } from "../built-in-hosts.mjs";

export default {
  library: "rate-limiter-flexible",
  packages: ["rate-limiter-flexible"],
  cases: [
    {
      id: "consumed",
      provoked: "consume over the points, blockDuration 10; a RateLimiterRes is rejected, no error",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 10_000,
      because: "the points are used up, msBeforeNext says for how long",
      run: async () => {
        const limiter = new RateLimiterMemory({ points: 1, duration: 5, blockDuration: 10 });
        await limiter.consume("k");
        await limiter.consume("k");
      },
    },
    {
      id: "queue-full",
      provoked: "removeTokens of a queue that is full",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many wait",
      run: async () => {
        const queue = new RateLimiterQueue(new RateLimiterMemory({ points: 1, duration: 5 }), { maxQueueSize: 1 });
        await queue.removeTokens(1, "k");
        queue.removeTokens(1, "k").catch(() => {});
        await queue.removeTokens(1, "k");
      },
    },
    {
      id: "store-refused",
      provoked: "consume with a Redis that nobody serves",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the store cannot be reached",
      run: async () => {
        const redis = new Redis({
          port: gonePort,
          host: "127.0.0.1",
          enableOfflineQueue: false,
          maxRetriesPerRequest: 0,
          retryStrategy: () => null,
        });
        redis.on("error", () => {});
        try {
          await new RateLimiterRedis({ storeClient: redis, points: 1, duration: 5 }).consume("k");
        } finally {
          redis.disconnect();
        }
      },
    },
  ],
};
