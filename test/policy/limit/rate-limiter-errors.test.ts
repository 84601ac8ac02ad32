import { RateLimiter } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { ask, permitOf } from "./ask.ts";

describe("what the error of a rate limiter says", () => {
  const clock = new VirtualClock();
  const one = { limit: 1, intervalMs: 1_000, clock };

  const messageOf = async (limiter: Pick<RateLimiter, "run">, cost?: number | Record<string, number>): Promise<string> =>
    limiter
      .run(() => 1, { cost })
      .then(
        () => "no error",
        (error) => error.message,
      );

  test("how much is needed, how much there is, and when there may be room", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one });
    ask(limiter);
    expect(await messageOf(limiter)).toBe(
      'Limiter "maps" turned the call away (rate): 1 needed, 0 left of 1 per 1000 ms, and there is no queue (maxQueue is 0); there may be room in 1000 ms.',
    );
  });

  test("which dimension it is", async () => {
    const limiter = new RateLimiter({
      name: "model",
      limits: {
        requests: { limit: 10, intervalMs: 1_000, cost: 1 },
        tokens: { limit: 60, intervalMs: 1_000, burst: 30, cost: 25 },
      },
      clock,
    });
    ask(limiter);
    expect(await messageOf(limiter)).toBe(
      'Limiter "model" turned the call away (rate): 25 tokens needed, 5 left of 30 (60 per 1000 ms), and there is no queue (maxQueue is 0); there may be room in 334 ms.',
    );
    expect(await messageOf(limiter, { tokens: 31 })).toBe(
      'Limiter "model" turned the call away (rate): 31 tokens needed, and there are never more than 30.',
    );
  });

  test("that the queue is full", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one, maxQueue: 1 });
    ask(limiter);
    ask(limiter);
    expect(await messageOf(limiter)).toBe(
      'Limiter "maps" turned the call away (rate): 1 needed, 0 left of 1 per 1000 ms, and the queue is full (maxQueue is 1); there may be room in 2000 ms.',
    );
  });

  test("that others wait, where there is room for it by itself", async () => {
    const limiter = new RateLimiter({ name: "maps", limit: 5, intervalMs: 1_000, maxQueue: 1, clock });
    ask(limiter, { cost: 4 });
    ask(limiter, { cost: 5 });
    expect(await messageOf(limiter)).toMatch(/\(rate\): others wait for their turn, and the queue is full \(maxQueue is 1\)/);
  });

  test("that the dependency has asked for a pause", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one });
    limiter.release(permitOf(ask(limiter)), { errorClass: "RATE_LIMIT", retryAfterMs: 5_000 });
    expect(await messageOf(limiter)).toBe(
      'Limiter "maps" turned the call away (rate): the dependency has asked for a pause, of another 5000 ms, and there is no queue (maxQueue is 0); there may be room in 5000 ms.',
    );
  });

  test("nothing of a pause that is over", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one });
    limiter.release(permitOf(ask(limiter)), { errorClass: "RATE_LIMIT", retryAfterMs: 1_000 });
    clock.block(400);
    expect(await messageOf(limiter)).toContain("the dependency has asked for a pause, of another 600 ms, and");
    for (const waitMs of [600, 1_000]) {
      clock.block(waitMs);
      ask(limiter);
      expect(await messageOf(limiter)).toContain("(rate): 1 needed, 0 left of 1 per 1000 ms, and");
    }
  });

  test("nothing of others where it waits for none of them, but for what was spent too much", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one });
    limiter.spend(2);
    expect(await messageOf(limiter, 0)).toContain("(rate): 0 needed, 0 left of 1 per 1000 ms, and");
  });

  test.each([
    ["a part of one, never rounded up", { limit: 1, burst: 2 }, 1.3335, 1, "1 needed, 0.666 left of 2 (1 per 1000 ms)"],
    ["a huge number", { limit: 2e306 }, 1e306, 2e306, "2e+306 needed, 1e+306 left of 2e+306 per 1000 ms"],
  ])("how much is left, also of %s", async (_what, options, taken, cost, text) => {
    const limiter = new RateLimiter({ name: "maps", ...one, ...options });
    ask(limiter, { cost: taken });
    expect(await messageOf(limiter, cost)).toContain(`(rate): ${text}, and`);
  });

  test("that a call cannot wait that long", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one, maxQueue: 1 });
    ask(limiter);
    const error = await limiter.run(() => 1, { deadlineMs: 1_000 }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "LimitedError", retryAfterMs: 1_000 });
    expect(error.message).toContain("and the attempt cannot wait that long");
  });
});
