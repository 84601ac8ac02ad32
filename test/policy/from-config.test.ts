import { constant, Policy, Retry, type RetryConfig, RetryPolicy, RetryThrottle, TokenBudget } from "redress";
import { describe, expect, test } from "vitest";
import { deepFrozen } from "./bad-input/option-table.ts";
import { failing } from "./failing.ts";

const config: RetryConfig = deepFrozen({
  maxAttempts: 4,
  deadlineMs: 8_000,
  strategy: constant(0),
  maxRetriesPerClass: { RATE_LIMIT: 2, TRANSIENT: 9 },
});

describe("Retry.from", () => {
  test("makes a retry of a shared config", () => {
    expect(Retry.from(config).settings).toMatchObject({
      maxAttempts: 4,
      deadlineMs: 8_000,
      maxRetriesPerClass: { RATE_LIMIT: 2, TRANSIENT: 9 },
    });
  });

  test("replaces some options, each as a whole, and leaves the others and the config alone", () => {
    const { settings } = Retry.from(config, { maxAttempts: 2, maxRetriesPerClass: { AUTH: 0 }, onExhausted: "wrap" });
    expect(settings).toMatchObject({ maxAttempts: 2, deadlineMs: 8_000, onExhausted: "wrap" });
    expect(settings.maxRetriesPerClass).toEqual({ AUTH: 0 });
    expect(config.maxAttempts).toBe(4);
  });

  test("takes a retry in place of a config", () => {
    const first = Retry.from(config, { attemptTimeoutMs: 100 });
    expect(Retry.from(first).settings).toEqual(first.settings);
    expect(Retry.from(first, { maxAttempts: 1 }).settings).toEqual({ ...first.settings, maxAttempts: 1 });
  });

  test("of a retry without a common strategy stays without one", () => {
    const perClass = new Retry({ strategies: { TRANSIENT: constant(1) } });
    expect(Retry.from(perClass).settings.strategy).toBeUndefined();
  });

  test("an override that is undefined means the default", () => {
    expect(Retry.from(config, { maxAttempts: undefined }).settings.maxAttempts).toBe(6);
    expect(Retry.from(new Retry({ budget: new TokenBudget() }), { budget: undefined }).settings.budget).toBeInstanceOf(
      RetryThrottle,
    );
  });

  test("gives settings that nobody can change", () => {
    const { settings } = Retry.from(config);
    expect(() => Object.assign(settings, { maxAttempts: 9 })).toThrow(TypeError);
    expect(() => Object.assign(settings.maxRetriesPerClass, { AUTH: 9 })).toThrow(TypeError);
    expect(() => Object.assign(settings.strategies, { AUTH: constant(1) })).toThrow(TypeError);
  });
});

describe("RetryPolicy.from", () => {
  test("makes a policy of a shared config, with options of the policy around it", () => {
    const policy = RetryPolicy.from(config, { operation: "fetch_user", maxAttempts: 2, circuitBreaker: { name: "users" } });
    expect(policy).toBeInstanceOf(RetryPolicy);
    expect(policy).toBeInstanceOf(Policy);
    expect(policy.describe()).toMatchObject({
      operation: "fetch_user",
      retry: { maxAttempts: 2, deadlineMs: 8_000 },
      circuitBreaker: { settings: { name: "users" } },
    });
  });

  test("is the same as the policy around a retry from the config", () => {
    expect(RetryPolicy.from(config).describe()).toEqual(new Policy({ retry: config }).describe());
  });

  test("the policy works", () => {
    const op = failing(3, "value");
    expect(RetryPolicy.from(config).callSync(op)).toBe("value");
    expect(op.calls).toBe(4);
  });
});

describe("one config, many policies", () => {
  test("share no state: what one has seen, the other has not", () => {
    const options = deepFrozen({ maxAttempts: 1, circuitBreaker: { name: "users", failureThreshold: 1 } });
    const [one, two] = [new RetryPolicy(options), new RetryPolicy(options)];
    expect(() => one.callSync(failing(1, "value"))).toThrow();
    expect(one.executeSync(() => "value")).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    expect(two.executeSync(() => "value")).toMatchObject({ ok: true });
  });

  test("share a budget that stands in the config, for that is what it is for", () => {
    const shared: RetryConfig = { ...config, budget: new TokenBudget({ capacity: 1, successRefund: 0 }) };
    expect(RetryPolicy.from(shared).callSync(failing(1, "value"))).toBe("value");
    expect(RetryPolicy.from(shared).executeSync(failing(1, "value"))).toMatchObject({ stopReason: "BUDGET_EXHAUSTED" });
  });

  test("do not see what becomes of the object after they were made", () => {
    const mine = { maxAttempts: 2, strategy: constant(0), maxRetriesPerClass: { TRANSIENT: 5 } };
    const policy = new RetryPolicy(mine);
    mine.maxAttempts = 9;
    mine.maxRetriesPerClass.TRANSIENT = 0;
    expect(policy.executeSync(failing(9, "value"))).toMatchObject({ attempts: 2, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  });
});
