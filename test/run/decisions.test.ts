/* The decision as a caller sees it: what is asked and consumed on the way, and what is answered. */
import { constant, type PolicyOptions, RateLimitError, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import { alwaysThrowing, asFailure, asSuccess, drivers, hooksOf, listeningBudget, recorder, stage, throwing } from "./driving.ts";

const transient = new TransientError();
const limited = new RateLimitError();

describe.each(drivers)("through %s", (_name, driver) => {
  test("rule 1: an aborted signal stops the call, and nobody classifies the failure", async () => {
    const controller = new AbortController();
    const classifier = vi.fn(() => "TRANSIENT" as const);
    const outcome = await driver.execute(
      stage({ retry: { classifier } }),
      () => {
        controller.abort();
        throw transient;
      },
      { signal: controller.signal },
    );
    expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts: 1, lastClass: null, lastError: null, cause: null });
    expect(classifier).not.toHaveBeenCalled();
  });

  test("rule 7: the strategy is not asked for a delay that nothing follows", async () => {
    const strategy = vi.fn(() => 5);
    await driver.execute(stage({ retry: { strategy, maxAttempts: 2 } }), alwaysThrowing(transient));
    expect(strategy).toHaveBeenCalledTimes(1);
  });

  test("rule 8 before 9: a retry that does not fit costs the budget nothing", async () => {
    const budget = listeningBudget(0);
    const outcome = await driver.execute(
      stage({ retry: { deadlineMs: 100, strategy: constant(100) }, budget }),
      alwaysThrowing(transient),
    );
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1, nextDelayMs: 100 });
    expect(budget.heard).toEqual(["failure TRANSIENT"]);
  });

  test("rule 8: a server's Retry-After that does not fit stops the call, and nextDelayMs carries it", async () => {
    const outcome = await driver.execute(
      stage({ retry: { deadlineMs: 30_000 }, random: () => 0 }),
      alwaysThrowing(new RateLimitError("slow down", { retryAfterMs: 60_000 })),
    );
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1, nextDelayMs: 60_000, lastClass: "RATE_LIMIT" });
  });

  test("rule 9: the budget refuses the second retry", async () => {
    const seen = recorder();
    const policy: PolicyOptions = { retry: { strategy: constant(10) }, budget: listeningBudget(1), hooks: hooksOf(seen) };
    const outcome = await driver.execute(stage(policy), alwaysThrowing(transient));
    expect(outcome).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 2, lastError: transient });
    expect(seen.names()).toEqual(["retry", "budget_exhausted"]);
  });

  test("rule 10: otherwise the call is retried after the delay", async () => {
    const seen = recorder();
    const on = stage({ retry: { strategy: ({ attempt }) => attempt * 100 }, hooks: hooksOf(seen) });
    const at: number[] = [];
    const op = throwing(transient, limited);
    const outcome = await driver.execute(on, (attempt) => {
      at.push(on.clock.now());
      return op(attempt);
    });
    expect(asSuccess(outcome)).toMatchObject({ value: "value", attempts: 3, elapsedMs: 300 });
    expect(at).toEqual([0, 100, 300]);
    expect(seen.events.map(([event, attempt, sleepMs]) => [event, attempt, sleepMs])).toEqual([
      ["retry", 1, 100],
      ["retry", 2, 200],
      ["success", 3, 0],
    ]);
  });

  test.each([Number.NaN, -1, -Infinity, -0])("a delay of %s counts as 0", async (delay) => {
    const seen = recorder();
    const on = stage({ retry: { strategy: () => delay }, hooks: hooksOf(seen) });
    expect(asSuccess(await driver.execute(on, throwing(transient))).attempts).toBe(2);
    expect(seen.delays()).toEqual([0]);
    expect(on.clock.now()).toBe(0);
  });

  test("without a retry there is exactly one attempt, and the stop reason is NO_RETRY", async () => {
    const seen = recorder();
    const op = alwaysThrowing(transient);
    const failure = asFailure(await driver.execute(stage({ hooks: hooksOf(seen) }), op));
    expect(failure).toEqual({
      ok: false,
      stopReason: "NO_RETRY",
      attempts: 1,
      elapsedMs: 0,
      lastClass: "TRANSIENT",
      lastError: transient,
      lastResult: null,
      cause: "exception",
      nextDelayMs: null,
    });
    expect(seen.names()).toEqual(["failed"]);
    expect(op.count).toBe(1);
  });
});
