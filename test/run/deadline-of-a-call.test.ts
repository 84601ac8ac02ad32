/* `deadlineMs` among the options of a call holds beside the policy's: the sooner one counts. */
import { constant, isDeadlineExceededError, type PolicyOptions, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, asFailure, drivers, hang, isSettled, played, stage, throwing } from "./driving.ts";

const transient = new TransientError();

describe.each(drivers)("through %s", (_name, driver) => {
  test.each<[string, PolicyOptions, number | undefined, number]>([
    ["sooner than the policy's", { retry: { strategy: constant(40), deadlineMs: 1_000 } }, 100, 3],
    ["later than the policy's", { retry: { strategy: constant(40), deadlineMs: 100 } }, 1_000, 3],
    ["where the policy has none", { retry: { strategy: constant(40), deadlineMs: Number.POSITIVE_INFINITY } }, 100, 3],
    ["of no limit", { retry: { strategy: constant(40), deadlineMs: 100 } }, Number.POSITIVE_INFINITY, 3],
    ["left out", { retry: { strategy: constant(40), deadlineMs: 100 } }, undefined, 3],
  ])("bounds retries: %s", async (_which, options, deadlineMs, attempts) => {
    const outcome = await driver.execute(stage(options), alwaysThrowing(transient), { deadlineMs });
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts, elapsedMs: 80 });
  });

  test("where it is the same as the policy's, the deadline is the policy's", async () => {
    const op = alwaysThrowing(transient);
    const on = stage({ retry: { strategy: constant(40), deadlineMs: 100 } });
    const whose: unknown[] = [];
    for (const deadlineMs of [99, 100, 101]) {
      // Options with hooks are read in another way.
      for (const hooks of [{}, { onMetric: () => {} }]) {
        whose.push(asFailure(await driver.execute(on, op, { deadlineMs, ...hooks })).deadlineOf);
      }
    }
    expect(whose).toEqual(["call", "call", "policy", "policy", "policy", "policy"]);
  });

  test("the operation sees what is left of it", async () => {
    const left: number[] = [];
    const op = throwing(transient);
    await driver.call(
      stage({ retry: { strategy: constant(40) } }),
      (attempt) => {
        left.push(attempt.remainingMs);
        return op(attempt);
      },
      { deadlineMs: 100 },
    );
    expect(left).toEqual([100, 60]);
  });
});

test.each<[string, PolicyOptions]>([
  ["a policy with a later one", { retry: { deadlineMs: 60_000 } }],
  ["a policy without one", { retry: { deadlineMs: Number.POSITIVE_INFINITY } }],
  ["a policy without a retry", {}],
])("cuts an attempt in flight: %s", async (_which, options) => {
  const on = stage(options);
  const calls = [500, 100, 300].map((deadlineMs) => on.policy.execute(hang, { deadlineMs }));
  for (const [index, atMs] of [
    [1, 100],
    [2, 300],
    [0, 500],
  ] as const) {
    await on.clock.advance(atMs - on.clock.now() - 1);
    expect(await isSettled(calls[index] as Promise<unknown>)).toBe(false);
    await on.clock.advance(1);
    const outcome = asFailure(await (calls[index] as (typeof calls)[number]));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", elapsedMs: atMs });
    expect(isDeadlineExceededError(outcome.lastError)).toBe(true);
    expect(outcome.lastError).toMatchObject({ deadlineMs: atMs });
  }
  expect(on.clock.now()).toBe(500);
});

test("leaves no alarm behind when the call has ended in time", async () => {
  const on = stage({ retry: {} });
  await played(
    on.clock,
    on.policy.call(() => on.clock.sleep(1), { deadlineMs: 100 }),
  );
  await on.clock.advance(1_000);
  expect(on.policy.inFlight).toBe(0);
});
