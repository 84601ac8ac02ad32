import { Bulkhead, type BulkheadOptions, RateLimiter, type RateLimiterOptions } from "redress";
import { describe, expect, test } from "vitest";
import {
  clock,
  durationMs,
  finite,
  finiteAboveZero,
  fn,
  NO_NUMBERS,
  NO_OPTIONS,
  name,
  refusalOf,
  type Table,
  testOptions,
  type Values,
  wholeFrom0,
  wholeFrom1,
} from "./option-table.ts";

const bulkheadTable: Table<BulkheadOptions> = {
  name,
  maxConcurrent: wholeFrom1,
  maxQueue: wholeFrom0,
  queueTimeoutMs: durationMs,
  clock,
};

describe("Bulkhead", () => {
  testOptions({ owner: "bulkhead", make: (options) => new Bulkhead(options), required: { maxConcurrent: 3 } }, bulkheadTable);
});

const aboveZero: Values = {
  good: [1, 1.5, 1e9, Number.POSITIVE_INFINITY],
  wrongType: NO_NUMBERS,
  outOfRange: [0, -0, -1, Number.NaN, Number.NEGATIVE_INFINITY, 0.5],
};
const dimension = { limit: 10, intervalMs: 1_000 };

const rateTable: Table<Omit<RateLimiterOptions, "limits" | "burst">> = {
  name,
  limit: aboveZero,
  intervalMs: finiteAboveZero,
  maxQueue: wholeFrom0,
  used: fn,
  clock,
};

describe("RateLimiter", () => {
  const make = (options: never): unknown => new RateLimiter(options);
  const { limit, intervalMs, ...others } = rateTable;
  // The burst may be a fraction, if an attempt costs no more.
  const burst = { ...finite(1), wrongType: NO_NUMBERS, outOfRange: [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY] };
  testOptions({ owner: "rateLimiter", make, required: dimension }, { limit, intervalMs, burst, ...others });
});

