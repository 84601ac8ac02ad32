/* What budgets and strategies hear of a call, and when. */
import {
  AbortRetryError,
  AuthError,
  adaptive,
  type BackoffContext,
  constant,
  type ErrorClass,
  fullJitter,
  isDeadlineExceededError,
  RateLimitError,
  retryAfterOr,
  type Strategy,
  TokenBudget,
  TransientError,
} from "redress";
import { describe, expect, test, vi } from "vitest";
import { alwaysThrowing, answering, drivers, ending, hang, listeningBudget, played, stage, throwing } from "./driving.ts";

const transient = new TransientError();
const limited = new RateLimitError();

/** A strategy that writes down what it hears. */
function listening(delayMs: number, heard: string[], name = ""): Strategy {
  return Object.assign(
    () => {
      heard.push(`${name}asked`);
      return delayMs;
    },
    {
      recordSuccess: () => void heard.push(`${name}success`),
      recordFailure: (errorClass: ErrorClass) => void heard.push(`${name}${errorClass}`),
    },
  );
}

describe.each(drivers)("through %s, a budget", (_name, driver) => {
  test("hears of every call that succeeds, at its first attempt or later", async () => {
    const budget = listeningBudget();
    const on = stage({ retry: { strategy: constant(1) }, budget });
    await driver.call(on, answering("value"));
    expect(budget.heard).toEqual(["success"]);
    await driver.call(on, throwing(transient, limited));
    expect(budget.heard).toEqual(["success", "consume TRANSIENT", "consume RATE_LIMIT", "success"]);
  });

  test("hears of every call that fails, once, by its last class", async () => {
    const budget = listeningBudget();
    await driver.call(stage({ retry: { strategy: constant(1), maxAttempts: 2 }, budget }), throwing(transient, limited));
    expect(budget.heard).toEqual(["consume TRANSIENT", "failure RATE_LIMIT"]);
  });

  test("is not asked about first attempts, nor about what is never retried", async () => {
    const budget = listeningBudget(0);
    const on = stage({ retry: {}, budget });
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
    await driver.call(on, throwing(new AuthError()));
    expect(budget.heard).toEqual(["success", "failure AUTH"]);
  });

  test("hears nothing of calls that were aborted or rejected", async () => {
    const budget = listeningBudget();
    const on = stage({ retry: {}, budget, circuitBreaker: { failureThreshold: 1 } });
    await driver.call(on, throwing(new AbortRetryError()));
    await driver.call(on, answering("value"), { abortIf: () => true });
    expect(budget.heard).toEqual([]);
    await driver.call(stage({ retry: { maxAttempts: 1 }, budget }), throwing(transient));
    expect(budget.heard).toEqual(["failure TRANSIENT"]);
  });

  test("given to the policy or to its retry is the same", async () => {
    for (const where of ["policy", "retry"] as const) {
      const budget = listeningBudget(1);
      const retry = { strategy: constant(1) };
      const on = stage(where === "policy" ? { retry, budget } : { retry: { ...retry, budget } });
      expect(await driver.execute(on, alwaysThrowing(transient))).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 2 });
    }
  });

  test("that a call's success pays back shows it at once", async () => {
    const budget = new TokenBudget({ capacity: 2, successRefund: 0.5 });
    const on = stage({ retry: { strategy: constant(0) }, budget });
    await driver.call(on, throwing(transient, transient));
    expect(budget.remaining()).toBe(0.5);
  });

  test("whose recordSuccess or recordFailure throws changes nothing", async () => {
    const deaf = (): never => {
      throw new Error("the budget's own");
    };
    const budget = { consume: () => true, remaining: () => 1, recordSuccess: deaf, recordFailure: deaf };
    const on = stage({ retry: { maxAttempts: 1 }, budget });
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
    expect(await driver.call(on, throwing(transient))).toEqual({ error: transient });
  });
});

