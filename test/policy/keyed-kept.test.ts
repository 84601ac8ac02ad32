/* Which policies `keyed` keeps, which of their calls are in flight, and who looks at them. */
import { type AttemptInfo, CircuitBreaker, constant, keyed, Policy, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import type { KEYED, KEYED_PLANS, KeyedPolicies, PlanVisit } from "../../src/policy/keyed/keyed-policies.ts";
import { PLAN } from "../../src/run/call/plan.ts";

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

  test("a function that asks for its own key meanwhile makes it once", () => {
    const inner: unknown[] = [];
    const policies = keyed((key) => {
      if (inner.push("asked") === 1) inner.push(policies.for(key));
      return {};
    });
    expect(policies.for("a")).toBe(inner[2]);
    expect(policies.keys()).toEqual(["a"]);
    expect(policies.delete("a")).toBe(true);
    expect(policies.keys()).toEqual([]);
  });

  test("a closed circuit of one's own keeps no policy, whatever else it says", () => {
    const own = new CircuitBreaker();
    Object.defineProperty(own, "retryAfterMs", { value: 5_000 });
    const policies = keyed((key) => (key === "own" ? { circuitBreaker: own } : {}), { maxKeys: 2 });
    for (const key of ["own", "b", "c"]) policies.for(key);
    expect(policies.keys()).toEqual(["b", "c"]);
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

  test("of policies of options that a function gives count here", async () => {
    const policies = keyed(() => ({}));
    const { op, end } = pending();
    const calls = [policies.for("a").call(op), policies.for("b").call(op)];
    expect([policies.inFlight, policies.for("a").inFlight]).toEqual([2, 1]);
    let idle = false;
    const wait = policies.idle().then(() => {
      idle = true;
    });
    await Promise.resolve();
    expect(idle).toBe(false);
    end();
    await Promise.all([...calls, wait]);
    expect(policies.inFlight).toBe(0);
  });
});

describe("who looks at the policies of keys from another copy of this package", () => {
  const policyOf = (policies: object, key: string) =>
    ((policies as Record<symbol, unknown>)[Symbol.for("redress.keyed/1")] as KeyedPolicies[typeof KEYED])(key);
  const showPlans = (policies: object, visit: PlanVisit) =>
    ((policies as Record<symbol, unknown>)[Symbol.for("redress.keyed-plans/1")] as KeyedPolicies[typeof KEYED_PLANS])(visit);

  test("is given one as that of the key would be, and none is kept for it", () => {
    const policies = keyed({ operation: "chat", circuitBreaker: { name: "users" } });
    const given = policyOf(policies, "eu");
    expect(policies.size).toBe(0);
    expect(given?.describe()).toEqual(policies.for("eu").describe());
    expect(given).not.toBe(policies.for("eu"));
  });

  test("is given the one that was used last where a function makes them, and `null` before there is one", () => {
    const asked: string[] = [];
    const policies = keyed((key) => {
      asked.push(key);
      return {};
    });
    expect(policyOf(policies, "a")).toBeNull();
    for (const key of ["a", "b", "a"]) policies.for(key);
    expect(policyOf(policies, "c")).toBe(policies.for("a"));
    expect(asked).toEqual(["a", "b"]);
  });

  test("is shown the plans of those that are kept and of those made later, until it has seen enough", () => {
    const policies = keyed({}, { maxKeys: 3 });
    const planOf = (key: string) => (policies.for(key) as Policy)[PLAN];
    const watch = () => {
      const seen = { shown: [] as unknown[], ended: [] as unknown[], end: () => {} };
      seen.end = showPlans(policies, (plan) => {
        seen.shown.push(plan);
        return () => void seen.ended.push(plan);
      });
      return seen;
    };
    const [a, b] = [planOf("a"), planOf("b")];
    const [one, other] = [watch(), watch()];
    expect([one.shown, other.shown]).toEqual([
      [a, b],
      [a, b],
    ]);
    const [c, d] = [planOf("c"), planOf("d")];
    expect(one.shown.length).toBe(4);
    for (const [index, plan] of [a, b, c, d].entries()) expect(one.shown[index]).toBe(plan);
    one.end();
    expect(one.ended.length).toBe(3);
    for (const [index, plan] of [b, c, d].entries()) expect(one.ended[index]).toBe(plan);
    planOf("e");
    expect([one.shown.length, other.shown.length, other.ended.length]).toEqual([4, 5, 0]);
    other.end();
    expect([one.ended.length, other.ended.length]).toEqual([3, 3]);
  });

  test("ends what it has begun, also where it could not begin with one of them", () => {
    const policies = keyed({});
    const ended: string[] = [];
    const end = showPlans(policies, () => {
      if (policies.has("b")) throw new Error("not this one");
      return () => void ended.push("ended");
    });
    policies.for("a");
    expect(() => policies.for("b")).toThrow("not this one");
    end();
    expect(ended).toEqual(["ended"]);
  });
});
