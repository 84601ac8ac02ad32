/* How many calls of a policy are in flight, and when none is. */
import { AbortRetryError, CircuitBreaker, constant, Policy, type PolicyOptions, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, drivers, hang, isSettled, type Op, played, stage } from "./driving.ts";

const fault = new Error("a mistake in the policy");
const throws = (): never => {
  throw fault;
};
const held = new CircuitBreaker();
held.trip();

const ends: Readonly<Record<string, [PolicyOptions<unknown, unknown>, Op]>> = {
  "with a value": [{}, answering(1)],
  "with an error": [{ retry: { strategy: constant(1) } }, alwaysThrowing(new TransientError())],
  "because it was aborted": [{}, throws2(new AbortRetryError())],
  "before it was admitted": [{ circuitBreaker: held }, answering(1)],
  "with the value of a fallback": [{ fallback: () => 1 }, throws],
  "with the error of a fallback": [{ fallback: throws }, throws],
  "with a fault of the policy": [{ retry: { strategy: throws } }, alwaysThrowing(new TransientError())],
};

function throws2(error: Error): Op {
  return () => {
    throw error;
  };
}

describe.each(drivers)("through %s", (_name, driver) => {
  test.each(Object.entries(ends))("a call that ends %s is in flight until then", async (_how, [options, op]) => {
    const on = stage(options);
    const seen: number[] = [];
    await driver.call(on, (attempt) => {
      seen.push(on.policy.inFlight);
      return op(attempt);
    });
    expect(on.policy.inFlight).toBe(0);
    expect(seen.every((count) => count === 1)).toBe(true);
  });
});

test("calls are counted from their beginning, asleep or not", async () => {
  const on = stage({ retry: { strategy: constant(100), maxAttempts: 2 } });
  const calls = [on.policy.execute(alwaysThrowing(new TransientError())), on.policy.execute(() => on.clock.sleep(50))];
  expect(on.policy.inFlight).toBe(2);
  await on.clock.advance(60);
  expect(on.policy.inFlight).toBe(1);
  await played(on.clock, Promise.all(calls));
  expect(on.policy.inFlight).toBe(0);
});

test("idle resolves when the last call has ended, and at once where none is in flight", async () => {
  const on = stage({ retry: { deadlineMs: 100 } });
  await on.policy.idle();
  void on.policy.execute(hang);
  void on.policy.execute(() => on.clock.sleep(50));
  const [first, second] = [on.policy.idle(), on.policy.idle()];
  await on.clock.advance(60);
  expect(await isSettled(first)).toBe(false);
  await on.clock.advance(60);
  expect(await Promise.all([first, second])).toEqual([undefined, undefined]);
});

test("a policy does not count the calls of another one that it was made with", async () => {
  const on = stage({ retry: {} });
  const other = on.policy.with({ operation: "other" });
  void other.execute(() => on.clock.sleep(10));
  expect([on.policy.inFlight, other.inFlight]).toEqual([0, 1]);
  expect(new Policy().inFlight).toBe(0);
  await on.clock.advance(20);
});