describe("the limits of a RateLimiter", () => {
  const inLimits =
    (options: object, beside: object = {}) =>
    () =>
      new RateLimiter({ limits: { requests: { ...dimension, cost: 1 }, tokens: options, ...beside } } as never);

  test.each([
    [{ ...dimension, cost: 0 }],
    [{ ...dimension, cost: 10 }],
    [{ ...dimension, limit: 0.5, cost: 0.5 }],
    [{ ...dimension, limit: Number.POSITIVE_INFINITY, cost: 1e9 }],
    [{ ...dimension, burst: 20, cost: 15 }],
    [{ limit: 0.1, intervalMs: 0.001, burst: 3, cost: 3 }],
  ])("may have %o", (options) => {
    expect(inLimits(options)).not.toThrow();
  });

  test.each<[options: object, Kind: ErrorConstructor, message: RegExp]>([
    [{}, TypeError, /^rateLimiter\.limits\.tokens\.limit must be a number > 0, got undefined\.$/],
    [{ limit: 1 }, TypeError, /^rateLimiter\.limits\.tokens\.intervalMs must be a finite number > 0, got undefined\.$/],
    [dimension, TypeError, /^rateLimiter\.limits\.tokens\.cost must be a finite number >= 0, got undefined\.$/],
    [{ ...dimension, cost: -1 }, RangeError, /^rateLimiter\.limits\.tokens\.cost must be a finite number >= 0, got -1\.$/],
    [
      { ...dimension, burst: 5, cost: Symbol("1") },
      TypeError,
      /^rateLimiter\.limits\.tokens\.cost must be a finite number >= 0, got Symbol\(1\)\.$/,
    ],
    [{ ...dimension, cost: "1" }, TypeError, /^rateLimiter\.limits\.tokens\.cost must be a finite number >= 0, got "1"\.$/],
    [
      { ...dimension, cost: 11 },
      RangeError,
      /^rateLimiter\.limits\.tokens\.limit must be a number >= 11, what an attempt costs that says nothing, got 10\.$/,
    ],
    [
      { ...dimension, burst: 5, cost: 6 },
      RangeError,
      /^rateLimiter\.limits\.tokens\.burst must be a number >= 6, what an attempt costs that says nothing, got 5\.$/,
    ],
    [{ ...dimension, cost: 1, limit: 0 }, RangeError, /^rateLimiter\.limits\.tokens\.limit must be a number > 0, got 0\.$/],
    [
      { ...dimension, cost: 1, limit: Number.POSITIVE_INFINITY, burst: 5 },
      TypeError,
      /^rateLimiter\.limits\.tokens\.burst must be left out where limit is Infinity, which is no limit, got 5\. Leave one of the two out\.$/,
    ],
    [
      { ...dimension, cost: 1, interval: 5 },
      TypeError,
      /^rateLimiter\.limits\.tokens\.interval is not an option; did you mean `intervalMs`\? Options: limit, intervalMs, burst, cost\.$/,
    ],
  ])("must not have %o", (options, Kind, message) => {
    expect(inLimits(options)).toThrow(Kind);
    expect(inLimits(options)).toThrow(message);
  });

  test.each(NO_OPTIONS)("are objects, not %o", async (options) => {
    expect(inLimits(options as object)).toThrow(/^rateLimiter\.limits\.tokens must be a plain object of options/);
    const limits = await refusalOf(() => new RateLimiter({ limits: options as never }));
    expect(limits).toBeInstanceOf(TypeError);
    expect((limits as Error).message).toMatch(
      /^rateLimiter\.limits must be an object with at least one limit by its name: .*, got (?!an object with no keys)/,
    );
  });

  test("are at least one", () => {
    expect(() => new RateLimiter({ limits: {} })).toThrow(/at least one limit by its name: .*, got an object with no keys\.$/);
  });

  test.each<[options: object, message: string]>([
    [{ intervalMs: 5 }, "rateLimiter.limits.tokens.limit must be a number > 0, got undefined."],
    [{ limit: 5 }, "rateLimiter.limits.tokens.intervalMs must be a finite number > 0, got undefined."],
  ])("of which there is one must say how much and how often: not %o", (options, message) => {
    expect(() => new RateLimiter({ limits: { tokens: options as never } })).toThrow(new TypeError(message));
  });

  test("of which there is one may leave its cost out", () => {
    const limiter = new RateLimiter({ limits: { tokens: dimension } });
    expect(limiter.describe().settings).toMatchObject({ limits: { tokens: { cost: 1 } } });
  });

  test("may have any names", () => {
    const limits = JSON.parse(
      '{ "__proto__": { "limit": 1, "intervalMs": 3600000, "cost": 1 }, "toString": { "limit": 1, "intervalMs": 3600000, "cost": 0 } }',
    );
    const limiter = new RateLimiter<string>({ limits });
    limiter.tryAcquire();
    expect(Object.entries(limiter.remaining())).toEqual([
      ["__proto__", 0],
      ["toString", 1],
    ]);
  });

  test("are read once", () => {
    const limits = { tokens: { ...dimension } };
    const limiter = new RateLimiter({ limits });
    limits.tokens.limit = 0;
    expect(limiter.tryAcquire()).not.toBeNull();
    expect(limiter.remaining()).toEqual({ tokens: 9 });
    let reads = 0;
    const changing = {
      get tokens() {
        return { ...dimension, limit: 10 + reads++ };
      },
    };
    expect(new RateLimiter({ limits: changing }).remaining()).toEqual({ tokens: 10 });
    expect(reads).toBe(1);
  });
});

describe("what a RateLimiter limits", () => {
  test.each<[options: object, message: RegExp]>([
    [{}, /^rateLimiter\.limit must be a number > 0, got undefined\. Give limit and intervalMs, or limits\.$/],
    [{ intervalMs: 5 }, /^rateLimiter\.limit must be a number > 0, got undefined\./],
    [
      { limit: 5 },
      /^rateLimiter\.intervalMs must be a finite number > 0, got undefined\. Give limit and intervalMs, or limits\.$/,
    ],
    [
      { limit: 5, limits: { tokens: dimension } },
      /^rateLimiter\.limit must be left out beside limits, each of which has its own, got 5\. Leave one of the two out\.$/,
    ],
    [{ intervalMs: 5, limits: { tokens: dimension } }, /^rateLimiter\.intervalMs must be left out beside limits/],
    [{ burst: 5, limits: { tokens: dimension } }, /^rateLimiter\.burst must be left out beside limits/],
    [{ ...dimension, cost: 2 }, /^rateLimiter\.cost is not an option/],
  ])("is said in one way: not %o", (options, message) => {
    expect(() => new RateLimiter(options as never)).toThrow(TypeError);
    expect(() => new RateLimiter(options as never)).toThrow(message);
  });
});
