/* Lessons, "Hooks": none of these sentences may ever be true of redress. */
import { CircuitBreaker, constant, type Hooks, PermanentError, TransientError } from "redress";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HOOK_NAMES } from "../../src/core/events.ts";
import { alwaysThrowing, answering, drivers, hooksOf, macrotask, type Op, recorder, stage, throwing } from "../run/driving.ts";

const transient = new TransientError();
const unhandled = vi.fn();
beforeEach(() => void process.on("unhandledRejection", unhandled.mockClear()));
afterEach(() => void process.off("unhandledRejection", unhandled));

const throws = (): never => {
  throw new Error("the listener's own");
};
const rejects = (): Promise<never> => Promise.reject(new Error("the listener's own"));

const everywhere = (listener: () => unknown): Hooks => Object.fromEntries(HOOK_NAMES.map((name) => [name, listener])) as Hooks;

/** Listens in place of the warnings. */
const onHookError = (): void => {};

const ops: Record<string, () => Op> = {
  "a success": () => answering("value"),
  "a success after retries": () => throwing(transient, transient),
  "a failure that is never retried": () => alwaysThrowing(new PermanentError("as it was")),
  "a failure after all attempts": () => alwaysThrowing(transient),
  "a failed result": () => answering("bad"),
};

describe.each(drivers)("through %s", (_name, driver) => {
  describe.each(Object.entries(ops))("%s", (_what, op) => {
    const retry = {
      strategy: constant(10),
      maxAttempts: 3,
      resultClassifier: (value: unknown) => (value === "bad" ? ("TRANSIENT" as const) : null),
    };
    const end = async (hooks?: Hooks, callHooks?: Hooks) => {
      const on = stage({ retry, circuitBreaker: {}, ...(hooks && { hooks }), onHookError });
      const counted = op() as Op & { count: number };
      const outcome = await driver.execute(on, counted, callHooks);
      const { error, ...value } = await driver.call(on, op(), callHooks);
      return { outcome, value, error: String(error), count: counted.count, now: on.clock.now() };
    };

    test("never: a throwing listener ends the call, or aborts the loop with its own error", async () => {
      const plain = await end();
      expect(await end(everywhere(throws))).toEqual(plain);
      expect(await end(undefined, everywhere(throws))).toEqual(plain);
    });

    test("never: an async listener's rejection is unhandled", async () => {
      const plain = await end();
      expect(await end(everywhere(rejects), everywhere(rejects))).toEqual(plain);
      await macrotask();
      expect(unhandled).not.toHaveBeenCalled();
    });

    test("never: attaching an observer changes what the caller sees", async () => {
      const seen = recorder();
      expect(await end(hooksOf(seen), hooksOf(recorder()))).toEqual(await end());
      expect(seen.events.length).toBeGreaterThan(0);
    });
  });

  test("a listener that throws does not silence the others, nor itself the next time", async () => {
    const first = vi.fn(throws);
    const second = recorder();
    const on = stage({ retry: { strategy: constant(1) }, hooks: [{ onMetric: first }, hooksOf(second)], onHookError });
    await driver.call(on, throwing(transient, transient));
    expect(first).toHaveBeenCalledTimes(3);
    expect(second.names()).toEqual(["retry", "retry", "success"]);
  });

  test.each([
    ["throws", throws],
    ["rejects", rejects],
  ])("an onStateChange or beforeSleep that %s changes nothing", async (_how, listener) => {
    const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 0, onStateChange: listener });
    const on = stage({ retry: { strategy: constant(1), maxAttempts: 2, beforeSleep: listener }, circuitBreaker: breaker });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ error: transient });
    expect(breaker.state).toBe("open");
    expect(await driver.call(on, throwing(transient))).toEqual({ value: "value" });
    expect(breaker.state).toBe("closed");
    await macrotask();
    expect(unhandled).not.toHaveBeenCalled();
  });
});

test("a listener is not waited for", async () => {
  const on = stage({ retry: { strategy: constant(1) }, hooks: everywhere(() => new Promise(() => {})) });
  const call = on.policy.call(throwing(transient));
  await on.clock.run();
  expect(await call).toBe("value");
  expect(on.clock.now()).toBe(1);
});
