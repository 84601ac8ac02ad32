import {
  adaptive,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  decorrelatedJitter,
  defaultClassifier,
  equalJitter,
  exponential,
  fullJitter,
  Hedge,
  legacyStrategy,
  Policy,
  type PolicyDescription,
  Retry,
  RetryPolicy,
  retryAfterOr,
  type Strategy,
  TokenBudget,
  tokenBackoff,
} from "redress";
import { chaos } from "redress/testing";
import { expect, test } from "vitest";

/** A description survives JSON as it is. */
function described(policy: Policy<never, unknown>): PolicyDescription {
  const description = policy.describe();
  expect(JSON.parse(JSON.stringify(description))).toStrictEqual(description);
  return description;
}

const strategyOf = (strategy: Strategy) => described(new Policy({ retry: { strategy } })).retry?.strategy;

test("a policy without parts has nothing to describe: what was left out is absent", () => {
  expect(described(new Policy())).toStrictEqual({ nesting: [], hooks: 0 });
});

test("every default of a retry is told", () => {
  expect(described(new Policy({ retry: {} })).retry).toStrictEqual({
    maxAttempts: 6,
    maxUnknownRetries: 2,
    maxRetriesPerClass: {},
    deadlineMs: 60_000,
    attemptTimeoutMs: "Infinity",
    strategy: {
      name: "retryAfterOr",
      settings: { fallback: { name: "decorrelatedJitter", settings: { baseMs: 250, maxMs: 5_000 } }, jitterMs: 250 },
    },
    strategies: {},
    classifier: { name: "defaultClassifier", settings: {} },
    nested: "stop",
    resultClassifier: { name: "defaultResultClassifier", settings: {} },
    onExhausted: "rethrow",
  });
});

test("every setting of a retry is told", () => {
  const policy = new Policy({
    operation: "fetch_user",
    retry: {
      maxAttempts: 4,
      maxUnknownRetries: Number.POSITIVE_INFINITY,
      maxRetriesPerClass: { RATE_LIMIT: 2, TRANSIENT: Number.POSITIVE_INFINITY },
      deadlineMs: 10_000,
      attemptTimeoutMs: 2_000,
      strategy: constant(10),
      strategies: { RATE_LIMIT: retryAfterOr(tokenBackoff()), SERVER_ERROR: exponential() },
      classifier: function byVendor(error) {
        return defaultClassifier(error);
      },
      resultClassifier: function byStatus() {
        return null;
      },
      sleep: function toQueue() {
        return "sleep";
      },
      beforeSleep: function note() {},
      sleeper: () => {},
      onExhausted: "wrap",
    },
  });
  expect(described(policy)).toMatchObject({
    operation: "fetch_user",
    nesting: ["retry", "attempt_timeout"],
    retry: {
      maxAttempts: 4,
      maxUnknownRetries: "Infinity",
      maxRetriesPerClass: { RATE_LIMIT: 2, TRANSIENT: "Infinity" },
      deadlineMs: 10_000,
      attemptTimeoutMs: 2_000,
      strategy: { name: "constant", settings: { ms: 10 } },
      strategies: {
        RATE_LIMIT: { name: "retryAfterOr", settings: { fallback: { name: "tokenBackoff" } } },
        SERVER_ERROR: { name: "exponential" },
      },
      classifier: { name: "byVendor" },
      resultClassifier: { name: "byStatus" },
      sleep: { name: "toQueue" },
      beforeSleep: { name: "note" },
      sleeper: { name: "sleeper" },
      onExhausted: "wrap",
    },
  });
});

