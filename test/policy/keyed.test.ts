/* `keyed`: one policy for each key. */
import {
  type AttemptInfo,
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

describe("which policies are kept", () => {
  test("the same key has the same policy, and another one after it was deleted", () => {
    const policies = keyed({});
    const first = policies.for("a");
    expect(policies.for("b")).not.toBe(first);
    expect(policies.for("a")).toBe(first);
    expect(policies.delete("a")).toBe(true);
    expect(policies.delete("a")).toBe(false);
    expect(policies.for("a")).not.toBe(first);
  });

  test("the least recently used goes first; a look is no use", () => {
    const policies = keyed({}, { maxKeys: 3 });
    for (const key of ["a", "b", "c", "a"]) policies.for(key);
    expect(policies.peek("b")).toBe(policies.peek("b"));
    expect(policies.has("b")).toBe(true);
    expect(policies.keys()).toEqual(["b", "c", "a"]);
    policies.for("d");
    expect(policies.keys()).toEqual(["c", "a", "d"]);
    expect(policies.size).toBe(3);
    expect(policies.peek("b")).toBeUndefined();
    expect(policies.has("b")).toBe(false);
  });

  test("a flood of fresh keys does not make a dead dependency look healthy", () => {
    const policies = keyed({ circuitBreaker, clock }, { maxKeys: 10 });
    stopOf(policies.for("dead"), fails);
    for (let key = 0; key < 1_000; key++) policies.for(`flood ${key}`);
    expect(stopOf(policies.for("dead"))).toBe("CIRCUIT_OPEN");
    expect(policies.size).toBe(10);
  });

  test("a circuit that would admit a probe by now may go", async () => {
    const policies = keyed({ circuitBreaker: { ...circuitBreaker, recoveryTimeoutMs: 1_000 }, clock }, { maxKeys: 2 });
    stopOf(policies.for("dead"), fails);
    policies.for("live");
    await clock.advance(1_000);
    policies.for("fresh");
    expect(policies.keys()).toEqual(["live", "fresh"]);
  });

  test("a policy with calls in flight stays while others are idle; where none of the oldest eight may go, the oldest goes", async () => {
    const policies = keyed({ circuitBreaker }, { maxKeys: 9 });
    let end = (): void => {};
    const busy = policies.for("busy").call(() => new Promise<void>((resolve) => (end = resolve)));
    for (let key = 0; key < 9; key++) policies.for(`idle ${key}`);
    expect(policies.keys()).toEqual(["busy", ...[1, 2, 3, 4, 5, 6, 7, 8].map((key) => `idle ${key}`)]);
    for (let key = 1; key < 8; key++) stopOf(policies.for(`idle ${key}`), fails);
    policies.for("idle 8");
    policies.for("fresh");
    expect(policies.has("busy")).toBe(false);
    expect(policies.inFlight).toBe(1);
    end();
    await busy;
    expect(policies.inFlight).toBe(0);
  });

  test("the calls of a policy that had to go end as they would have", async () => {
    const policies = keyed({ retry: { strategy } }, { maxKeys: 1 });
    let attempts = 0;
    const call = policies.for("a").call(async () => {
      policies.for("b");
      if (++attempts < 3) throw new TransientError();
      return attempts;
    });
    await expect(call).resolves.toBe(3);
    expect(policies.keys()).toEqual(["b"]);
  });

  test("a function is asked once for each key, and again for one that had to go", () => {
    const asked: string[] = [];
    const policies = keyed(
      (key) => {
        asked.push(key);
        return {};
      },
      { maxKeys: 2 },
    );
    for (const key of ["a", "b", "a", "b", "c", "a"]) policies.for(key);
    expect(asked).toEqual(["a", "b", "c", "a"]);
  });

  test("a function may ask for other keys while it makes a policy", () => {
    const policies = keyed(
      (key): Policy => (key === "root" ? new Policy({ operation: "root" }) : policies.for("root").with({})),
      {
        maxKeys: 2,
      },
    );
    policies.for("child");
    expect(policies.for("child").describe().operation).toBe("root");
    expect(policies.keys()).toEqual(["root", "child"]);
  });
});

describe("calls in flight", () => {
  const pending = (): { op: (attempt: AttemptInfo) => Promise<void>; end: () => void } => {
    let end = (): void => {};
    const promise = new Promise<void>((resolve) => (end = resolve));
    return { op: () => promise, end: () => end() };
  };

  test("of all keys count in the policy that they are made of, so that its idle() waits for them", async () => {
    const policy = new Policy({ circuitBreaker: {} });
    const policies = keyed(policy);
    const { op, end } = pending();
    const calls = [policies.for("a").call(op), policies.for("b").call(op)];
    expect([policy.inFlight, policies.inFlight, policies.for("a").inFlight]).toEqual([2, 2, 1]);
    let idle = 0;
    const waits = [policy.idle(), policies.idle(), policies.for("a").idle()].map((wait) => wait.then(() => idle++));
    await Promise.resolve();
    expect(idle).toBe(0);
    end();
    await Promise.all([...calls, ...waits]);
    expect([policy.inFlight, policies.inFlight, policies.for("a").inFlight]).toEqual([0, 0, 0]);
  });

  test("of a policy that a function gives count in it, and here", async () => {
    const shared = new Policy();
    const policies = keyed(() => shared);
    const { op, end } = pending();
    const calls = [policies.for("a").call(op), policies.for("b").call(op), shared.call(op)];
    expect([shared.inFlight, policies.inFlight]).toEqual([3, 2]);
    end();
    await Promise.all(calls);
    await policies.idle();
    expect([shared.inFlight, policies.inFlight]).toEqual([0, 0]);
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
    for (const method of ["has", "peek", "delete"] as const) expect(() => policies[method](key as string)).toThrow(TypeError);
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
});
