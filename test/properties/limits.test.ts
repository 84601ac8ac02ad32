/* Bulkhead and RateLimiter under random lives, against naive models of what they promise. */
import fc from "fast-check";
import { describe, test, vi } from "vitest";
import { type BulkheadStep, BulkheadWatch, type Then } from "./bulkhead-watch.ts";
import { HandClock, HandInstantClock } from "./hand-clock.ts";
import { type RateStep, RateWatch } from "./rate-watch.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 120_000 });

const clockOf = (isExact: boolean): HandClock => (isExact ? new HandInstantClock(100) : new HandClock(100));
const which = fc.nat(20);

describe("a bulkhead", () => {
  const settings = fc.record({
    maxConcurrent: fc.constantFrom(1, 2, 3, 5, Infinity),
    maxQueue: fc.constantFrom(0, 1, 2, 5, Infinity),
    queueTimeoutMs: fc.constantFrom(Infinity, 1, 10, 30),
  });
  const then = fc.constantFrom<Then>("nothing", "nothing", "release", "ask", "make way", "cancel", "reset");
  const step: fc.Arbitrary<BulkheadStep> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("ask" as const), waits: fc.boolean(), then }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("release" as const), which }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), which }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("misuse" as const), which }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constant({ do: "reset" } as const) },
  );

  test("never admits more than its places, in the order in which they came, and leaves nothing behind", () => {
    const life = fc.array(step, { maxLength: 60, size: "max" });
    const property = fc.property(settings, fc.boolean(), life, (bulkhead, isExact, steps) => {
      const watch = new BulkheadWatch(bulkhead, clockOf(isExact));
      for (const each of steps) watch.take(each);
      watch.end();
    });
    fc.assert(property, { numRuns: 3_000 });
  });
});

describe("a rate limiter", () => {
  const window = fc.record({
    limit: fc.integer({ min: 1, max: 6 }),
    intervalMs: fc.constantFrom(10, 7, 30),
    burst: fc.constant(undefined),
  });
  // A token every so many milliseconds.
  const bucket = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(1, 2, 5), fc.integer({ min: 1, max: 6 }))
    .map(([limit, everyMs, burst]) => ({ limit, intervalMs: limit * everyMs, burst }));
  const dimensions = fc.array(fc.oneof(window, bucket), { minLength: 1, maxLength: 3 });
  const costs = (least: number) => fc.array(fc.integer({ min: least, max: 7 }), { minLength: 3, maxLength: 3 });
  const step: fc.Arbitrary<RateStep> = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant("ask" as const),
        costs: fc.option(fc.oneof(costs(0), fc.constant([1, 1, 1]), fc.constant([2, 0, 1])), { nil: undefined }),
        maxWaitMs: fc.constantFrom(Infinity, Infinity, 0, 5, 20),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("succeed" as const), which, used: fc.option(costs(0), { nil: undefined }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("pause" as const), which, ms: fc.nat(25) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom("fail" as const, "cut" as const, "unused" as const, "leave" as const), which }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("spend" as const), costs: costs(0) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(15) }) },
    { weight: 1, arbitrary: fc.constant({ do: "reset" } as const) },
  );

  test("agrees with a naive model that keeps everything it ever gave, and looks whose turn it is at every instant", () => {
    const life = fc.array(step, { maxLength: 60, size: "max" });
    const property = fc.property(
      dimensions,
      fc.constantFrom(0, 1, 3, Infinity),
      fc.boolean(),
      life,
      (limits, maxQueue, isExact, steps) => {
        const watch = new RateWatch(limits, maxQueue, clockOf(isExact));
        for (const each of steps) watch.take(each);
        watch.end();
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });
});
