/* Policies, retries and strategies are shared freely: calls never meet through them, but by what exists to be met by. */
import {
  adaptive,
  CircuitBreaker,
  constant,
  decorrelatedJitter,
  Policy,
  Retry,
  type RetryOptions,
  RetryPolicy,
  type RetryTimeline,
  type Strategy,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { failing } from "./failing.ts";

const always = (): never => {
  throw new TransientError();
};
const delaysOf = (timeline: RetryTimeline | undefined) =>
  timeline?.events.filter(({ event }) => event === "retry").map(({ sleepMs }) => sleepMs);

describe("two calls of one policy at once", () => {
  test("each have their own attempts, caps and delays", async () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({
      clock,
      random: () => 1,
      strategy: decorrelatedJitter({ baseMs: 100, maxMs: 100_000 }),
      maxRetriesPerClass: { TRANSIENT: 3 },
      maxUnknownRetries: 1,
      deadlineMs: 1e9,
    });
    const unknown = () => new Error("?");
    const calls = Promise.all([
      policy.execute(failing(3, "one"), { captureTimeline: true }),
      policy.execute(failing(9, "two"), { captureTimeline: true }),
      policy.execute(failing(1, "three", unknown), { captureTimeline: true }),
      policy.execute(failing(9, "four", unknown), { captureTimeline: true }),
    ]);
    await clock.run();
    const [one, two, three, four] = await calls;
    expect(one).toMatchObject({ ok: true, value: "one", attempts: 4 });
    expect(two).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_PER_CLASS", attempts: 4 });
    expect(three).toMatchObject({ ok: true, value: "three", attempts: 2 });
    expect(four).toMatchObject({ ok: false, stopReason: "MAX_UNKNOWN_ATTEMPTS", attempts: 2 });
    expect(delaysOf(one.timeline)).toEqual([300, 900, 2_700]);
    expect(delaysOf(two.timeline)).toEqual([300, 900, 2_700]);
    expect(delaysOf(three.timeline)).toEqual([300]);
  });

  test("each answer their own value", async () => {
    const policy = new Policy({ retry: { strategy: constant(0) } });
    const values = await Promise.all(Array.from({ length: 50 }, (_, i) => policy.call(failing(i % 4, i))));
    expect(values).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test("each see their own attempt", async () => {
    const policy = new Policy({ retry: { strategy: constant(0), maxAttempts: 3 } });
    const seen: string[] = [];
    await Promise.all(
      ["a", "b"].map((name) =>
        policy.call(
          ({ attempt, operation }) => {
            seen.push(`${operation}${attempt}`);
            if (attempt < 3) throw new TransientError();
          },
          { operation: name },
        ),
      ),
    );
    expect(seen.sort()).toEqual(["a1", "a2", "a3", "b1", "b2", "b3"]);
  });
});

test("a call inside a call of the same policy is a call of its own", async () => {
  const policy = new Policy({ retry: { strategy: constant(0), maxAttempts: 3, maxRetriesPerClass: { TRANSIENT: 1 } } });
  const value = await policy.call(async () => `outer of ${await policy.call(failing(1, "inner"))}`);
  expect(value).toBe("outer of inner");
  const nested = policy.executeSync(() => policy.callSync(failing(1, "x")));
  expect(nested).toMatchObject({ ok: true, attempts: 1 });
});

test("a retry shared by two policies shares nothing but its settings", () => {
  const retry = new Retry({ strategy: constant(0), maxAttempts: 2 });
  const [one, two] = [new Policy({ retry, operation: "one" }), new Policy({ retry })];
  expect(one.executeSync(always)).toMatchObject({ attempts: 2 });
  expect(two.callSync(failing(1, "value"))).toBe("value");
  expect([one.describe().retry, two.describe().operation]).toEqual([two.describe().retry, undefined]);
});

test("a breaker shared by two policies is one breaker, as it should be", () => {
  const circuitBreaker = new CircuitBreaker({ name: "users", failureThreshold: 2 });
  const [one, two] = [new Policy({ circuitBreaker }), new Policy({ circuitBreaker })];
  one.executeSync(always);
  two.executeSync(always);
  expect(one.executeSync(() => 1)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
  expect(circuitBreaker.stats).toMatchObject({ totalCalls: 3, failedCalls: 2, rejectedCalls: 1 });
});

test("a breaker hears one thing per call, however many attempts it took", () => {
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 2 });
  const policy = new Policy({ circuitBreaker, retry: { strategy: constant(0), maxAttempts: 4 } });
  policy.executeSync(always);
  expect(circuitBreaker.stats).toMatchObject({ totalCalls: 1, failedCalls: 1 });
  policy.callSync(failing(3, "value"));
  expect(circuitBreaker.stats).toMatchObject({ totalCalls: 2, successfulCalls: 1 });
});

test("without a retry the breaker's classifier classifies, with one the retry's does", () => {
  const circuitBreaker = new CircuitBreaker({ classifier: () => "CONCURRENCY" });
  expect(new Policy({ circuitBreaker }).executeSync(always)).toMatchObject({ lastClass: "CONCURRENCY", stopReason: "NO_RETRY" });
  const retry: RetryOptions = { classifier: () => "AUTH" };
  expect(new Policy({ circuitBreaker, retry }).executeSync(always)).toMatchObject({ lastClass: "AUTH" });
  expect(new Policy().executeSync(always)).toMatchObject({ lastClass: "TRANSIENT", stopReason: "NO_RETRY" });
});

test("an adaptive strategy is shared on purpose: what one policy hears stretches the delays of the other", () => {
  const clock = new VirtualClock();
  const strategy: Strategy = adaptive(constant(100), { clock });
  const make = () => new RetryPolicy({ strategy, clock, maxAttempts: 2 });
  make().executeSync(always);
  expect(make().executeSync(failing(1, "value"))).toMatchObject({ ok: true, elapsedMs: 500 });
});

test("a frozen policy, and one used without its object, still work", async () => {
  const policy = Object.freeze(new Policy({ retry: { strategy: constant(0) } }));
  const { call } = { call: policy.call.bind(policy) };
  expect(await call(failing(1, "value"))).toBe("value");
});

describe("the clock", () => {
  const tripped = (options: object) => {
    const clock = new VirtualClock();
    const other = new VirtualClock();
    const policy = new Policy({ clock, circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 100, ...options } });
    policy.executeSync(always);
    return { clock, other, policy };
  };

  test("of the policy is that of a breaker whose options stand in it", () => {
    const { clock, policy } = tripped({});
    expect(policy.executeSync(() => 1)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    clock.block(100);
    expect(policy.executeSync(() => 1)).toMatchObject({ ok: true });
  });

  test("that such a breaker is given itself is the one it keeps", () => {
    const own = new VirtualClock();
    const { clock, policy } = tripped({ clock: own });
    clock.block(1_000);
    expect(policy.executeSync(() => 1)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    own.block(100);
    expect(policy.executeSync(() => 1)).toMatchObject({ ok: true });
  });

  test("of a RetryPolicy is that of its breaker too", () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({ clock, maxAttempts: 1, circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 100 } });
    policy.executeSync(always);
    clock.block(100);
    expect(policy.executeSync(() => 1)).toMatchObject({ ok: true });
  });

  test("is told by the policy, and its chance is that of such a breaker too", () => {
    const clock = new VirtualClock();
    const chances: number[] = [];
    const recoveryBackoff: Strategy = ({ random }) => {
      chances.push(random());
      return 1;
    };
    for (const [circuitBreaker, random] of [
      [{}, () => 0.25],
      [{ random: () => 0.75 }, () => 0.25],
    ] as const) {
      const options = { failureThreshold: 1, recoveryTimeoutMs: 0, recoveryBackoff, ...circuitBreaker };
      const policy = new Policy({ clock, random, circuitBreaker: options });
      expect(policy.clock).toBe(clock);
      policy.executeSync(always);
      policy.executeSync(always);
    }
    expect(chances).toEqual([0.25, 0.75]);
  });

  test("of a breaker that was made elsewhere is its own", () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1e6 });
    const policy = new Policy({ clock, circuitBreaker: breaker });
    policy.executeSync(always);
    clock.block(1e9);
    expect(policy.executeSync(() => 1)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
  });
});
