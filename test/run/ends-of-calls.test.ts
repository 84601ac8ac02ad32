/* What a call leaves behind when it ends in a way that is not usual. */
import {
  AttemptTimeoutError,
  type CallContext,
  CircuitBreaker,
  constant,
  isAbortRetryError,
  outcomeOf,
  type RetryBudget,
  type Strategy,
  TransientError,
} from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, asFailure, asSuccess, drivers, ending, played, stage, throwing } from "./driving.ts";

const transient = new TransientError("down");

describe.each(drivers)("through %s", (_name, driver) => {
  test("what the operation throws once abortIf says so is the cause of what call throws", async () => {
    let hasThrown = false;
    const thrown = new Error("closed");
    const op = (): never => {
      hasThrown = true;
      throw thrown;
    };
    const { error } = await driver.call(stage(), op, { abortIf: () => hasThrown });
    expect(isAbortRetryError(error)).toBe(true);
    expect((error as Error).cause).toBe(thrown);
  });

  test("a budget and a strategy hear by the methods that they have: one that is null is none", async () => {
    const told: unknown[] = [];
    const budget = { consume: () => true, remaining: () => 1, recordSuccess: null, recordFailure: null };
    const strategy = Object.assign(() => 10, { recordSuccess: null, recordFailure: null });
    const on = stage({
      retry: { strategy: strategy as unknown as Strategy, budget: budget as unknown as RetryBudget, maxAttempts: 2 },
      onHookError: (error) => told.push(error),
    });
    expect(await driver.call(on, throwing(transient))).toEqual({ value: "value" });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ error: transient });
    expect(told).toEqual([]);
  });

  test("an observer that hears of nothing but the end may still say what travels with the progress", async () => {
    const onCallEnd = (call: CallContext): void => call.carry("trace", "abc");
    const on = stage({ hooks: { onCallEnd }, retry: { strategy: constant(1), sleep: () => "defer" } });
    const outcome = asFailure(await driver.execute(on, alwaysThrowing(transient)));
    expect(outcome.progress?.carried).toEqual({ trace: "abc" });
  });

  test("the time of a call that was never admitted is that of its fallback", async () => {
    const circuitBreaker = new CircuitBreaker();
    circuitBreaker.trip();
    const on = stage({
      circuitBreaker,
      fallback: () => {
        on.clock.block(7);
        return "instead";
      },
    });
    on.clock.block(1_000);
    const outcome = asSuccess(await driver.execute(on, () => "value"));
    expect(outcome).toMatchObject({ value: "instead", fellBack: true, attempts: 0, elapsedMs: 7 });
  });
});

test("an attempt in flight when its bound calls are disposed of may still time out, and is told so", async () => {
  const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(10) } });
  const bound = on.policy.context({ passAttempt: true });
  const reasons: unknown[] = [];
  const call = ending(
    bound(async ({ signal }) => {
      signal.addEventListener("abort", () => reasons.push(signal.reason));
      await on.clock.sleep(1_000);
    }),
  );
  await on.clock.advance(50);
  bound[Symbol.dispose]();
  const { error } = await played(on.clock, call);
  expect(reasons.map((reason) => reason instanceof AttemptTimeoutError)).toEqual([true]);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED", attempts: 1, elapsedMs: 100 });
  expect((error as Error).cause).toBe(reasons[0]);
});
