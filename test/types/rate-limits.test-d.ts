import { Bulkhead, type BulkheadOptions, type Limiter, Policy, RateLimiter, type RateLimiterOptions } from "redress";
import { describe, expectTypeOf, test } from "vitest";

describe("a rate limiter", () => {
  test("of one limit says what is left by a number", () => {
    expectTypeOf(new RateLimiter({ limit: 1, intervalMs: 1 }).remaining()).toEqualTypeOf<number>();
  });

  test("of several says it by the names of its dimensions", () => {
    const limiter = new RateLimiter({
      limits: { requests: { limit: 1, intervalMs: 1, cost: 1 }, tokens: { limit: 1, intervalMs: 1, cost: 0 } },
    });
    expectTypeOf(limiter.remaining()).toEqualTypeOf<Readonly<Record<"requests" | "tokens", number>>>();
  });

  test("may be asked what a value of any type has cost", () => {
    new RateLimiter({ limit: 1, intervalMs: 1, used: (bytes: number) => bytes });
    new RateLimiter({
      limit: 1,
      intervalMs: 1,
      used: ({ usage }: { usage?: { tokens: number } }) => usage && { tokens: usage.tokens },
    });
    new RateLimiter({
      limit: 1,
      intervalMs: 1,
      used: (value) => {
        expectTypeOf(value).toBeUnknown();
        return undefined;
      },
    });
    // @ts-expect-error A text is no cost.
    new RateLimiter({ limit: 1, intervalMs: 1, used: () => "1" });
    // @ts-expect-error A cost is needed at once.
    new RateLimiter({ limit: 1, intervalMs: 1, used: async () => 1 });
  });

  test("knows its options", () => {
    // @ts-expect-error An interval has a unit.
    new RateLimiter({ limit: 1, interval: 1 });
    // @ts-expect-error Each limit has an interval.
    new RateLimiter({ limits: { tokens: { limit: 1 } } });
    expectTypeOf<RateLimiterOptions["limits"]>().not.toBeAny();
  });

  test("is a limiter, whatever its dimensions", () => {
    expectTypeOf<RateLimiter>().toExtend<Limiter>();
    expectTypeOf<RateLimiter<"tokens">>().toExtend<Limiter>();
    new Policy({ limiter: [new RateLimiter({ limit: 1, intervalMs: 1 }), new Bulkhead({ maxConcurrent: 1 })] });
  });
});

test("a bulkhead must be told how many places there are", () => {
  expectTypeOf<BulkheadOptions["maxConcurrent"]>().toEqualTypeOf<number>();
  // @ts-expect-error There is no default.
  new Bulkhead({});
});

test("what a limiter runs gives its value", () => {
  const bulkhead = new Bulkhead({ maxConcurrent: 1 });
  expectTypeOf(bulkhead.run(async () => 1)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(bulkhead.runSync(() => "text")).toEqualTypeOf<string>();
  // @ts-expect-error It knows no other options than these.
  void bulkhead.run(() => 1, { operation: "load" });
});
