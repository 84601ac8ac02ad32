/* The default budget: what it counts, whom it belongs to, and how it is told of timeouts. */
import {
  AttemptTimeoutError,
  type Classification,
  constant,
  type FailedBefore,
  Policy,
  Retry,
  type RetryBudget,
  type RetryConfig,
  RetryPolicy,
  RetryThrottle,
  type RetryThrottleOptions,
  retry,
  ServerError,
  TokenBudget,
  TransientError,
  unlimited,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { failing } from "./failing.ts";

const failed: FailedBefore = { errorClass: "TRANSIENT", timeout: false };
const timedOut: FailedBefore = { errorClass: "TRANSIENT", timeout: true };

/** How many retries a budget allows in a row after failures of one kind. */
function allowed(budget: RetryBudget, before: FailedBefore, most = 1_000): number {
  let retries = 0;
  while (retries < most && budget.consume(undefined, before)) retries++;
  return retries;
}

function succeed(budget: RetryBudget, times: number): void {
  for (let i = 0; i < times; i++) budget.recordSuccess?.();
}

describe("RetryThrottle", () => {
  test.each<[string, RetryThrottleOptions, number, number]>([
    ["by default", {}, 500, 5],
    ["with limits of one's own", { capacity: 20, timeoutCapacity: 3 }, 20, 3],
    ["with a capacity below the usual limit of timeouts", { capacity: 2 }, 2, 2],
    ["that retries no timeout", { timeoutCapacity: 0 }, 500, 0],
  ])("%s allows so many retries after failures at once, and so many after timeouts", (_what, options, failures, timeouts) => {
    expect(allowed(new RetryThrottle(options), failed)).toBe(failures);
    expect(allowed(new RetryThrottle(options), timedOut)).toBe(timeouts);
  });

  test("counts failures at once and timeouts apart", () => {
    const budget = new RetryThrottle({ capacity: 20 });
    expect(allowed(budget, failed, 18)).toBe(18);
    expect(allowed(budget, timedOut, 5)).toBe(5);
  });

  test("allows no retry after a timeout while less than a tenth of the failures is left: after an outage, a dependency starts cold", () => {
    const budget = new RetryThrottle();
    allowed(budget, failed);
    succeed(budget, 499);
    expect(budget.consume(1, timedOut)).toBe(false);
    succeed(budget, 1);
    expect(budget.consume(1, timedOut)).toBe(true);
    expect(budget.consume(1, failed)).toBe(true);
  });

  test("allows no retry at all while timeouts exceed their limit: what an overloaded server refuses is not retried either", () => {
    const budget = new RetryThrottle();
    expect(allowed(budget, timedOut, 5)).toBe(5);
    expect(budget.consume(1, failed)).toBe(true);
    expect(budget.consume(1, timedOut)).toBe(false);
    expect(budget.consume(1, failed)).toBe(false);
    succeed(budget, 10);
    expect(budget.consume(1, failed)).toBe(true);
  });

  test("that retries no timeout is no hindrance to other retries", () => {
    const budget = new RetryThrottle({ timeoutCapacity: 0 });
    expect([budget.consume(1, timedOut), budget.consume(1, failed)]).toEqual([false, true]);
  });

  test("takes a failure that is not known for one that came at once", () => {
    const budget = new RetryThrottle({ capacity: 10 });
    let retries = 0;
    while (budget.consume()) retries++;
    expect(retries).toBe(10);
  });

  test("tells what is left whatever the failures: the less of both counts, without the tenth that is not for timeouts", () => {
    const budget = new RetryThrottle({ capacity: 8, timeoutCapacity: 5 });
    expect(budget.remaining()).toBe(5);
    budget.consume(2, timedOut);
    expect(budget.remaining()).toBe(3);
    budget.consume(6, failed);
    expect(budget.remaining()).toBe(1.2);
    succeed(budget, 5);
    expect(budget.remaining()).toBe(1.7);
  });

  test("allows retries after failures at once again with the first successes, one for ten", () => {
    const budget = new RetryThrottle();
    allowed(budget, failed);
    for (let i = 0; i < 10_000; i++) budget.consume(1, failed);
    succeed(budget, 9);
    expect(budget.consume(1, failed)).toBe(false);
    succeed(budget, 10);
    expect(budget.consume(1, failed)).toBe(true);
  });

  test("allows retries after timeouts again when successes have made up for half of what it counts of them", () => {
    const budget = new RetryThrottle();
    for (let i = 0; i < 10_000; i++) budget.consume(1, timedOut);
    succeed(budget, 59);
    expect(allowed(budget, timedOut)).toBe(0);
    succeed(budget, 11);
    expect(allowed(budget, timedOut)).toBe(1);
  });

  test("is never fuller than it was at first, and gives nothing back where nothing is refunded", () => {
    const full = new RetryThrottle({ capacity: 3 });
    succeed(full, 1_000);
    expect(allowed(full, failed)).toBe(3);
    const spent = new RetryThrottle({ capacity: 3, successRefund: 0 });
    allowed(spent, failed);
    succeed(spent, 1_000);
    expect(allowed(spent, failed)).toBe(0);
  });

  test.each([0, -1, Number.NaN, Infinity])("counts no %s of a failure", (cost) => {
    expect(() => new RetryThrottle().consume(cost)).toThrow("retryThrottle.consume.cost must be a finite number > 0");
  });
});

const always = (): never => {
  throw new TransientError();
};
const hasty: RetryConfig = { strategy: constant(0), maxAttempts: 3 };

const stopOf = (policy: Policy): string | null => {
  const outcome = policy.executeSync(always);
  return outcome.ok ? null : outcome.stopReason;
};

/** Whether two policies have one budget: what one of them spends, the other has not got. */
function haveOneBudget(one: Policy, other: Policy): boolean {
  for (let i = 0; i < 500; i++) one.executeSync(always);
  return stopOf(other) === "BUDGET_EXHAUSTED";
}

describe("a retry without a budget", () => {
  test.each<[string, Policy]>([
    ["a policy", new Policy({ retry: {} })],
    ["a policy of a Retry", new Policy({ retry: new Retry() })],
    ["a RetryPolicy", new RetryPolicy()],
    ["a config", RetryPolicy.from({})],
  ])("has a RetryThrottle, which describe() shows: %s", (_what, policy) => {
    expect(policy.describe().budget).toEqual({
      name: "RetryThrottle",
      settings: { capacity: 500, timeoutCapacity: 5, successRefund: 0.1 },
    });
  });

  test("gives up retries after 500 failures in a row, and no first attempt", () => {
    const policy = new Policy({ retry: hasty });
    let attempts = 0;
    for (let i = 0; i < 1_000; i++) attempts += policy.executeSync(always).attempts;
    expect(attempts).toBe(1_500);
    expect(policy.callSync(() => "value")).toBe("value");
  });

  const shared = new Retry(hasty);
  const throttle = new RetryThrottle();
  test.each<[string, boolean, () => [Policy, Policy]]>([
    ["policies of one Retry", true, () => [new Policy({ retry: shared }), new Policy({ retry: shared })]],
    ["policies of one config", false, () => [new Policy({ retry: hasty }), new Policy({ retry: hasty })]],
    ["RetryPolicy.from one config", false, () => [RetryPolicy.from(hasty), RetryPolicy.from(hasty)]],
    ["Retry.from one config", false, () => [new Policy({ retry: Retry.from(hasty) }), new Policy({ retry: Retry.from(hasty) })]],
    ["Retry.from one Retry", false, () => [new Policy({ retry: shared }), new Policy({ retry: Retry.from(shared) })]],
    [
      "Retry.from one Retry with a budget of its own",
      true,
      () => {
        const one = new Retry({ ...hasty, budget: new TokenBudget() });
        return [new Policy({ retry: one }), new Policy({ retry: Retry.from(one) })];
      },
    ],
    [
      "policies with one throttle",
      true,
      () => [new Policy({ retry: hasty, budget: throttle }), new Policy({ retry: shared, budget: throttle })],
    ],
  ])("%s: shared is %s", (_what, areShared, make) => {
    expect(haveOneBudget(...make())).toBe(areShared);
  });

  test("gives every function that retry() wraps one of its own", async () => {
    const wrap = retry(hasty);
    const [failingOne, other] = [wrap(always), wrap(failing(1, "value"))];
    for (let i = 0; i < 500; i++) await expect(failingOne()).rejects.toThrow(TransientError);
    await expect(other()).resolves.toBe("value");
  });

  test("is no contradiction with the policy's budget, which takes its place", () => {
    const budget = new TokenBudget();
    for (const inner of [hasty, new Retry(hasty), Retry.from(new Retry(hasty))])
      expect(new Policy({ retry: inner, budget }).describe().budget?.name).toBe("TokenBudget");
  });

  test.each<[string, object]>([
    ["options", { budget: new RetryThrottle() }],
    ["a Retry", new Retry({ budget: new RetryThrottle() })],
    ["a Retry that says unlimited", new Retry({ budget: unlimited })],
  ])("and one with a budget of its own differ: beside the policy's it is refused, of %s", (_what, inner) => {
    expect(() => new Policy({ retry: inner, budget: new TokenBudget() })).toThrow(
      "policy.budget must be left out where retry.budget is given",
    );
  });
});

describe("unlimited", () => {
  test("allows every retry, and describe() says so", () => {
    const policy = new Policy({ retry: hasty, budget: unlimited });
    for (let i = 0; i < 1_000; i++) expect(stopOf(policy)).toBe("MAX_ATTEMPTS_GLOBAL");
    expect(policy.describe().budget).toEqual({ name: "unlimited", settings: {} });
    expect(unlimited.remaining()).toBe(Infinity);
  });
});

describe("a budget is told of a timeout", () => {
  /** What the budget is told of the failures of one call. */
  async function told(
    operation: (attempt: { readonly signal: AbortSignal }) => unknown,
    options: RetryConfig,
  ): Promise<readonly (FailedBefore | undefined)[]> {
    const clock = new VirtualClock();
    const heard: (FailedBefore | undefined)[] = [];
    const budget: RetryBudget = { consume: (_cost, before) => heard.push(before) > 0, remaining: () => 1 };
    const policy = new Policy({ retry: { ...hasty, maxAttempts: 2, ...options }, budget, clock });
    const outcome = policy.execute(operation);
    await clock.advance(1_000);
    await outcome;
    return heard;
  }
  const never = (): Promise<never> => new Promise(() => {});
  const says = (classification: Classification): RetryConfig => ({ classifier: () => classification });

  test.each<[string, RetryConfig]>([
    ["by default", {}],
    ["by a classifier that does not call it one", { classifier: () => "SERVER_ERROR" }],
    ["by a classifier that says that it is none", says({ errorClass: "SERVER_ERROR", timeout: false })],
  ])("when an attempt timeout of its own cuts an attempt short: %s", async (_what, options) => {
    const [before] = await told(never, { attemptTimeoutMs: 100, ...options });
    expect(before?.timeout).toBe(true);
  });

  test("also where the operation itself throws what its signal was aborted with", async () => {
    const operation = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    expect(await told(operation, { attemptTimeoutMs: 100, classifier: () => "TRANSIENT" })).toEqual([timedOut]);
  });

  test("when the classifier calls a failure one, whatever the error", async () => {
    expect(await told(always, says({ errorClass: "TRANSIENT", timeout: true }))).toEqual([timedOut]);
  });

  test.each<[string, () => unknown, RetryConfig]>([
    ["a failure that came at once", always, {}],
    ["a failure within the attempt timeout", always, { attemptTimeoutMs: 100 }],
    [
      "an attempt timeout of another policy, where the classifier does not call it one",
      () => Promise.reject(new AttemptTimeoutError({ attempt: 1, timeoutMs: 5 })),
      { classifier: () => "TRANSIENT" },
    ],
  ])("and not when it is none: %s", async (_what, operation, options) => {
    expect(await told(operation, options)).toEqual([failed]);
  });

  test("so that a lone call of a plain policy makes all its attempts, and the next one that times out is not retried", async () => {
    const clock = new VirtualClock();
    const policy = new Policy({ retry: { attemptTimeoutMs: 10, strategy: constant(0) }, clock });
    const stops = [];
    for (const operation of [never, never, () => Promise.reject(new ServerError("503"))]) {
      const outcome = policy.execute(operation);
      await clock.advance(1_000);
      stops.push(await outcome);
    }
    expect(stops).toMatchObject([
      { stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 6 },
      { stopReason: "BUDGET_EXHAUSTED", attempts: 1 },
      { stopReason: "BUDGET_EXHAUSTED", attempts: 1, lastClass: "SERVER_ERROR" },
    ]);
  });
});

test("the limit of timeouts is not above the capacity, the default one included", () => {
  const rule = (options: RetryThrottleOptions) => () => new RetryThrottle(options);
  expect(rule({ capacity: 3, timeoutCapacity: 4 })).toThrow(
    "retryThrottle.timeoutCapacity must be a number <= capacity (3), got 4.",
  );
  expect(rule({ timeoutCapacity: 501 })).toThrow("retryThrottle.timeoutCapacity must be a number <= capacity (500), got 501.");
  expect(rule({ capacity: 3, timeoutCapacity: 3 })).not.toThrow();
});
