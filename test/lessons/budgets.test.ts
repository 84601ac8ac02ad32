/* Lessons, "Budgets": none of these sentences may ever be true of redress. */
import { Budget, constant, outcomeOf, type RetryBudget, TokenBudget, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, drivers, hooksOf, recorder, stage, throwing } from "../run/driving.ts";

const transient = new TransientError("the real error");
const retry = { strategy: constant(100), maxAttempts: 9 };

/** One of each kind, with so many retries to give. */
const kinds: Record<string, (retries: number) => RetryBudget> = {
  Budget: (maxRetries) => new Budget({ maxRetries, windowMs: 60_000, clock: new VirtualClock() }),
  TokenBudget: (retries) => {
    // It may not hold none at all, so it is emptied.
    const budget = new TokenBudget({ capacity: Math.max(1, retries) });
    if (retries === 0) budget.consume();
    return budget;
  },
};

describe.each(drivers)("through %s", (_name, driver) => {
  describe.each(Object.entries(kinds))("%s", (_kind, make) => {
    test("never: the refusal replaces the real error", async () => {
      const end = await driver.call(stage({ retry, budget: make(0) }), alwaysThrowing(transient));
      expect(end.error).toBe(transient);
      expect(outcomeOf(transient)).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 1, lastError: transient });
    });

    test("never: the budget is asked after the delay was slept", async () => {
      const on = stage({ retry, budget: make(2) });
      expect(await driver.execute(on, alwaysThrowing(transient))).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 3 });
      // Two delays were slept, for the two retries that were made.
      expect(on.clock.now()).toBe(200);
    });

    test("never: a budget gates the first attempt", async () => {
      const budget = make(0);
      const op = answering("value");
      for (let call = 1; call <= 20; call++) expect(await driver.call(stage({ retry, budget }), op)).toEqual({ value: "value" });
      expect(op.count).toBe(20);
    });

    test("never: capacity drains through calls that succeed", async () => {
      const budget = make(5);
      const on = stage({ retry, budget });
      for (let call = 1; call <= 100; call++) await driver.call(on, answering("value"));
      expect(budget.remaining()).toBe(5);
    });

    test("retries that are not made cost nothing", async () => {
      const budget = make(5);
      await driver.call(stage({ retry: { ...retry, maxAttempts: 1 }, budget }), alwaysThrowing(transient));
      await driver.call(stage({ retry: { ...retry, deadlineMs: 50 }, budget }), alwaysThrowing(transient));
      await driver.call(stage({ retry: { ...retry, maxRetriesPerClass: { TRANSIENT: 0 } }, budget }), alwaysThrowing(transient));
      expect(budget.remaining()).toBe(5);
    });

    test("is shared by the calls of many policies", async () => {
      const budget = make(3);
      const ops = [alwaysThrowing(transient), alwaysThrowing(transient)];
      for (const op of ops) await driver.call(stage({ retry: { ...retry, maxAttempts: 3 }, budget }), op);
      expect(ops.map(({ count }) => count)).toEqual([3, 2]);
      expect(budget.remaining()).toBe(0);
    });
  });

  test("never: requests earn a token budget: first attempts and failed calls give nothing back", async () => {
    const budget = new TokenBudget({ capacity: 10, successRefund: 1 });
    while (budget.consume());
    for (let call = 1; call <= 50; call++) {
      const op = alwaysThrowing(transient);
      await driver.call(stage({ retry, budget }), op);
      expect(op.count).toBe(1);
    }
    expect(budget.remaining()).toBe(0);
  });

  test("successes earn a token budget: a tenth of a retry each, up to its capacity", async () => {
    const budget = new TokenBudget({ capacity: 2 });
    const on = stage({ retry, budget });
    const left: number[] = [];
    while (budget.consume());
    for (let call = 1; call <= 30; call++) {
      await driver.call(on, answering("value"));
      left.push(budget.remaining());
    }
    expect(left.slice(0, 11)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1]);
    expect(left.at(-1)).toBe(2);
  });

  test("an overloaded system is left alone while it is down, and retried again once it has recovered", async () => {
    const budget = new TokenBudget({ capacity: 5, successRefund: 0.5 });
    const on = stage({ retry: { ...retry, maxAttempts: 3 }, budget });
    const load = async (calls: number, make: () => ReturnType<typeof throwing>): Promise<number> => {
      let invocations = 0;
      for (let call = 1; call <= calls; call++) {
        const op = make();
        await driver.call(on, op);
        invocations += op.count;
      }
      return invocations;
    };
    // Down: 100 calls make 100 first attempts and the 5 retries that were left, however long it lasts.
    expect(await load(100, () => alwaysThrowing(transient))).toBe(105);
    expect(await load(100, () => alwaysThrowing(transient))).toBe(100);
    // Up again: successes earn, and retries are made anew.
    expect(await load(10, () => throwing())).toBe(10);
    expect(budget.remaining()).toBe(5);
    expect(await load(2, () => throwing(transient))).toBe(4);
  });

  test("a rolling budget allows no more than its retries within any window, and forgets what is as old as the window", async () => {
    const clock = new VirtualClock();
    const budget = new Budget({ maxRetries: 2, windowMs: 1_000, clock });
    const seen = recorder();
    const on = stage({ retry: { strategy: constant(0), maxAttempts: 2 }, budget, hooks: hooksOf(seen) }, clock);
    const retriesAt: number[] = [];
    for (let call = 0; call < 24; call++) {
      const op = alwaysThrowing(transient);
      await driver.call(on, op);
      if (op.count === 2) retriesAt.push(clock.now());
      clock.block(100);
    }
    expect(retriesAt).toEqual([0, 100, 1_000, 1_100, 2_000, 2_100]);
  });
});
