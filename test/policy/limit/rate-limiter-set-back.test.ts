/* A rate limiter on a clock that is set back. */
import { RateLimiter, type RateLimiterOptions } from "redress";
import { describe, expect, test } from "vitest";
import { ask, permitOf } from "./ask.ts";

const SECOND = { limit: 3, intervalMs: 1_000 };

/** A limiter on a clock that a test sets, also back. */
function onSetClock(options: Omit<RateLimiterOptions, "clock">, startMs: number) {
  const time = { nowMs: startMs };
  const clock = { now: () => time.nowMs, sleep: async () => {}, alarm: () => () => {} };
  return { time, limiter: new RateLimiter({ ...options, clock } as RateLimiterOptions) };
}

describe("on a clock that is set back", () => {
  test("a bucket fills from there as it would have", () => {
    const { time, limiter } = onSetClock({ limit: 1, intervalMs: 1_000, burst: 1 }, 10_000);
    ask(limiter);
    const left = [0, 500, 1_000].map((nowMs) => {
      time.nowMs = nowMs;
      return limiter.remaining();
    });
    expect(left).toEqual([0, 0.5, 1]);
  });

  test.each([[0], [-5]])("there is no pause where none was asked for, but %d ms", (retryAfterMs) => {
    const { time, limiter } = onSetClock(SECOND, 9_000);
    const permit = permitOf(ask(limiter));
    time.nowMs = 10_000;
    limiter.release(permit, { errorClass: "RATE_LIMIT", retryAfterMs });
    time.nowMs = 5_000;
    expect([ask(limiter).answer.kind, limiter.pausedMs]).toEqual(["admitted", 0]);
  });

  test("a pause lasts as long as it would have", () => {
    const { time, limiter } = onSetClock(SECOND, 10_000);
    limiter.release(permitOf(ask(limiter)), { errorClass: "RATE_LIMIT", retryAfterMs: 5_000 });
    const kinds = [2_000, 6_999, 7_000].map((nowMs) => {
      time.nowMs = nowMs;
      return ask(limiter).answer.kind;
    });
    expect(kinds).toEqual(["rejected", "rejected", "admitted"]);
  });
});
