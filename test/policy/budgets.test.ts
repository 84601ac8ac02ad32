import {
  Budget,
  constant,
  type ErrorClass,
  type Policy,
  type RetryBudget,
  RetryPolicy,
  TokenBudget,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { failing } from "./failing.ts";

const failedWith = (errorClass: ErrorClass) => ({ errorClass, timeout: false });

const withBudget = (budget: RetryBudget, maxAttempts = 10): Policy =>
  new RetryPolicy({ budget, maxAttempts, strategy: constant(0) });
const always = (): never => {
  throw new TransientError();
};

describe("Budget", () => {
  test("gives so many retries within any window, whole or not at all", () => {
    const clock = new VirtualClock();
    const budget = new Budget({ maxRetries: 3, windowMs: 1_000, clock });
    expect(budget.remaining()).toBe(3);
    expect(budget.consume()).toBe(true);
    clock.block(600);
    expect(budget.consume(2)).toBe(true);
    expect([budget.consume(), budget.remaining()]).toEqual([false, 0]);
    clock.block(400);
    expect([budget.consume(2), budget.remaining()]).toEqual([false, 1]);
    expect([budget.consume(), budget.remaining()]).toEqual([true, 0]);
    clock.block(600);
    expect(budget.remaining()).toBe(2);
  });

  test("forgets none of more than a thousand retries before its window is over", () => {
    const clock = new VirtualClock();
    const budget = new Budget({ maxRetries: 2_000, windowMs: 100_000, clock });
    for (let i = 0; i < 1_000; i++) {
      budget.consume();
      clock.block(1);
    }
    budget.consume();
    clock.block(50);
    budget.consume();
    clock.block(99_999);
    expect(budget.remaining()).toBeLessThan(2_000);
    clock.block(1);
    expect(budget.remaining()).toBe(2_000);
  });

  test("without a limit always has as many left, whatever was taken", () => {
    const budget = new Budget({ maxRetries: Infinity, windowMs: 1_000, clock: new VirtualClock() });
    for (let i = 0; i < 2; i++) expect(budget.consume(Number.MAX_VALUE)).toBe(true);
    expect(budget.remaining()).toBe(Infinity);
  });

  test("of none lets nothing be retried, but every first attempt be made", () => {
    const policy = withBudget(new Budget({ maxRetries: 0, windowMs: 1_000 }));
    expect(policy.executeSync(always)).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 1 });
    expect(policy.callSync(() => "value")).toBe("value");
  });

  test("is shared by all policies that have it", () => {
    const budget = new Budget({ maxRetries: 3, windowMs: 1_000, clock: new VirtualClock() });
    expect(withBudget(budget, 3).executeSync(always)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
    expect(withBudget(budget, 9).executeSync(always)).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 2 });
    expect(budget.remaining()).toBe(0);
  });

  test("is not drained by calls that succeed, nor by retries that are not made", () => {
    const budget = new Budget({ maxRetries: 3, windowMs: 1_000, clock: new VirtualClock() });
    for (let i = 0; i < 100; i++) withBudget(budget).callSync(() => i);
    withBudget(budget, 1).executeSync(always);
    new RetryPolicy({ budget, classifier: () => "PERMANENT" }).executeSync(always);
    new RetryPolicy({ budget, strategy: constant(100), deadlineMs: 100 }).executeSync(always);
    expect(budget.remaining()).toBe(3);
  });
});

