import {
  adaptive,
  Budget,
  CircuitBreaker,
  fullJitter,
  Policy,
  retryAfterOr,
  TokenBudget,
  TransientError,
  unlimited,
} from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { growth, NOISE_BYTES } from "./growth.ts";

/** Fails up to twice before it succeeds. */
function flaky(i: number): () => number {
  let left = i % 3;
  return () => {
    if (left-- > 0) throw new TransientError();
    return i;
  };
}

test.each<[number, string, () => (i: number) => unknown]>([
  [
    100_000,
    "that succeed",
    () => {
      const policy = new Policy({ retry: { attemptTimeoutMs: 1_000 }, circuitBreaker: {}, hooks: { onMetric: () => {} } });
      return (i) => policy.call(() => i);
    },
  ],
  [
    50_000,
    "that fail and are retried, on a shared budget, breaker and strategy",
    () => {
      const strategy = adaptive(retryAfterOr(fullJitter({ baseMs: 1e-6, maxMs: 1e-6 }), { jitterMs: 0 }));
      const policy = new Policy({
        retry: { strategy, sleeper: () => {} },
        budget: new TokenBudget({ successRefund: 5 }),
        circuitBreaker: {},
      });
      return (i) => policy.execute(flaky(i), { captureTimeline: true });
    },
  ],
  [
    100_000,
    "that fail for good, or are rejected",
    () => {
      const clock = new VirtualClock();
      const budget = new Budget({ maxRetries: 1_000_000, windowMs: 1_000, clock });
      const breaker = new CircuitBreaker({
        clock,
        recoveryTimeoutMs: 50,
        classThresholds: { UNKNOWN: 3 },
        failureRate: { thresholdRatio: 0.9, minimumCalls: 50 },
      });
      const policy = new Policy({ retry: { strategy: () => 0, maxAttempts: 2, budget }, circuitBreaker: breaker, clock });
      return (i) => {
        clock.block(1);
        return policy.execute(() => Promise.reject(new Error(`${i}`)));
      };
    },
  ],
  [
    200_000,
    "that fail, under thresholds and a budget that are never reached, within windows that they never leave",
    () => {
      const clock = new VirtualClock();
      const never = { failureThreshold: 1e15, classThresholds: { SERVER_ERROR: 1e15 }, clock };
      const breakers = [new CircuitBreaker({ ...never, windowMs: 1e9 }), new CircuitBreaker({ ...never, consecutive: true })];
      const budget = new Budget({ maxRetries: 1e15, windowMs: 1e9, clock });
      return () => {
        clock.block(0.01);
        budget.consume();
        for (const breaker of breakers) {
          const { permit } = breaker.allow();
          if (permit !== null) breaker.recordFailure("SERVER_ERROR", permit);
        }
      };
    },
  ],
  [
    50_000,
    "each with a signal of its own, aborted or not",
    () => {
      const policy = new Policy({ retry: {} });
      return (i) => {
        const caller = new AbortController();
        const running = policy.execute(({ signal }) => Promise.resolve(signal.aborted), { signal: caller.signal });
        if (i % 2 === 0) caller.abort();
        return running;
      };
    },
  ],
  [
    // Signals that are gone are looked for whenever twice as many follow as were there the last time: it takes more calls than that, and a
    // collector that comes by now and then.
    100_000,
    "under one signal that outlives them all, with attempts that look at theirs",
    () => {
      const policy = new Policy({ retry: {} });
      const caller = new AbortController();
      const { gc } = globalThis as { gc?: () => void };
      return (i) => {
        if (i % 2_000 === 0) gc?.();
        return policy.execute(({ signal }) => new Promise((resolve) => setImmediate(resolve, [i, signal.aborted])), {
          signal: caller.signal,
        });
      };
    },
  ],
  [
    50_000,
    "through a bound call",
    () => {
      const bound = new Policy({ retry: { strategy: () => 1, sleeper: () => {} }, budget: unlimited }).context();
      return (i) => bound(flaky(i));
    },
  ],
  [
    50_000,
    "through a bound call whose sleeper rejects",
    () => {
      const bound = new Policy({
        retry: { strategy: () => 1, sleeper: () => Promise.reject(new Error("no sleep")) },
        budget: unlimited,
      }).context();
      return (i) => bound(flaky(2 + 3 * i)).catch(() => {});
    },
  ],
])(
  "the heap does not grow by %i calls %s",
  async (calls, _which, make) => {
    expect(await growth(calls, make())).toBeLessThan(NOISE_BYTES);
  },
  180_000,
);

test("policies that were let go of leave nothing behind, however long their deadlines were", async () => {
  const { gc } = globalThis as { gc?: () => void };
  const DAY_MS = 86_400_000;
  const grown = await growth(
    10_000,
    async (i) => {
      const policy = new Policy({ retry: { deadlineMs: DAY_MS, attemptTimeoutMs: DAY_MS / 2 } });
      await policy.call(() => new Promise((resolve) => setImmediate(resolve, i)));
      if (i % 1_000 === 999) gc?.();
    },
    2_000,
  );
  expect(grown).toBeLessThan(NOISE_BYTES);
}, 60_000);

test("a call that nobody holds is cut by its deadline, though garbage is collected meanwhile", async () => {
  const { gc } = globalThis as { gc?: () => void };
  const ended: unknown[] = [];
  (() => {
    const policy = new Policy({ retry: { deadlineMs: 60 } });
    void policy.execute(() => new Promise(() => {})).then((outcome) => ended.push(outcome.ok || outcome.stopReason));
  })();
  const isOver = Date.now() + 5_000;
  while (ended.length === 0 && Date.now() < isOver) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(ended).toEqual(["DEADLINE_EXCEEDED"]);
});