test.each<[Strategy, object]>([
  [constant(5), { name: "constant", settings: { ms: 5 } }],
  [decorrelatedJitter(), { name: "decorrelatedJitter", settings: { baseMs: 250, maxMs: 30_000 } }],
  [equalJitter({ baseMs: 1 }), { name: "equalJitter", settings: { baseMs: 1, maxMs: 30_000 } }],
  [fullJitter({ maxMs: 900 }), { name: "fullJitter", settings: { baseMs: 250, maxMs: 900 } }],
  [tokenBackoff(), { name: "tokenBackoff", settings: { baseMs: 250, maxMs: 20_000 } }],
  [exponential(), { name: "exponential", settings: { baseMs: 100, factor: 2, maxMs: 60_000, jitterRatio: 0.1 } }],
  [
    retryAfterOr(fullJitter(), { jitterMs: 7 }),
    {
      name: "retryAfterOr",
      settings: { fallback: { name: "fullJitter", settings: { baseMs: 250, maxMs: 30_000 } }, jitterMs: 7 },
    },
  ],
  [
    adaptive(retryAfterOr(constant(5)), { windowMs: Number.POSITIVE_INFINITY }),
    {
      name: "adaptive",
      settings: {
        fallback: { name: "retryAfterOr", settings: { fallback: { name: "constant", settings: { ms: 5 } }, jitterMs: 250 } },
        windowMs: "Infinity",
        targetSuccessRatio: 0.9,
        minMultiplier: 1,
        maxMultiplier: 5,
      },
    },
  ],
  [
    legacyStrategy(function fixed() {
      return 1;
    }),
    { name: "legacyStrategy", settings: { delay: "fixed" } },
  ],
  [legacyStrategy(() => 1), { name: "legacyStrategy", settings: { delay: "anonymous" } }],
  [
    function mine() {
      return 1;
    },
    { name: "mine", settings: {} },
  ],
  [
    (
      () => () =>
        1
    )(),
    { name: "anonymous", settings: {} },
  ],
])("strategies tell their settings, those inside of them too: %#", (strategy, expected) => {
  expect(strategyOf(strategy)).toStrictEqual(expected);
});

test("a common strategy that was not given is absent", () => {
  const { retry } = described(new Policy({ retry: { strategies: { TRANSIENT: constant(1) } } }));
  expect(retry).not.toHaveProperty("strategy");
  expect(retry?.strategies).toStrictEqual({ TRANSIENT: { name: "constant", settings: { ms: 1 } } });
});

test("every setting of a breaker is told, its name included", () => {
  expect(described(new Policy({ circuitBreaker: {} })).circuitBreaker).toMatchObject({
    name: "CircuitBreaker",
    settings: {
      name: "default",
      failureThreshold: 5,
      windowMs: 60_000,
      recoveryTimeoutMs: 30_000,
      tripOn: ["TRANSIENT", "SERVER_ERROR"],
      classThresholds: {},
      halfOpenMaxCalls: 1,
      successThreshold: 1,
    },
  });
  const breaker = new CircuitBreaker({
    name: "users",
    failureThreshold: 3,
    classThresholds: { RATE_LIMIT: 9 },
    failureRate: { thresholdRatio: 0.5, minimumCalls: 20 },
    slowCalls: { thresholdRatio: 0.8, minimumCalls: 10, durationMs: 250 },
  });
  expect(described(new Policy({ circuitBreaker: breaker })).circuitBreaker?.settings).toMatchObject({
    name: "users",
    failureThreshold: 3,
    tripOn: ["TRANSIENT", "SERVER_ERROR", "RATE_LIMIT"],
    classThresholds: { RATE_LIMIT: 9 },
    failureRate: { thresholdRatio: 0.5, minimumCalls: 20 },
    slowCalls: { thresholdRatio: 0.8, minimumCalls: 10, durationMs: 250 },
  });
  const byRate = new Policy({ circuitBreaker: { failureRate: { thresholdRatio: 0.5, minimumCalls: 20 } } });
  expect(described(byRate).circuitBreaker?.settings).toMatchObject({ failureThreshold: "Infinity" });
});

test("budgets tell their settings, wherever they were given", () => {
  const rolling = { name: "Budget", settings: { maxRetries: 5, windowMs: 1_000 } };
  const tokens = {
    name: "TokenBudget",
    settings: { capacity: 100, retryCost: 1, successRefund: 0.1, classCosts: { RATE_LIMIT: 5 } },
  };
  const budget = new Budget({ maxRetries: 5, windowMs: 1_000 });
  expect(described(new Policy({ retry: {}, budget })).budget).toStrictEqual(rolling);
  expect(described(new Policy({ retry: { budget } })).budget).toStrictEqual(rolling);
  expect(described(new RetryPolicy({ budget: new TokenBudget({ classCosts: { RATE_LIMIT: 5 } }) })).budget).toStrictEqual(tokens);
});

