/* The breaker hears exactly one thing per call. */
import {
  AbortRetryError,
  AuthError,
  type BackoffContext,
  type Breaker,
  type CallOptions,
  CircuitBreaker,
  CircuitOpenError,
  constant,
  isCircuitOpenError,
  PermanentError,
  type PolicyOptions,
  RateLimitError,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import {
  alwaysThrowing,
  answering,
  drivers,
  ending,
  hang,
  listeningBreaker,
  type Op,
  played,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();
const limited = new RateLimitError();
const open = new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 5 });

interface Case {
  readonly policy?: PolicyOptions<unknown, unknown>;
  readonly call?: CallOptions;
  readonly op: () => Op;
  readonly hears: string;
}

const retry = { strategy: constant(5) };

const cases: Record<string, Case> = {
  "a success": { op: () => answering("value"), hears: "success" },
  "a success after retries": { policy: { retry }, op: () => throwing(transient, limited), hears: "success" },
  "a failure without a retry": { op: () => throwing(transient), hears: "TRANSIENT" },
  "a call that gives up, by its last class": {
    policy: { retry: { ...retry, maxAttempts: 2 } },
    op: () => throwing(transient, limited),
    hears: "RATE_LIMIT",
  },
  "a failure that is never retried": { policy: { retry }, op: () => throwing(transient, new AuthError()), hears: "AUTH" },
  "a failed result": {
    policy: { retry: { ...retry, maxAttempts: 1, resultClassifier: () => "SERVER_ERROR" } },
    op: () => answering(503),
    hears: "SERVER_ERROR",
  },
  "a call that was deferred": {
    policy: { retry: { ...retry, sleep: () => "defer" } },
    op: () => throwing(transient),
    hears: "TRANSIENT",
  },
  "a call that the deadline ended between attempts": {
    policy: { retry: { strategy: constant(99_999) } },
    op: () => throwing(transient),
    hears: "TRANSIENT",
  },
  "a call that its operation aborted": {
    policy: { retry },
    op: () => throwing(transient, new AbortRetryError()),
    hears: "cancel",
  },
  "a call that abortIf ended": {
    policy: { retry },
    call: {
      abortIf: (() => {
        let asked = 0;
        return () => ++asked % 2 === 0;
      })(),
    },
    op: () => alwaysThrowing(transient),
    hears: "cancel",
  },
  "a call that its sleep handler aborted": {
    policy: { retry: { ...retry, sleep: () => "abort" } },
    op: () => throwing(transient),
    hears: "cancel",
  },
  "a call that a fallback saved": {
    policy: { retry: { maxAttempts: 1 }, fallback: () => "instead" },
    op: () => throwing(transient),
    hears: "TRANSIENT",
  },
  "a call whose fallback threw": {
    policy: {
      fallback: () => {
        throw new Error("the fallback's own");
      },
    },
    op: () => throwing(transient),
    hears: "TRANSIENT",
  },
};

describe.each(drivers)("through %s", (_name, driver) => {
  test.each(Object.entries(cases))("%s is one thing to hear", async (_what, { policy, call, op, hears }) => {
    const breaker = listeningBreaker();
    await driver.call(stage({ ...policy, circuitBreaker: breaker }), op(), call);
    expect([breaker.asked, breaker.heard]).toEqual([1, [hears]]);
  });

  test("a nested breaker's rejection is not counted, whether or not the policy retries", async () => {
    for (const policy of [{}, { retry }, { retry: { ...retry, onExhausted: "wrap" as const } }]) {
      const breaker = new CircuitBreaker({ failureThreshold: 1, tripOn: ["PERMANENT", "TRANSIENT", "UNKNOWN"] });
      await driver.call(stage({ ...policy, circuitBreaker: breaker }), throwing(open));
      expect([breaker.state, breaker.failureCount, breaker.stats.failedCalls]).toEqual(["closed", 0, 0]);
    }
  });

  test("a nested breaker's rejection of a probe frees its place", async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 100, clock });
    const on = stage({ circuitBreaker: breaker }, clock);
    await driver.call(on, throwing(transient));
    clock.block(100);
    expect((await driver.call(on, throwing(open))).error).toBe(open);
    expect(breaker.state).toBe("half_open");
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
    expect(breaker.state).toBe("closed");
  });

  test("failures of retried attempts are not heard: five calls open it, not five attempts", async () => {
    const on = stage({ retry: { strategy: constant(0), maxAttempts: 6 }, circuitBreaker: { failureThreshold: 5 } });
    for (let call = 1; call <= 5; call++) {
      const op = alwaysThrowing(transient);
      await driver.call(on, op);
      expect(op.count).toBe(6);
    }
    const op = answering("value");
    expect(isCircuitOpenError((await driver.call(on, op)).error)).toBe(true);
    expect(op.count).toBe(0);
  });

  test("stats count every call once", async () => {
    const breaker = new CircuitBreaker({ failureThreshold: 2 });
    const on = stage({ circuitBreaker: breaker });
    await driver.call(on, answering("value"));
    await driver.call(on, throwing(new AbortRetryError()));
    await driver.call(on, throwing(transient));
    await driver.call(on, throwing(new PermanentError()));
    await driver.call(on, throwing(transient));
    await driver.call(on, answering("value"));
    await driver.call(on, answering("value"), { abortIf: () => true });
    expect(breaker.stats).toEqual({
      totalCalls: 6,
      successfulCalls: 1,
      failedCalls: 3,
      rejectedCalls: 1,
      cancelledCalls: 1,
      stateChanges: 1,
    });
  });

  test("without a retry the breaker's classifier classifies, and a policy's retry has its own", async () => {
    const circuitBreaker = { failureThreshold: 1, classifier: () => "TRANSIENT" as const };
    const bare = stage({ circuitBreaker });
    expect(await driver.execute(bare, throwing(new Error("whatever")))).toMatchObject({
      stopReason: "NO_RETRY",
      lastClass: "TRANSIENT",
    });
    expect(await driver.execute(bare, answering("value"))).toMatchObject({ stopReason: "CIRCUIT_OPEN" });

    const retrying = stage({ circuitBreaker, retry: { ...retry, maxAttempts: 1 } });
    expect(await driver.execute(retrying, throwing(new Error("whatever")))).toMatchObject({ lastClass: "UNKNOWN" });
    expect(await driver.execute(retrying, answering("value"))).toMatchObject({ ok: true });
  });

  test("inline breaker options inherit the policy's clock", async () => {
    const on = stage({ circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 1_000 } });
    await driver.call(on, throwing(transient));
    on.clock.block(999);
    expect(await driver.execute(on, answering("value"))).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    on.clock.block(1);
    expect(await driver.execute(on, answering("value"))).toMatchObject({ ok: true, value: "value" });
  });

  test("a breaker shared by two policies opens for both", async () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 2 });
    await driver.call(stage({ circuitBreaker }), throwing(transient));
    await driver.call(stage({ circuitBreaker, retry: { maxAttempts: 1 } }), throwing(transient));
    expect(await driver.execute(stage({ circuitBreaker, retry: {} }), answering("value"))).toMatchObject({
      stopReason: "CIRCUIT_OPEN",
    });
  });
});

