/* What decides must decide at once: a promise in its place is a mistake in the policy, and says so. */
import { constant, type PolicyOptions, type RetryOptions, TransientError } from "redress";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alwaysThrowing, answering, drivers, macrotask, type Op, stage } from "./driving.ts";

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => void process.on("unhandledRejection", note));
afterEach(() => {
  process.off("unhandledRejection", note);
  expect(unhandled.splice(0)).toEqual([]);
});

const late = (): never => Promise.reject(new Error("nobody waits for this")) as never;
const fails = (): Op => alwaysThrowing(new TransientError());
const inTheRetry = (retry: RetryOptions): PolicyOptions => ({ retry: { strategy: constant(1), ...retry } });

const mistakes: Readonly<Record<string, [PolicyOptions, () => Op, string]>> = {
  "an asynchronous result classifier": [
    inTheRetry({ resultClassifier: late }),
    () => answering("value"),
    "A result classifier must return an error class, a classification or null at once, got a promise.",
  ],
  "an asynchronous strategy": [
    inTheRetry({ strategy: late }),
    fails,
    "A strategy must return a number of milliseconds at once, got a promise.",
  ],
  "a strategy that returns nothing": [
    inTheRetry({ strategy: () => undefined as never }),
    fails,
    "A strategy must return a number of milliseconds at once, got undefined.",
  ],
  "a strategy that returns null": [
    inTheRetry({ strategy: () => null as never }),
    fails,
    "A strategy must return a number of milliseconds at once, got null.",
  ],
  "an asynchronous budget": [
    inTheRetry({ budget: { consume: late, remaining: () => 1 } }),
    fails,
    "The consume() of a budget must return true or false at once, got a promise.",
  ],
  "a budget that returns nothing": [
    inTheRetry({ budget: { consume: () => undefined as never, remaining: () => 1 } }),
    fails,
    "The consume() of a budget must return true or false at once, got undefined.",
  ],
};

describe.each(drivers)("through %s", (_name, driver) => {
  test.each(Object.entries(mistakes))("%s is a TypeError", async (_what, [options, op, message]) => {
    const { error } = await driver.call(stage(options), op());
    await macrotask();
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toBe(message);
  });

  test.each(["no idea", null, undefined, 0])("a call ends with what its strategy throws, be it no error: %j", async (thrown) => {
    const strategy = (): never => {
      throw thrown;
    };
    const ending = await driver.call(stage(inTheRetry({ strategy })), fails());
    expect(ending).toStrictEqual({ error: thrown });
  });
});
