/* The fallback is outermost: it answers for failures and for rejected calls. */
import { AbortRetryError, AuthError, constant, type Failure, outcomeOf, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import {
  alwaysThrowing,
  answering,
  asSuccess,
  drivers,
  ending,
  hang,
  hooksOf,
  played,
  recorder,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();
const retry = { strategy: constant(10), maxAttempts: 2 };

describe.each(drivers)("through %s", (_name, driver) => {
  test("a function gives the value, is told the failure, and fell_back tells of it", async () => {
    const seen = recorder();
    const fallback = vi.fn((_failure: Failure) => "instead");
    const on = stage({ retry, fallback, operation: "fetch_user", hooks: hooksOf(seen) });
    expect(asSuccess(await driver.execute(on, alwaysThrowing(transient)))).toEqual({
      ok: true,
      value: "instead",
      attempts: 2,
      elapsedMs: 10,
      fellBack: true,
    });
    expect(fallback.mock.calls).toEqual([
      [
        {
          ok: false,
          stopReason: "MAX_ATTEMPTS_GLOBAL",
          attempts: 2,
          elapsedMs: 10,
          lastClass: "TRANSIENT",
          lastError: transient,
          lastResult: null,
          cause: "exception",
          nextDelayMs: null,
        },
      ],
    ]);
    expect(seen.names()).toEqual(["retry", "max_attempts_exceeded", "fell_back"]);
    expect(seen.events.at(-1)).toMatchObject(["fell_back", 2, 0, { class: "TRANSIENT", operation: "fetch_user" }]);
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ value: "instead" });
  });

  test.each([undefined, null, 0, "", false])("a fallback may give %s", async (value) => {
    const on = stage({ fallback: () => value });
    expect(asSuccess(await driver.execute(on, alwaysThrowing(transient)))).toMatchObject({ value, fellBack: true });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ value });
  });

  test("is not asked after a success", async () => {
    const fallback = vi.fn();
    expect(asSuccess(await driver.execute(stage({ fallback }), answering("value"))).fellBack).toBe(false);
    expect(fallback).not.toHaveBeenCalled();
  });

  test.each([
    ["its stop reason", ["MAX_ATTEMPTS_GLOBAL"], transient, true],
    ["its last class", ["TRANSIENT"], transient, true],
    ["one of several words", ["AUTH", "TRANSIENT"], transient, true],
    ["another class", ["AUTH"], transient, false],
    ["another stop reason", ["CIRCUIT_OPEN", "DEADLINE_EXCEEDED"], transient, false],
    ["the stop reason of what is never retried", ["NON_RETRYABLE_CLASS"], new AuthError(), true],
  ] as const)("`on` that names %s decides", async (_what, on, error, covered) => {
    const where = stage({ retry, fallback: { on, use: () => "instead" } });
    expect(await driver.call(where, alwaysThrowing(error))).toEqual(covered ? { value: "instead" } : { error });
  });

  test.each([
    ["a function", () => "instead"],
    ["a rule", { on: ["CIRCUIT_OPEN"], use: () => "instead" }],
  ] as const)("%s answers for a rejected call", async (_form, fallback) => {
    const seen = recorder();
    const on = stage({ circuitBreaker: { failureThreshold: 1 }, fallback, hooks: hooksOf(seen) });
    await driver.call(on, alwaysThrowing(transient));
    seen.events.length = 0;
    const op = answering("value");
    expect(asSuccess(await driver.execute(on, op))).toEqual({
      ok: true,
      value: "instead",
      attempts: 0,
      elapsedMs: 0,
      fellBack: true,
    });
    expect(op.count).toBe(0);
    expect(seen.names()).toEqual(["circuit_rejected", "fell_back"]);
  });

  test("an aborted call is not covered by a function", async () => {
    const fallback = vi.fn(() => "instead");
    const stop = new AbortRetryError();
    const on = stage({ retry, fallback });
    expect(await driver.call(on, throwing(stop))).toEqual({ error: stop });
    expect(await driver.call(on, answering("value"), { signal: AbortSignal.abort("left") })).toEqual({ error: "left" });
    expect(fallback).not.toHaveBeenCalled();
  });

  test("nor by the class of a failure before", async () => {
    const stop = new AbortRetryError();
    const on = stage({ retry: { ...retry, maxAttempts: 3 }, fallback: { on: ["TRANSIENT"], use: () => "instead" } });
    expect(await driver.call(on, throwing(transient, stop))).toEqual({ error: stop });
  });

  test("but by ABORTED where that is named", async () => {
    const on = stage({ retry, fallback: { on: ["ABORTED"], use: ({ stopReason }) => stopReason } });
    expect(await driver.call(on, throwing(new AbortRetryError()))).toEqual({ value: "ABORTED" });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ error: transient });
  });

  test("what it throws, the call throws, with the failure as its outcome", async () => {
    const own = new Error("the fallback's own");
    const seen = recorder();
    const on = stage({
      retry,
      hooks: hooksOf(seen),
      fallback: () => {
        throw own;
      },
    });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ error: own });
    expect(outcomeOf(own)).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, lastError: transient });
    await expect(driver.execute(on, alwaysThrowing(transient))).rejects.toBe(own);
    expect(seen.names()).not.toContain("fell_back");
  });

  test("a failed result falls back as well", async () => {
    const on = stage({
      retry: { ...retry, resultClassifier: () => "SERVER_ERROR" },
      fallback: ({ lastResult }) => `instead of ${lastResult}`,
    });
    expect(await driver.call(on, answering(503))).toEqual({ value: "instead of 503" });
  });

  test("onExhausted makes no difference to what is covered", async () => {
    const on = stage({ retry: { ...retry, onExhausted: "wrap" }, fallback: { on: ["TRANSIENT"], use: () => "instead" } });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ value: "instead" });
  });
});

describe("through call, a fallback may be asynchronous", () => {
  test("and is waited for, after the call has let go of everything", async () => {
    const controller = new AbortController();
    const on = stage({ retry: { deadlineMs: 100 }, fallback: () => on.clock.sleep(5_000).then(() => "late, but instead") });
    const call = on.policy.execute(hang, { signal: controller.signal });
    await on.clock.advance(100);
    expect(on.clock.pending).toBe(1);
    controller.abort();
    expect(asSuccess(await played(on.clock, call))).toMatchObject({ value: "late, but instead", elapsedMs: 5_100, attempts: 1 });
  });

  test("and what it rejects with, the call rejects with", async () => {
    const own = new Error("the fallback's own");
    const on = stage({ fallback: () => Promise.reject(own) });
    expect(await ending(on.policy.call(alwaysThrowing(transient)))).toEqual({ error: own });
    expect(outcomeOf(own)).toMatchObject({ stopReason: "NO_RETRY", lastError: transient });
    await expect(on.policy.execute(alwaysThrowing(transient))).rejects.toBe(own);
  });
});