describe.each(drivers)("through %s, a strategy", (_name, driver) => {
  test("hears recordFailure before it is asked, and recordSuccess when the call that it delayed succeeds", async () => {
    const heard: string[] = [];
    await driver.call(stage({ retry: { strategy: listening(1, heard) } }), throwing(transient, limited));
    expect(heard).toEqual(["TRANSIENT", "asked", "RATE_LIMIT", "asked", "success"]);
  });

  test("hears nothing of a call that it did not delay", async () => {
    const heard: string[] = [];
    await driver.call(stage({ retry: { strategy: listening(1, heard) } }), answering("value"));
    expect(heard).toEqual([]);
  });

  test("hears only of its own classes, and each one that delayed the call hears of its success once", async () => {
    const heard: string[] = [];
    const strategies = { RATE_LIMIT: listening(2, heard, "limit ") };
    const on = stage({ retry: { strategy: listening(1, heard, "other "), strategies } });
    await driver.call(on, throwing(transient, limited, transient));
    expect(heard).toEqual([
      "other TRANSIENT",
      "other asked",
      "limit RATE_LIMIT",
      "limit asked",
      "other TRANSIENT",
      "other asked",
      "other success",
      "limit success",
    ]);
  });

  test("hears of the failure that ended the call by maxAttempts, but is not asked", async () => {
    const heard: string[] = [];
    await driver.call(stage({ retry: { strategy: listening(1, heard), maxAttempts: 2 } }), alwaysThrowing(transient));
    expect(heard).toEqual(["TRANSIENT", "asked", "TRANSIENT"]);
  });

  test.each([
    ["8, the delay does not fit", { retry: { deadlineMs: 1 } }],
    ["9, the budget refuses", { retry: {}, budget: listeningBudget(0) }],
  ])("hears of a failure that rule %s ended", async (_rule, policy) => {
    const heard: string[] = [];
    await driver.call(stage({ ...policy, retry: { ...policy.retry, strategy: listening(5, heard) } }), throwing(transient));
    expect(heard).toEqual(["TRANSIENT", "asked"]);
  });

  test.each([
    ["2, a cap per class", { maxRetriesPerClass: { TRANSIENT: 0 } }, transient],
    ["3, a class that is never retried", {}, new AuthError()],
    ["4, the cap on UNKNOWN", { maxUnknownRetries: 0 }, new Error("nobody knows")],
    ["1, an abort", {}, new AbortRetryError()],
  ])("hears nothing where rule %s ended the call", async (_rule, retry, error) => {
    const heard: string[] = [];
    await driver.call(stage({ retry: { ...retry, strategy: listening(5, heard) } }), throwing(error));
    expect(heard).toEqual([]);
  });

  test("that stands around another one passes on what it hears", async () => {
    const heard: string[] = [];
    const strategy = retryAfterOr(adaptive(listening(1, heard)));
    await driver.call(stage({ retry: { strategy } }), throwing(transient));
    expect(heard).toEqual(["TRANSIENT", "asked", "success"]);
  });

  test("is told the attempt, the delay before, the time left, the cause, and the policy's source of chance", async () => {
    const contexts: BackoffContext[] = [];
    const strategy: Strategy = (context) => {
      contexts.push(context);
      return 100 * context.attempt;
    };
    const random = vi.fn(() => 0.25);
    const error = new RateLimitError("slow down", { retryAfterMs: 7 });
    const on = stage({
      retry: { strategy, deadlineMs: 1_000, resultClassifier: (value) => (value === "busy" ? "SERVER_ERROR" : null) },
      random,
    });
    const op = throwing(transient, error);
    await driver.call(on, (attempt) => (attempt.attempt === 3 ? "busy" : op(attempt)), { abortIf: () => contexts.length === 3 });
    expect(contexts.map(({ random: _random, ...context }) => context)).toEqual([
      {
        attempt: 1,
        classification: { errorClass: "TRANSIENT" },
        errorClass: "TRANSIENT",
        prevSleepMs: null,
        remainingMs: 1_000,
        cause: "exception",
      },
      {
        attempt: 2,
        classification: { errorClass: "RATE_LIMIT", retryAfterMs: 7 },
        errorClass: "RATE_LIMIT",
        prevSleepMs: 100,
        remainingMs: 900,
        cause: "exception",
      },
      {
        attempt: 3,
        classification: { errorClass: "SERVER_ERROR" },
        errorClass: "SERVER_ERROR",
        prevSleepMs: 200,
        remainingMs: 700,
        cause: "result",
      },
    ]);
    expect(contexts[0]?.random()).toBe(0.25);
  });

  test("shared by policies keeps no state of a call", async () => {
    const strategy = fullJitter({ baseMs: 100, maxMs: 1_000 });
    const delays: unknown[] = [];
    const sleeper = (ms: number): void => void delays.push(ms);
    const ons = [stage({ retry: { strategy, sleeper } }), stage({ retry: { strategy, sleeper } })];
    for (const on of ons) await driver.call(on, throwing(transient, transient));
    expect(delays).toEqual([100, 200, 100, 200]);
  });
});

test("an attempt that the deadline cut short is not heard by the strategy", async () => {
  const heard: string[] = [];
  const on = stage({ retry: { strategy: listening(1, heard), deadlineMs: 50 } });
  const { error } = await ending(played(on.clock, on.policy.call(hang)));
  expect(isDeadlineExceededError(error)).toBe(true);
  expect(heard).toEqual([]);
});
