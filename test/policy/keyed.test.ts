/* `keyed`: one policy for each key. */
import {
  CircuitBreaker,
  constant,
  type FailedHook,
  isCircuitOpenError,
  keyed,
  Policy,
  Retry,
  RetryPolicy,
  RetryThrottle,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

const clock = new VirtualClock();
const strategy = constant(0);
const fails = (): never => {
  throw new TransientError();
};
const circuitBreaker = { failureThreshold: 1 };
const stopOf = (policy: Policy<never, never> | Policy, op: () => unknown = () => "value"): string => {
  const outcome = (policy as Policy).executeSync(op);
  return outcome.ok ? "ok" : outcome.stopReason;
};

describe("a circuit and a throttle for each key", () => {
  test.each([
    ["of options", keyed({ circuitBreaker, clock })],
    ["of a policy", keyed(new Policy({ circuitBreaker, clock }))],
    ["of a policy made by with()", keyed(new Policy({ circuitBreaker, clock }).with({ operation: "chat" }))],
    ["of a RetryPolicy", keyed(new RetryPolicy({ circuitBreaker, maxAttempts: 1, clock }))],
    ["of a function that gives options", keyed(() => ({ circuitBreaker, clock }))],
  ])("%s: a dead one does not shut out the others", (_of, policies) => {
    stopOf(policies.for("dead"), fails);
    expect(stopOf(policies.for("dead"))).toBe("CIRCUIT_OPEN");
    expect(stopOf(policies.for("live"))).toBe("ok");
  });

  test.each([
    ["options", { strategy, maxAttempts: 2 }],
    ["a Retry", new Retry({ strategy, maxAttempts: 2 })],
  ])("the throttle that a retry has by default is made anew, where the retry is given as %s", (_as, retry) => {
    const policies = keyed({ retry, clock });
    for (let calls = 0; calls < 600; calls++) policies.for("dead").executeSync(fails);
    expect(stopOf(policies.for("dead"), fails)).toBe("BUDGET_EXHAUSTED");
    expect(stopOf(policies.for("live"), fails)).toBe("MAX_ATTEMPTS_GLOBAL");
  });

  test("the policy that they are made of keeps its own circuit", () => {
    const policy = new Policy({ circuitBreaker, clock });
    stopOf(keyed(policy).for("dead"), fails);
    expect(stopOf(policy)).toBe("ok");
  });
});

describe("what was given as an instance is shared by all keys:", () => {
  test.each([
    ["in options", (breaker: CircuitBreaker) => keyed({ circuitBreaker: breaker, clock })],
    ["in a policy", (breaker: CircuitBreaker) => keyed(new Policy({ circuitBreaker: breaker, clock }))],
    ["by a function", (breaker: CircuitBreaker) => keyed(() => ({ circuitBreaker: breaker, clock }))],
  ])("a CircuitBreaker %s", (_where, policiesOf) => {
    const policies = policiesOf(new CircuitBreaker({ name: "all", failureThreshold: 1, clock }));
    stopOf(policies.for("one"), fails);
    expect(stopOf(policies.for("other"))).toBe("CIRCUIT_OPEN");
  });

  test("a budget, in the retry or beside it", () => {
    const budgetOf = () => new RetryThrottle({ capacity: 1 });
    const retry = { strategy, maxAttempts: 2 };
    for (const policies of [
      keyed({ retry, budget: budgetOf(), clock }),
      keyed({ retry: { ...retry, budget: budgetOf() }, clock }),
      keyed({ retry: new Retry({ ...retry, budget: budgetOf() }), clock }),
    ]) {
      expect(stopOf(policies.for("one"), fails)).toBe("MAX_ATTEMPTS_GLOBAL");
      expect(stopOf(policies.for("other"), fails)).toBe("BUDGET_EXHAUSTED");
    }
  });

  test("a policy that a function gives, for the keys that it gives it for", () => {
    const gold = new Policy({ circuitBreaker: { ...circuitBreaker, name: "gold" }, clock });
    const policies = keyed((key) => (key.startsWith("gold") ? gold : { circuitBreaker, clock }));
    stopOf(policies.for("gold 1"), fails);
    expect(stopOf(policies.for("gold 2"))).toBe("CIRCUIT_OPEN");
    expect(stopOf(gold)).toBe("CIRCUIT_OPEN");
    expect(stopOf(policies.for("other"))).toBe("ok");
  });

  test("operation, fallback, hooks and classifiers", () => {
    const heard: string[] = [];
    const policies = keyed({
      operation: "chat",
      hooks: { onMetric: (event) => void heard.push(event) },
      fallback: { on: ["PERMANENT"], use: () => "fallback" },
      retry: { classifier: () => "PERMANENT" },
      clock,
    });
    expect(policies.for("one").callSync(fails)).toBe("fallback");
    expect(heard).toEqual(["permanent_fail", "fell_back"]);
    expect(policies.for("one").describe()).toEqual({ ...policies.describe().policy });
  });
});

describe("the circuit of a key is named after it", () => {
  const nameOf = (policy: Policy<never, never> | Policy): unknown => policy.describe().circuitBreaker?.settings["name"];

  test("by the key alone, or behind the name that the options give", () => {
    expect(nameOf(keyed({ circuitBreaker: {} }).for("eu"))).toBe("eu");
    expect(nameOf(keyed({ circuitBreaker: { name: "users" } }).for("eu"))).toBe("users eu");
    expect(nameOf(keyed(new Policy({ circuitBreaker: { name: "users" } })).for("eu"))).toBe("users eu");
  });

  test("a function that names it has the last word, and an instance keeps its name", () => {
    expect(nameOf(keyed(() => ({ circuitBreaker: {} })).for("eu"))).toBe("eu");
    expect(nameOf(keyed((key) => ({ circuitBreaker: { name: `in ${key}` } })).for("eu"))).toBe("in eu");
    expect(nameOf(keyed({ circuitBreaker: new CircuitBreaker({ name: "all" }) }).for("eu"))).toBe("all");
  });

  test("the error of a rejected call says the key", async () => {
    const policies = keyed({ circuitBreaker: { ...circuitBreaker, name: "users" }, clock });
    await policies.for("eu").execute(fails);
    const error = await policies
      .for("eu")
      .call(fails)
      .catch((thrown: unknown) => thrown);
    expect(isCircuitOpenError(error) && error.breaker).toBe("users eu");
    expect((error as Error).message).toContain('Circuit "users eu" is open');
  });
});

test("a hook that fails for every key is told once", () => {
  const told: FailedHook[] = [];
  const hooks = {
    onMetric: () => {
      throw new Error("no metrics");
    },
  };
  const policies = keyed({ hooks, onHookError: (_error, hook) => void told.push(hook) });
  for (const key of ["a", "b", "c"]) policies.for(key).callSync(() => 1);
  expect(told).toEqual([{ name: "onMetric", operation: null }]);
});

test("says what its policies are made of", () => {
  const policy = new Policy({ retry: {}, circuitBreaker: { name: "users" } });
  expect(keyed(policy).describe()).toEqual({ maxKeys: 1_000, policy: policy.describe() });
  const tiers = () => policy;
  expect(keyed(tiers, { maxKeys: 3 }).describe()).toEqual({ maxKeys: 3, make: { name: "tiers", settings: {} } });
});

describe("refuses", () => {
  test.each<[unknown, string]>([
    [7, "keyed.for.key must be a non-empty string, got 7. Make it one: String(key)."],
    ["", 'keyed.for.key must be a non-empty string, got "".'],
    [undefined, "keyed.for.key must be a non-empty string, got undefined."],
    [
      { id: 7 },
      "keyed.for.key must be a non-empty string, got an object with id. Give a string that tells it from others, such as its id.",
    ],
    [
      new URL("https://users.example/7"),
      "keyed.for.key must be a non-empty string, got an instance of URL. Give a string that tells it from others, such as its id.",
    ],
  ])("%o for a key", (key, message) => {
    const policies = keyed({});
    expect(() => policies.for(key as string)).toThrow(new TypeError(message));
    for (const method of ["has", "peek", "delete"] as const)
      expect(() => policies[method](key as string)).toThrow(
        new TypeError(message.replace("keyed.for.key", `keyed.${method}.key`)),
      );
    expect(policies.size).toBe(0);
  });

  test.each<[() => unknown, string]>([
    [() => keyed({}, { maxKeys: 0 }), "keyed.maxKeys must be a finite integer >= 1, got 0."],
    [() => keyed({}, { maxKeys: Infinity }), "keyed.maxKeys must be a finite integer >= 1, got Infinity."],
    [() => keyed({}, { max: 3 } as object), "keyed.max is not an option"],
    [() => keyed({ maxKeys: 3 } as object), "policy.maxKeys is not an option"],
    [() => keyed({ retry: { maxAttempts: 0 } }), "retry.maxAttempts must be an integer >= 1, got 0."],
    [() => keyed(new Retry() as object), "policy must be a plain object of options"],
    [() => keyed("users" as never), 'keyed.subject must be a Policy or the options of one, got "users".'],
    [() => keyed(null as never), "keyed.subject must be a Policy or the options of one, got null."],
    [
      () => keyed(() => undefined as never).for("a"),
      "what keyed.subject returns must be a Policy or the options of one, got undefined.",
    ],
    [
      () => keyed((async () => ({})) as never).for("a"),
      "what keyed.subject returns must be a Policy or the options of one, got a",
    ],
    [() => keyed(() => ({ retry: { maxAttempts: 0 } })).for("a"), "retry.maxAttempts must be an integer >= 1, got 0."],
  ])("%s", (make, message) => {
    expect(make).toThrow(message);
  });

  test("a number of keys that is none as out of range, and what is no number as of the wrong type", () => {
    expect(() => keyed({}, { maxKeys: 0.5 })).toThrow(RangeError);
    expect(() => keyed({}, { maxKeys: "3" as never })).toThrow(TypeError);
  });
});
