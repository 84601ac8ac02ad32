/* Any value at all can be thrown. */
import { constant, isRetryExhaustedError, outcomeOf, type RetryExhaustedError } from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, drivers, hooksOf, recorder, stage } from "./driving.ts";

const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error("hands off");
    },
    has: () => {
      throw new Error("hands off");
    },
    getPrototypeOf: () => {
      throw new Error("hands off");
    },
  },
);

const values: readonly (readonly [string, unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["0", 0],
  ["an empty string", ""],
  ["false", false],
  ["NaN", Number.NaN],
  ["a bigint", 0n],
  ["a symbol", Symbol("thrown")],
  ["a string", "boom"],
  ["a plain object", { message: "boom" }],
  ["a frozen object", Object.freeze({})],
  ["an object without a prototype", Object.create(null)],
  ["a function", () => "boom"],
  ["a proxy whose every trap throws", hostile],
];

describe.each(drivers)("through %s", (_name, driver) => {
  test.each(values)("%s is retried as UNKNOWN and thrown as it was", async (_what, value) => {
    const seen = recorder();
    const on = stage({ retry: { strategy: constant(10) }, circuitBreaker: { tripOn: ["UNKNOWN"] }, hooks: hooksOf(seen) });
    const op = alwaysThrowing(value);
    const end = await driver.call(on, op);
    expect("error" in end).toBe(true);
    expect(Object.is(end.error, value)).toBe(true);
    expect(op.count).toBe(3);
    expect(seen.names()).toEqual(["retry", "retry", "max_unknown_attempts_exceeded"]);
    expect(on.clock.now()).toBe(20);
  });

  test.each(values)("execute answers %s as the last error", async (_what, value) => {
    const outcome = await driver.execute(stage({ retry: { maxAttempts: 1 } }), alwaysThrowing(value));
    expect(outcome).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL", lastClass: "UNKNOWN", cause: "exception" });
    expect(!outcome.ok && Object.is(outcome.lastError, value)).toBe(true);
  });

  test.each(values)("%s can be the cause of a RetryExhaustedError", async (_what, value) => {
    const { error } = await driver.call(stage({ retry: { maxAttempts: 1, onExhausted: "wrap" } }), alwaysThrowing(value));
    expect(isRetryExhaustedError(error)).toBe(true);
    expect("cause" in (error as object)).toBe(true);
    expect(Object.is((error as RetryExhaustedError).cause, value)).toBe(true);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 1 });
  });
});
