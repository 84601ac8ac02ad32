import { CircuitBreaker, type CircuitBreakerOptions, ErrorClass, Policy } from "redress";
import { describe, expect, test } from "vitest";
import {
  clock,
  durationMs,
  fn,
  NO_FUNCTIONS,
  NO_NUMBERS,
  NO_OPTIONS,
  NO_TEXTS,
  name,
  perClass,
  ratio,
  refusalOf,
  strategy,
  type Table,
  testOptions,
  type Values,
  wholeFrom1,
} from "./option-table.ts";

type Rate = NonNullable<CircuitBreakerOptions["failureRate"]>;
type Slow = NonNullable<CircuitBreakerOptions["slowCalls"]>;

const rateTable: Table<Rate> = { thresholdRatio: ratio, minimumCalls: wholeFrom1 };
const slowTable: Table<Slow> = { ...rateTable, durationMs };

/** An object of options inside the options: every mistake inside it is one of the option. */
function nested(complete: object, table: Readonly<Record<string, Values>>): Values {
  const each = (which: "good" | "wrongType" | "outOfRange") =>
    Object.entries(table).flatMap(([option, values]) => values[which].map((value) => ({ ...complete, [option]: value })));
  const missing = Object.keys(complete).map((option) => ({ ...complete, [option]: undefined }));
  return {
    good: [complete, ...each("good")],
    wrongType: [...NO_OPTIONS, {}, ...missing, { ...complete, percentile: 99 }, ...each("wrongType")],
    outOfRange: each("outOfRange"),
  };
}

const table: Table<Required<CircuitBreakerOptions>> = {
  name,
  failureThreshold: wholeFrom1,
  windowMs: durationMs,
  recoveryTimeoutMs: { ...durationMs, good: [0, ...durationMs.good], outOfRange: [-1, Number.NaN, Number.NEGATIVE_INFINITY] },
  consecutive: { good: [true, false], wrongType: [1, "true", null, {}, [], () => true], outOfRange: [] },
  recoveryBackoff: strategy,
  random: fn,
  tripOn: {
    good: [[], ["AUTH"], Object.values(ErrorClass)],
    wrongType: [
      3,
      "TRANSIENT",
      null,
      {},
      new Set(["TRANSIENT"]),
      () => ["TRANSIENT"],
      ...NO_TEXTS.map((value) => ["TRANSIENT", value]),
    ],
    outOfRange: [["LUNAR"], ["transient"], ["TRANSIENT", ""], ["toString"]],
  },
  classThresholds: perClass(wholeFrom1),
  failureRate: nested({ thresholdRatio: 0.5, minimumCalls: 10 }, rateTable),
  slowCalls: nested({ thresholdRatio: 0.5, minimumCalls: 10, durationMs: 100 }, slowTable),
  halfOpenMaxCalls: wholeFrom1,
  successThreshold: wholeFrom1,
  classifier: fn,
  onStateChange: fn,
  clock,
};

describe("CircuitBreaker", () => testOptions({ owner: "circuitBreaker", make: (options) => new CircuitBreaker(options) }, table));

describe("Policy.circuitBreaker", () => {
  testOptions({ owner: "circuitBreaker", make: (circuitBreaker) => new Policy({ circuitBreaker }) }, table);
});

test.each<[string, CircuitBreakerOptions, string]>([
  [
    "consecutive beside a window that failures in a row do not have",
    { consecutive: true, windowMs: 1_000 },
    "circuitBreaker.consecutive must be left out beside windowMs, since failures in a row count however far apart, got true. Leave one of the two out.",
  ],
  [
    "consecutive where only rates are counted",
    { consecutive: true, failureRate: { thresholdRatio: 0.5, minimumCalls: 10 } },
    "circuitBreaker.consecutive must be left out where only rates are counted, got true. Give failureThreshold or classThresholds, or leave it out.",
  ],
  [
    "a recoveryBackoff where there is no recovery",
    { recoveryBackoff: () => 1, recoveryTimeoutMs: Number.POSITIVE_INFINITY },
    "circuitBreaker.recoveryBackoff must be left out where recoveryTimeoutMs is Infinity: no probe is ever made, got a function of 0 parameters. Leave one of the two out.",
  ],
])("%s is refused", (_what, options, message) => {
  for (const make of [() => new CircuitBreaker(options), () => new Policy({ circuitBreaker: options })])
    expect(make).toThrow(new TypeError(message));
});

test.each<[string, CircuitBreakerOptions]>([
  ["consecutive that is false", { consecutive: false, windowMs: 1_000 }],
  [
    "consecutive beside a rate, where failures are counted too",
    { consecutive: true, windowMs: 1_000, failureThreshold: 3, failureRate: { thresholdRatio: 0.5, minimumCalls: 10 } },
  ],
  [
    "consecutive beside slow calls, where a class is counted",
    { consecutive: true, classThresholds: { AUTH: 1 }, slowCalls: { durationMs: 1, thresholdRatio: 0.5, minimumCalls: 10 } },
  ],
])("%s contradicts nothing", (_what, options) => {
  expect(() => new CircuitBreaker(options)).not.toThrow();
});

test("an entry that is undefined in classThresholds is as good as left out", () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1, classThresholds: { AUTH: undefined } as object });
  const { permit } = breaker.allow();
  if (permit !== null) breaker.recordFailure("AUTH", permit);
  expect(breaker.state).toBe("closed");
});

test("what a breaker protects must be a function", async () => {
  const breaker = new CircuitBreaker();
  for (const value of NO_FUNCTIONS) {
    for (const method of ["call", "callSync", "protect"] as const) {
      const refusal = await refusalOf(() => (breaker[method] as (fn: never) => unknown).call(breaker, value as never));
      expect(refusal).toBeInstanceOf(TypeError);
      expect(String(refusal)).toMatch(
        new RegExp(`circuitBreaker\\.${method}(\\.fn)? must be (a|applied to a) function.*, got .+\\.$`),
      );
    }
  }
  expect(breaker.stats.totalCalls).toBe(0);
});

test("reports must carry a class and a permit", () => {
  const breaker = new CircuitBreaker();
  const { permit } = breaker.allow();
  for (const value of NO_TEXTS) expect(() => breaker.recordFailure(value as never, permit as never)).toThrow(TypeError);
  expect(() => breaker.recordFailure("LUNAR" as never, permit as never)).toThrow(
    new TypeError(`circuitBreaker.recordFailure.errorClass must be one of ${Object.values(ErrorClass).join(", ")}, got "LUNAR".`),
  );
  const wrong = [undefined, null, ...NO_NUMBERS.filter((value) => typeof value !== "object"), 3];
  for (const [method, report] of [
    ["recordSuccess", (value) => breaker.recordSuccess(value)],
    ["recordFailure", (value) => breaker.recordFailure("TRANSIENT", value)],
    ["recordCancel", (value) => breaker.recordCancel(value)],
  ] satisfies [string, (value: never) => void][]) {
    const message = new RegExp(
      `^circuitBreaker\\.${method}\\.permit must be the permit that allow\\(\\) answered, got .+\\.$`,
      "s",
    );
    for (const value of wrong) expect(() => report(value as never)).toThrow(message);
    expect(() => report(undefined as never)).toThrow(TypeError);
  }
  expect(breaker.stats).toMatchObject({ successfulCalls: 0, failedCalls: 0, cancelledCalls: 0 });
});