test("a budget or breaker of one's own is told by its name", () => {
  class SharedBudget {
    consume(): boolean {
      return true;
    }
    remaining(): number {
      return 1;
    }
  }
  expect(described(new RetryPolicy({ budget: new SharedBudget() })).budget).toStrictEqual({ name: "SharedBudget", settings: {} });
});

test("fallbacks tell what they cover, hooks how many they are", () => {
  const cached = (): number => 1;
  const use = { name: "cached", settings: {} };
  expect(described(new Policy({ fallback: cached })).fallback).toStrictEqual({ use });
  expect(described(new Policy({ fallback: { on: ["CIRCUIT_OPEN", "TRANSIENT"], use: cached } })).fallback).toStrictEqual({
    on: ["CIRCUIT_OPEN", "TRANSIENT"],
    use,
  });
  expect(described(new Policy({ hooks: { onMetric: () => {} } })).hooks).toBe(1);
  expect(described(new Policy({ hooks: [{ onMetric: () => {} }, { onLog: () => {} }] })).hooks).toBe(2);
});

test("the parts nest from the outside in", () => {
  const policy = new RetryPolicy({ fallback: () => 1, circuitBreaker: {}, attemptTimeoutMs: 100, maxAttempts: 2 });
  expect(described(policy).nesting).toStrictEqual(["fallback", "breaker", "retry", "attempt_timeout"]);
  expect(described(new Policy({ circuitBreaker: {} })).nesting).toStrictEqual(["breaker"]);
});

test("limiters, hedges and chaos stand between the retry and the operation, and tell their settings", () => {
  const limiters = [new Bulkhead({ name: "db", maxConcurrent: 2 }), new Bulkhead({ name: "host", maxConcurrent: 3 })];
  const policy = new Policy({
    retry: { attemptTimeoutMs: 100 },
    limiter: limiters,
    hedge: new Hedge({ delayMs: 10 }),
    chaos: chaos({ rate: 0.5, enabled: false, faults: [{ error: () => new Error("chaos") }] }),
  });
  const { nesting, limiters: told, hedge, chaos: told2 } = described(policy);
  expect(nesting).toStrictEqual(["retry", "limiter", "hedge", "attempt_timeout", "chaos"]);
  expect(told?.map(({ name, settings }) => [name, settings["name"], settings["maxConcurrent"]])).toEqual([
    ["Bulkhead", "db", 2],
    ["Bulkhead", "host", 3],
  ]);
  expect(hedge).toStrictEqual({ name: "Hedge", settings: { delayMs: 10, maxHedges: 1, loadRatio: 0.05 } });
  expect(told2).toMatchObject({ name: "chaos" });
  expect(described(new Policy({ retry: {} })).nesting).toStrictEqual(["retry"]);
});

test("the same settings are described alike, however they were given", () => {
  const options = { maxAttempts: 3, deadlineMs: 5_000, maxRetriesPerClass: { RATE_LIMIT: 1 } } as const;
  const one = described(new RetryPolicy(options));
  expect(described(new Policy({ retry: options }))).toStrictEqual(one);
  expect(described(new Policy({ retry: new Retry(options) }))).toStrictEqual(one);
  expect(described(RetryPolicy.from(options))).toStrictEqual(one);
  expect(described(new Policy({ retry: Retry.from(new Retry(options)) }))).toStrictEqual(one);
});

test("a description is the caller's: changing it changes no policy", () => {
  const policy = new RetryPolicy({ maxRetriesPerClass: { RATE_LIMIT: 1 } });
  const first = policy.describe();
  Object.assign(first.retry?.maxRetriesPerClass ?? {}, { RATE_LIMIT: 9 });
  expect(policy.describe().retry?.maxRetriesPerClass).toStrictEqual({ RATE_LIMIT: 1 });
});