describe("TokenBudget", () => {
  test("starts full: a hundred retries", () => {
    const budget = new TokenBudget();
    expect(budget.remaining()).toBe(100);
    for (let i = 0; i < 100; i++) expect(budget.consume()).toBe(true);
    expect([budget.consume(), budget.remaining()]).toEqual([false, 0]);
  });

  test("ten successes earn a retry, up to the capacity", () => {
    const budget = new TokenBudget({ capacity: 2 });
    budget.consume(2);
    for (let i = 0; i < 9; i++) budget.recordSuccess();
    expect(budget.consume()).toBe(false);
    budget.recordSuccess();
    expect(budget.consume()).toBe(true);
    for (let i = 0; i < 1_000; i++) budget.recordSuccess();
    expect(budget.remaining()).toBe(2);
  });

  test("costs and refunds are settings, of single classes too", () => {
    const budget = new TokenBudget({
      capacity: 10,
      retryCost: 2,
      successRefund: 3,
      classCosts: { RATE_LIMIT: 5, CONCURRENCY: 0 },
    });
    expect([budget.consume(), budget.remaining()]).toEqual([true, 8]);
    expect([budget.consume(undefined, failedWith("TRANSIENT")), budget.remaining()]).toEqual([true, 6]);
    expect([budget.consume(undefined, failedWith("RATE_LIMIT")), budget.remaining()]).toEqual([true, 1]);
    expect([budget.consume(undefined, failedWith("RATE_LIMIT")), budget.remaining()]).toEqual([false, 1]);
    expect([budget.consume(undefined, failedWith("CONCURRENCY")), budget.remaining()]).toEqual([true, 1]);
    expect([budget.consume(0.5, failedWith("RATE_LIMIT")), budget.remaining()]).toEqual([true, 0.5]);
    budget.recordSuccess();
    expect(budget.remaining()).toBe(3.5);
  });

  test("hears of every call that succeeds, at its first attempt or later", () => {
    const budget = new TokenBudget({ capacity: 10, successRefund: 1 });
    budget.consume(10);
    const policy = withBudget(budget);
    policy.callSync(() => 1);
    policy.callSync(() => 1);
    expect(budget.remaining()).toBe(2);
    policy.callSync(failing(1, "value"));
    expect(budget.remaining()).toBe(2);
  });

  test("pays by the class of the failure", () => {
    const budget = new TokenBudget({ capacity: 10, successRefund: 0, classCosts: { TRANSIENT: 4 } });
    expect(withBudget(budget).executeSync(always)).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 3 });
    expect(budget.remaining()).toBe(2);
  });

  test("lets an overloaded dependency recover: while nothing succeeds, nothing is retried", () => {
    const budget = new TokenBudget({ capacity: 10 });
    const policy = withBudget(budget, 2);
    const attempts = (op: () => unknown) => policy.executeSync(op).attempts;
    let load = 0;
    for (let i = 0; i < 1_000; i++) load += attempts(always);
    expect(load).toBe(1_010);
    for (let i = 0; i < 100; i++) attempts(() => 1);
    expect(attempts(failing(1, "value"))).toBe(2);
  });
});

describe("a budget's refusal", () => {
  const empty = () => withBudget(new Budget({ maxRetries: 0, windowMs: 1 }));

  test("does not replace the real error", () => {
    const error = new TransientError("the real one");
    expect(() =>
      empty().callSync(() => {
        throw error;
      }),
    ).toThrow(error);
  });

  test("comes before any delay is slept, and tells the delay that it did not allow", () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({ budget: new Budget({ maxRetries: 0, windowMs: 1 }), strategy: constant(250), clock });
    expect(policy.executeSync(always)).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", nextDelayMs: 250, elapsedMs: 0 });
  });
});

describe("a budget of one's own", () => {
  test("is asked with what failed, once per retry, and hears how calls end", () => {
    const heard: unknown[] = [];
    const budget: RetryBudget = {
      consume: (...args) => heard.push(["consume", ...args]) > 0,
      remaining: () => 1,
      recordSuccess: () => heard.push("success"),
      recordFailure: (errorClass) => heard.push(["failure", errorClass]),
    };
    withBudget(budget).callSync(failing(2, "value"));
    withBudget(budget, 1).executeSync(always);
    expect(heard).toEqual([
      ["consume", undefined, failedWith("TRANSIENT")],
      ["consume", undefined, failedWith("TRANSIENT")],
      "success",
      ["failure", "TRANSIENT"],
    ]);
  });

  test("that throws while it decides ends the call with that error", () => {
    const mine = new Error("budget");
    const budget: RetryBudget = {
      consume: () => {
        throw mine;
      },
      remaining: () => 1,
    };
    expect(() => withBudget(budget).executeSync(always)).toThrow(mine);
  });

  test("that throws while it listens changes nothing", () => {
    const budget: RetryBudget = {
      consume: () => true,
      remaining: () => 1,
      recordSuccess: always,
      recordFailure: always,
    };
    expect(withBudget(budget).callSync(() => "value")).toBe("value");
    expect(withBudget(budget, 2).executeSync(always)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL" });
  });
});