describe.each(drivers)("a breaker of the user's own that does not decide, through %s", (_name, driver) => {
  const message = "The allow() of a circuit breaker must return { admitted, state, permit } at once, got";
  test.each<[string, () => unknown, string]>([
    ["answers with a promise", async () => ({ admitted: true, state: "closed", permit: {} }), "a promise"],
    ["answers with a promise that rejects", async () => Promise.reject(new Error("unheard")), "a promise"],
    ["answers nothing", () => undefined, "undefined"],
    ["answers with a word", () => true, "boolean"],
    ["gives no permit", () => ({ admitted: false, state: "open" }), "an object"],
    ["contradicts itself", () => ({ admitted: false, state: "open", permit: {} }), "an object"],
  ])("which %s ends the call with a TypeError, without an attempt", async (_how, allow, got) => {
    const breaker = { ...listeningBreaker(), allow: allow as Breaker["allow"] };
    for (const hooks of [[], [{ onMetric: () => {} }]]) {
      const op = answering("value");
      const { error } = await driver.call(stage({ circuitBreaker: breaker, hooks, fallback: () => "instead" }), op);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe(`${message} ${got}.`);
      expect([op.count, breaker.heard]).toEqual([0, []]);
      await expect(driver.execute(stage({ circuitBreaker: breaker, hooks }), op)).rejects.toThrow(message);
    }
    await new Promise(setImmediate);
  });
});

test("a recoveryBackoff that throws hides no error of a call, and is told to onHookError", async () => {
  const fault = new Error("no idea");
  const told: unknown[] = [];
  const recoveryBackoff = () => {
    throw fault;
  };
  const on = stage({
    circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 100, recoveryBackoff },
    onHookError: (error, { name }) => told.push([name, error]),
  });
  for (const tookMs of [0, 100]) {
    on.clock.block(tookMs);
    expect(await ending(on.policy.call(alwaysThrowing(transient)))).toEqual({ error: transient });
  }
  expect(told).toEqual([["circuitBreaker.recordFailure", fault]]);
  expect(await on.policy.execute(answering("value"))).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
  on.clock.block(100);
  expect(await on.policy.call(answering("value"))).toBe("value");
});

test("inline breaker options inherit the policy's source of chance", async () => {
  const seen: number[] = [];
  const recoveryBackoff = ({ random }: BackoffContext) => {
    seen.push(random());
    return 100;
  };
  const circuitBreaker = { failureThreshold: 1, recoveryTimeoutMs: 0, recoveryBackoff };
  for (const options of [{ circuitBreaker }, { circuitBreaker: { ...circuitBreaker, random: () => 0.75 } }]) {
    const on = stage({ ...options, random: () => 0.5 });
    for (let call = 0; call < 2; call++) await ending(on.policy.call(alwaysThrowing(transient)));
  }
  expect(seen).toEqual([0.5, 0.75]);
});

describe("through call", () => {
  test.each([
    ["an attempt that the deadline cut short", { retry: { deadlineMs: 50 } }, "TRANSIENT"],
    ["an attempt that timed out", { retry: { attemptTimeoutMs: 50, maxAttempts: 1 } }, "TRANSIENT"],
  ])("%s is one failure", async (_what, policy, hears) => {
    const breaker = listeningBreaker();
    const on = stage({ ...policy, circuitBreaker: breaker });
    await ending(played(on.clock, on.policy.call(hang)));
    expect(breaker.heard).toEqual([hears]);
  });

  test("what a call does late is not heard", async () => {
    const breaker = listeningBreaker();
    const on = stage({ retry: { deadlineMs: 50 }, circuitBreaker: breaker });
    await ending(
      played(
        on.clock,
        on.policy.call(() => on.clock.sleep(500)),
      ),
    );
    await on.clock.run();
    expect(breaker.heard).toEqual(["TRANSIENT"]);
  });

  test("a probe that hangs without a deadline gives up its place at last", async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 100, windowMs: 5_000, clock });
    const on = stage({ circuitBreaker: breaker }, clock);
    await ending(on.policy.call(alwaysThrowing(transient)));
    await clock.advance(100);
    void on.policy.call(hang);
    await clock.advance(4_999);
    expect(await on.policy.execute(answering("value"))).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    await clock.advance(1);
    expect(await on.policy.execute(answering("value"))).toMatchObject({ ok: true });
  });
});
