import { AdaptiveConcurrency, type AdaptiveConcurrencyOptions, AdaptiveThrottle, type AdaptiveThrottleOptions } from "redress";
import { describe, expect, test } from "vitest";
import { clock, durationMs, finite, fn, NO_NUMBERS, name, type Table, testOptions, type Values } from "./option-table.ts";

const throttleTable: Table<Required<AdaptiveThrottleOptions>> = {
  name,
  multiplier: finite(1),
  windowMs: durationMs,
  clock,
  random: fn,
};

const places = (good: readonly number[], more: readonly number[] = []): Values => ({
  good,
  wrongType: NO_NUMBERS,
  outOfRange: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, ...more],
});

const concurrencyTable: Table<Required<AdaptiveConcurrencyOptions>> = {
  name,
  min: places([1, 20, 1_000, 5_000]),
  max: places([1, 19, 1_000, 1e6]),
  initial: places([1, 20, 1_000], [1_001]),
  clock,
};

describe("AdaptiveThrottle", () =>
  testOptions({ owner: "adaptiveThrottle", make: (options) => new AdaptiveThrottle(options) }, throttleTable));

describe("AdaptiveConcurrency", () => {
  testOptions({ owner: "adaptiveConcurrency", make: (options) => new AdaptiveConcurrency(options) }, concurrencyTable);

  test.each([
    [{ min: 10, max: 9 }, "adaptiveConcurrency.max must be a number >= min (10), got 9."],
    [{ min: 10, initial: 9 }, "adaptiveConcurrency.initial must be a number >= min (10), got 9."],
    [{ max: 10, initial: 11 }, "adaptiveConcurrency.initial must be a number <= max (10), got 11."],
    [{ min: 5, max: 7, initial: 20 }, "adaptiveConcurrency.initial must be a number <= max (7), got 20."],
  ])("%o does not fit together", (options, message) => {
    expect(() => new AdaptiveConcurrency(options)).toThrow(new RangeError(message));
  });

  test.each([
    [{ min: 3n, max: 9 }, "adaptiveConcurrency.min must be a finite integer >= 1, got 3n."],
    [{ min: Symbol("3"), max: 9 }, "adaptiveConcurrency.min must be a finite integer >= 1, got Symbol(3)."],
    [{ min: Symbol("3"), initial: 9 }, "adaptiveConcurrency.min must be a finite integer >= 1, got Symbol(3)."],
    [{ max: Symbol("3"), initial: 9 }, "adaptiveConcurrency.max must be a finite integer >= 1, got Symbol(3)."],
  ])("%o is refused for what is no number, whatever stands beside it", (options, message) => {
    expect(() => new AdaptiveConcurrency(options as never)).toThrow(new TypeError(message));
  });
});
