/* `policy.with`: another policy that shares what is not overridden. */
import {
  Bulkhead,
  CircuitBreaker,
  constant,
  Hedge,
  type Hooks,
  Policy,
  Retry,
  RetryPolicy,
  TokenBudget,
  TransientError,
  unlimited,
} from "redress";
import { FakePolicy, VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

const clock = new VirtualClock();
const fails = (): never => {
  throw new TransientError();
};
const strategy = constant(1);

test("shares the breaker, also one that the policy has made itself", () => {
  const policy = new Policy({ circuitBreaker: { failureThreshold: 1 }, clock });
  const other = policy.with({ operation: "other" });
  expect(() => policy.callSync(fails)).toThrow(TransientError);
  expect(other.executeSync(() => 1)).toMatchObject({ ok: false, stopReason: "CIRCUIT_OPEN" });
});

test("shares the budget, wherever it stood", () => {
  for (const options of [
    { retry: { strategy, maxAttempts: 2 }, budget: new TokenBudget({ capacity: 1 }) },
    { retry: { strategy, maxAttempts: 2, budget: new TokenBudget({ capacity: 1 }) } },
  ]) {
    const policy = new Policy({ ...options, clock });
    const other = policy.with({ retry: { maxAttempts: 3 } });
    expect(policy.executeSync(fails)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL" });
    expect(other.executeSync(fails)).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 1 });
  }
});

test("merges options of a retry over those of the policy, and takes a Retry in their place", () => {
  const policy = new Policy({ retry: { strategy, maxAttempts: 2, deadlineMs: 500 } });
  expect(policy.with({ retry: { maxAttempts: 4 } }).describe().retry).toMatchObject({
    maxAttempts: 4,
    deadlineMs: 500,
    strategy: { name: "constant" },
  });
  expect(policy.with({ retry: new Retry({ maxAttempts: 4 }) }).describe().retry).toMatchObject({
    maxAttempts: 4,
    deadlineMs: 60_000,
    strategy: { name: "retryAfterOr" },
  });
});

test("replaces what is given: operation, budget, hooks, breaker, fallback", () => {
  const heard: string[] = [];
  const hooks = (name: string): Hooks => ({ onMetric: () => void heard.push(name) });
  const policy = new Policy({ operation: "first", retry: { strategy }, hooks: hooks("first"), fallback: () => "first", clock });
  const other = policy.with({
    operation: "second",
    hooks: hooks("second"),
    fallback: () => "second",
    budget: new TokenBudget({ capacity: 7 }),
    circuitBreaker: new CircuitBreaker({ name: "second" }),
  });
  expect(other.describe()).toMatchObject({
    operation: "second",
    budget: { settings: { capacity: 7 } },
    circuitBreaker: { settings: { name: "second" } },
  });
  expect([policy.callSync(fails), other.callSync(fails)]).toEqual(["first", "second"]);
  expect(new Set(heard.slice(-2))).toEqual(new Set(["second"]));
});

test("leaves the policy as it was, and shares everything where nothing is given", () => {
  const policy = new Policy({ operation: "first", retry: { maxAttempts: 2 }, fallback: { on: ["TRANSIENT"], use: () => 1 } });
  const before = policy.describe();
  expect(policy.with({}).describe()).toEqual(before);
  expect(policy.with({ operation: undefined, retry: undefined }).describe()).toEqual(before);
  policy.with({ operation: "other", retry: { maxAttempts: 9 } });
  expect(policy.describe()).toEqual(before);
});

test("keeps every part that is not overridden", () => {
  const limiter = [new Bulkhead({ name: "db", maxConcurrent: 2 }), new Bulkhead({ name: "host", maxConcurrent: 3 })];
  const heard: string[] = [];
  const policy = new Policy({
    circuitBreaker: { name: "users" },
    limiter,
    hedge: new Hedge({ delayMs: 10 }),
    hooks: [{ onMetric: () => void heard.push("hook") }],
    discard: () => {},
    clock,
  });
  const other = policy.with({ operation: "other" });
  expect(other.describe()).toEqual({ ...policy.describe(), operation: "other" });
  expect(other.describe().limiters).toHaveLength(2);
  expect(other.clock).toBe(clock);
  other.callSync(() => 1);
  expect(heard).toEqual(["hook"]);
  expect(new Policy().with({ operation: "other" }).describe()).toEqual({ operation: "other", nesting: [], hooks: 0 });
});

test("of a fake policy is a fake, with the same answer", async () => {
  const other = new FakePolicy({ value: "faked" }).with({ operation: "other" });
  expect(await other.call(fails)).toBe("faked");
});

test("a budget takes the place of the policy's, and of that of a Retry beside it", () => {
  const budget = new TokenBudget({ capacity: 7 });
  for (const retry of [undefined, { maxAttempts: 4 }, new Retry({ maxAttempts: 4 })]) {
    const { budget: told, retry: settings } = new Policy({ retry: {} }).with({ ...(retry && { retry }), budget }).describe();
    expect([told?.settings["capacity"], settings?.maxAttempts]).toEqual([7, retry === undefined ? 6 : 4]);
  }
});

test("gives a retry to a policy that had none", () => {
  expect(new Policy().with({ retry: { maxAttempts: 2 }, budget: unlimited }).describe()).toMatchObject({
    retry: { maxAttempts: 2 },
    budget: { name: "unlimited" },
  });
});

test("works on a RetryPolicy as on any policy", () => {
  expect(new RetryPolicy({ maxAttempts: 2 }).with({ retry: { maxAttempts: 3 } }).describe().retry?.maxAttempts).toBe(3);
});

test.each<[string, () => unknown, RegExp]>([
  ["an unknown option", () => new Policy().with({ retries: 3 } as never), /^policy\.with\.retries /],
  [
    "a wrong value",
    () => new Policy().with({ operation: 3 as never }),
    /^policy\.with\.operation must be a non-empty string, got 3\./,
  ],
  [
    "a wrong option of the retry",
    () => new Policy({ retry: {} }).with({ retry: { maxAttempts: 0 } }),
    /^retry\.maxAttempts must be/,
  ],
  [
    "a budget without a retry",
    () => new Policy().with({ budget: unlimited }),
    /^policy\.budget must be left out where there is no retry/,
  ],
  [
    "a budget beside a Retry that was given one",
    () => new Policy({ retry: {} }).with({ retry: new Retry({ budget: unlimited }), budget: unlimited }),
    /^policy\.with\.budget must be left out where retry\.budget is given, got an object with consume, remaining\.$/,
  ],
  [
    "two budgets",
    () => new Policy({ retry: {} }).with({ retry: { budget: unlimited }, budget: unlimited }),
    /^policy\.with\.budget must be left out where retry\.budget is given/,
  ],
])("refuses %s", (_what, make, message) => {
  expect(make).toThrow(message);
});
