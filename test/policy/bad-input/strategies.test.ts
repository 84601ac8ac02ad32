import {
  type AdaptiveOptions,
  adaptive,
  type BackoffRange,
  byType,
  constant,
  decorrelatedJitter,
  defaultClassifier,
  type ExponentialOptions,
  equalJitter,
  exponential,
  firstKnown,
  fullJitter,
  legacyStrategy,
  retryAfterOr,
  tokenBackoff,
} from "redress";
import { describe, expect, test } from "vitest";
import {
  clock,
  durationMs,
  finite,
  finiteAboveZero,
  NO_FUNCTIONS,
  NO_NUMBERS,
  NO_TEXTS,
  ratio,
  strategy,
  type Table,
  testOptions,
} from "./option-table.ts";

const range: Table<Required<BackoffRange>> = {
  baseMs: finiteAboveZero,
  maxMs: { ...durationMs, good: [250, 1e6, Number.POSITIVE_INFINITY], outOfRange: [...durationMs.outOfRange, 249] },
};

describe.each([
  ["decorrelatedJitter", decorrelatedJitter],
  ["equalJitter", equalJitter],
  ["fullJitter", fullJitter],
  ["tokenBackoff", tokenBackoff],
] as const)("%s", (owner, make) => testOptions({ owner, make }, range));

const exponentialTable: Table<Required<ExponentialOptions>> = {
  baseMs: finiteAboveZero,
  factor: finite(1),
  maxMs: { ...durationMs, good: [100, 1e6, Number.POSITIVE_INFINITY], outOfRange: [...durationMs.outOfRange, 99] },
  jitterRatio: { ...ratio, good: [0, ...ratio.good], outOfRange: [-0.1, 1.001, Number.NaN, Number.POSITIVE_INFINITY] },
};

describe("exponential", () => testOptions({ owner: "exponential", make: exponential }, exponentialTable));

describe("retryAfterOr", () => {
  testOptions({ owner: "retryAfterOr", make: (options) => retryAfterOr(constant(1), options) }, { jitterMs: finite(0) });
});

const adaptiveTable: Table<Required<AdaptiveOptions>> = {
  windowMs: durationMs,
  targetSuccessRatio: ratio,
  minMultiplier: finite(0),
  maxMultiplier: { ...finite(0), good: [1, 5, 1e6], outOfRange: [...finite(0).outOfRange, 0.5] },
  clock,
};

describe("adaptive", () => testOptions({ owner: "adaptive", make: (options) => adaptive(constant(1), options) }, adaptiveTable));

test.each<[string, (fallback: never) => unknown]>([
  ["retryAfterOr", retryAfterOr],
  ["adaptive", adaptive],
])("%s.fallback must be a strategy", (owner, make) => {
  for (const value of strategy.good) expect(() => make(value as never)).not.toThrow();
  for (const value of [undefined, ...strategy.wrongType]) {
    expect(() => make(value as never)).toThrow(TypeError);
    expect(() => make(value as never)).toThrow(new RegExp(`^${owner}\\.fallback must be a function.*, got .+\\.`, "s"));
  }
  expect(() => make(((a: number, b: number) => a + b) as never)).toThrow(/legacyStrategy\(/);
});

test("constant.ms must be a delay", () => {
  for (const ms of [0, 0.5, 1e9]) expect(() => constant(ms)).not.toThrow();
  for (const ms of [undefined, ...NO_NUMBERS]) expect(() => constant(ms as never)).toThrow(TypeError);
  for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => constant(ms)).toThrow(RangeError);
    expect(() => constant(ms)).toThrow(/^constant\.ms must be a finite number >= 0, got .+\.$/);
  }
});

test("legacyStrategy.delay must be a function", () => {
  for (const delay of [undefined, ...NO_FUNCTIONS]) {
    expect(() => legacyStrategy(delay as never)).toThrow(TypeError);
    expect(() => legacyStrategy(delay as never)).toThrow(/^legacyStrategy\.delay must be a function, got .+\.$/s);
  }
});

test("firstKnown takes classifiers only", () => {
  for (const value of [undefined, ...NO_FUNCTIONS]) {
    expect(() => firstKnown(defaultClassifier, value as never)).toThrow(TypeError);
    expect(() => firstKnown(defaultClassifier, value as never)).toThrow(
      /^firstKnown\.classifiers\[1\] must be a function, got .+\.$/s,
    );
  }
});

describe("byType", () => {
  test("takes an array of pairs", () => {
    for (const pairs of [undefined, null, 3, "AUTH", {}, new Map([[Error, "AUTH"]]), () => []]) {
      expect(() => byType(pairs as never)).toThrow(TypeError);
      expect(() => byType(pairs as never)).toThrow(/^byType\.pairs must be an array.*, got .+\.$/s);
    }
    for (const pair of [undefined, null, 3, Error, {}]) {
      expect(() => byType([pair] as never)).toThrow(TypeError);
      expect(() => byType([pair] as never)).toThrow(/^byType\.pairs\[0\].* must be .+, got .+\.$/s);
    }
  });

  test("takes a constructor in each pair", () => {
    for (const type of [undefined, ...NO_FUNCTIONS]) {
      expect(() => byType([[type, "AUTH"]] as never)).toThrow(TypeError);
      expect(() => byType([[type, "AUTH"]] as never)).toThrow(/^byType\.pairs\[0\]\[0\] must be .+, got .+\.$/s);
    }
  });

  test("takes no function that nothing can be an instance of, which would throw only when asked", () => {
    for (const type of [() => true, async () => {}]) expect(() => byType([[type as never, "AUTH"]])).toThrow(TypeError);
  });

  test("takes an error class in each pair", () => {
    for (const errorClass of [undefined, ...NO_TEXTS]) {
      expect(() => byType([[Error, errorClass]] as never)).toThrow(TypeError);
      expect(() => byType([[Error, errorClass]] as never)).toThrow(
        /^byType\.pairs\[0\]\[1\] must be one of AUTH, .+, got .+\.$/s,
      );
    }
    for (const errorClass of ["", "auth", "LUNAR", "toString"])
      expect(() => byType([[Error, errorClass]] as never)).toThrow(RangeError);
  });

  test("asks a classifier about the rest", () => {
    expect(() => byType([], undefined)).not.toThrow();
    for (const otherwise of NO_FUNCTIONS) {
      expect(() => byType([], otherwise as never)).toThrow(TypeError);
      expect(() => byType([], otherwise as never)).toThrow(/^byType\.otherwise must be a function, got .+\.$/s);
    }
  });
});
