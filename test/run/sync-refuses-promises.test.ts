/* A synchronous call cannot wait: a promise where a value is due is a TypeError, and is never left unhandled. */
import { CircuitBreaker, constant, type Policy, retrySync, TransientError } from "redress";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { listeningBreaker, macrotask, stage, throwing } from "./driving.ts";

const transient = new TransientError();
const unhandled = vi.fn();
beforeEach(() => void process.on("unhandledRejection", unhandled.mockClear()));
afterEach(() => void process.off("unhandledRejection", unhandled));

const promises: Record<string, () => unknown> = {
  "a promise": () => Promise.resolve("value"),
  "a promise that rejects": () => Promise.reject(new Error("nobody listens")),
  "an async function's promise that rejects later": async () => {
    await null;
    throw new Error("nobody listens");
  },
  // biome-ignore lint/suspicious/noThenProperty: that is the case
  "a thenable": () => ({ then: () => {} }),
};

type Any = Policy<unknown, unknown>;
const ways: Record<string, (policy: Any, fn: () => unknown) => unknown> = {
  callSync: (policy, fn) => policy.callSync(fn),
  executeSync: (policy, fn) => policy.executeSync(fn),
  wrapSync: (policy, fn) => policy.wrapSync(fn)(),
  contextSync: (policy, fn) => policy.contextSync()(fn),
};

describe.each(Object.entries(ways))("%s", (_way, run) => {
  test.each(Object.entries(promises))(
    "given %s by the operation throws a TypeError, retries nothing, and tells the breaker nothing",
    async (_what, give) => {
      const fn = vi.fn(give);
      const breaker = listeningBreaker();
      const { policy } = stage({ retry: { classifier: () => "TRANSIENT", strategy: constant(0) }, circuitBreaker: breaker });
      expect(() => run(policy, fn)).toThrow(
        new TypeError("The operation of a synchronous call must not return a promise: use the asynchronous call instead."),
      );
      expect(fn).toHaveBeenCalledTimes(1);
      expect(breaker.heard).toEqual(["cancel"]);
      await macrotask();
      expect(unhandled).not.toHaveBeenCalled();
    },
  );
});

test.each([
  ["The sleep handler", { retry: { sleep: () => Promise.reject(new Error("nobody listens")) } }],
  ["The sleeper", { retry: { sleeper: () => Promise.reject(new Error("nobody listens")) } }],
  ["The fallback", { fallback: () => Promise.reject(new Error("nobody listens")) }],
])("%s of a synchronous call may not answer a promise", async (who, options) => {
  const { policy } = stage(options);
  expect(() => policy.callSync(throwing(transient))).toThrow(
    new RegExp(`^${who} of a synchronous call must not return a promise`),
  );
  expect(() => policy.callSync(throwing(transient))).toThrow(TypeError);
  await macrotask();
  expect(unhandled).not.toHaveBeenCalled();
});

test("a breaker's callSync and retrySync refuse promises as well", async () => {
  const breaker = new CircuitBreaker();
  expect(() => breaker.callSync(async () => "value")).toThrow(TypeError);
  expect(breaker.stats).toMatchObject({ successfulCalls: 0, failedCalls: 0, cancelledCalls: 1 });
  expect(() => retrySync(async () => "value")()).toThrow(TypeError);
});
