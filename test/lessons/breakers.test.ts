/* Lessons, "Breakers": none of these sentences may ever be true of redress. */
import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  CircuitOpenError,
  constant,
  isCircuitOpenError,
  isDeadlineExceededError,
  type Permit,
  ServerError,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, drivers, ending, hang, isSettled, played, stage, throwing } from "../run/driving.ts";

const transient = new TransientError();

/** False, true, false, true, ... */
function everySecondTime(): () => boolean {
  let asked = 0;
  return () => ++asked % 2 === 0;
}

/** A breaker that one failure opens, on a clock. */
function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1_000, clock, ...options });
  const permit = (): Permit => {
    const decision = breaker.allow();
    if (!decision.admitted) throw new Error(`Rejected while ${decision.state}.`);
    return decision.permit;
  };
  const fail = (): void => breaker.recordFailure("TRANSIENT", permit());
  return { clock, breaker, permit, fail };
}

describe("results that come late", () => {
  test("never: a late success of a call from before the trip closes a half-open circuit", () => {
    const { clock, breaker, permit, fail } = setUp();
    const before = permit();
    fail();
    clock.block(1_000);
    const probe = permit();
    breaker.recordSuccess(before);
    expect(breaker.state).toBe("half_open");
    breaker.recordSuccess(probe);
    expect(breaker.state).toBe("closed");
  });

  test("never: a late failure reopens it", () => {
    const { clock, breaker, permit, fail } = setUp();
    const before = [permit(), permit()] as const;
    fail();
    clock.block(1_000);
    const probe = permit();
    breaker.recordFailure("TRANSIENT", before[0]);
    expect(breaker.state).toBe("half_open");
    breaker.recordSuccess(probe);
    breaker.recordFailure("TRANSIENT", before[1]);
    expect([breaker.state, breaker.failureCount]).toEqual(["closed", 0]);
  });

  test("never: a late failure pushes the open window out", () => {
    const { clock, breaker, permit, fail } = setUp();
    const before = permit();
    fail();
    clock.block(600);
    breaker.recordFailure("TRANSIENT", before);
    expect(breaker.retryAfterMs).toBe(400);
    clock.block(400);
    expect(breaker.allow().admitted).toBe(true);
  });

  test("through calls: one that began before the trip and fails after the recovery moves nothing", async () => {
    const { clock, breaker } = setUp();
    const on = stage({ circuitBreaker: breaker }, clock);
    const late = ending(
      on.policy.call(async () => {
        await clock.sleep(2_000);
        throw transient;
      }),
    );
    await ending(on.policy.call(alwaysThrowing(transient)));
    await clock.advance(1_500);
    expect(await on.policy.call(answering("value"))).toBe("value");
    await played(clock, late);
    expect([breaker.state, breaker.stats.stateChanges]).toEqual(["closed", 3]);
  });
});

describe.each(drivers)("through %s, a probe never leaves the circuit half-open, rejecting, for ever:", (_name, driver) => {
  test.each([
    [
      "cancelled",
      {
        abortIf: everySecondTime(),
      },
      transient,
    ],
    ["rejected by a breaker further in", {}, new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 1 })],
  ])("one that is %s", async (_how, options, error) => {
    const { clock, breaker, fail } = setUp();
    const on = stage({ circuitBreaker: breaker }, clock);
    fail();
    clock.block(1_000);
    await driver.call(on, alwaysThrowing(error), options);
    expect(breaker.state).toBe("half_open");
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
    expect(breaker.state).toBe("closed");
  });

  test("one whose class does not count: it frees its place, and the next call is a probe", async () => {
    const { clock, breaker, fail } = setUp({ tripOn: ["TRANSIENT"] });
    const on = stage({ circuitBreaker: breaker }, clock);
    fail();
    clock.block(1_000);
    await driver.call(on, alwaysThrowing(new ServerError()));
    expect(breaker.state).toBe("half_open");
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
    expect(breaker.state).toBe("closed");
  });

  test.each([404, 401, 403, 409, 429])("one that a healthy dependency answers with %i: it closes", async (status) => {
    const { clock, breaker, fail } = setUp();
    const on = stage({ circuitBreaker: breaker }, clock);
    fail();
    clock.block(1_000);
    await driver.call(on, alwaysThrowing(Object.assign(new Error("no"), { status })));
    expect(breaker.state).toBe("closed");
  });
});

describe("probes", () => {
  test("one that never settles gives up its place after the longer of recovery time and window", () => {
    for (const [recoveryTimeoutMs, windowMs, longer] of [
      [1_000, 5_000, 5_000],
      [9_000, 5_000, 9_000],
    ] as const) {
      const { clock, breaker, permit, fail } = setUp({ recoveryTimeoutMs, windowMs });
      fail();
      clock.block(recoveryTimeoutMs);
      const lost = permit();
      clock.block(longer - 1);
      expect(breaker.allow()).toMatchObject({ admitted: false, state: "half_open" });
      clock.block(1);
      const probe = permit();
      breaker.recordFailure("TRANSIENT", lost);
      expect(breaker.state).toBe("half_open");
      breaker.recordSuccess(probe);
      expect(breaker.state).toBe("closed");
    }
  });

  test("one that hangs under a deadline is a failure, and reopens", async () => {
    const { clock, breaker, fail } = setUp();
    const on = stage({ retry: { deadlineMs: 100 }, circuitBreaker: breaker }, clock);
    fail();
    clock.block(1_000);
    expect(isDeadlineExceededError((await ending(played(clock, on.policy.call(hang)))).error)).toBe(true);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(["open", 1_000]);
  });

  test("`half-open max calls < success threshold` is not stuck: probes follow one another", () => {
    const { clock, breaker, permit, fail } = setUp({ halfOpenMaxCalls: 1, successThreshold: 3 });
    fail();
    clock.block(1_000);
    const states: string[] = [];
    for (let probe = 0; probe < 3; probe++) {
      breaker.recordSuccess(permit());
      states.push(breaker.state);
    }
    expect(states).toEqual(["half_open", "half_open", "closed"]);
  });

  test.each([1, 3])("half-open lets %i in, not everyone, and queues nobody", async (halfOpenMaxCalls) => {
    const { clock, breaker, fail } = setUp({ halfOpenMaxCalls });
    const on = stage({ circuitBreaker: breaker }, clock);
    fail();
    clock.block(1_000);
    let invoked = 0;
    const calls = Array.from({ length: 100 }, () =>
      ending(
        on.policy.call(() => {
          invoked++;
          return clock.sleep(500);
        }),
      ),
    );
    const settled = await Promise.all(calls.map(isSettled));
    expect(invoked).toBe(halfOpenMaxCalls);
    expect(settled.filter(Boolean)).toHaveLength(100 - halfOpenMaxCalls);
    await clock.run();
    const ends = await Promise.all(calls);
    expect(ends.filter(({ error }) => isCircuitOpenError(error) && error.state === "half_open")).toHaveLength(
      100 - halfOpenMaxCalls,
    );
    expect([invoked, breaker.state]).toEqual([halfOpenMaxCalls, "closed"]);
  });
});

describe.each(drivers)("through %s", (_name, driver) => {
  test("never: the default retry retries the breaker's own rejection", async () => {
    const inner = stage({ circuitBreaker: { name: "inner", failureThreshold: 1 } });
    await driver.call(inner, alwaysThrowing(transient));
    const { error: rejection } = await driver.call(inner, answering("value"));
    const op = alwaysThrowing(rejection);
    const outer = stage({ retry: { strategy: constant(1) } });
    expect(await driver.execute(outer, op)).toMatchObject({
      stopReason: "NON_RETRYABLE_CLASS",
      attempts: 1,
      lastError: rejection,
    });
    expect(op.count).toBe(1);
  });

  test("never: a policy retries the rejection of its own breaker", async () => {
    const on = stage({ retry: { strategy: constant(1) }, circuitBreaker: { failureThreshold: 1 } });
    await driver.call(on, alwaysThrowing(transient));
    const startMs = on.clock.now();
    expect(await driver.execute(on, answering("value"))).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 0 });
    expect(on.clock.now()).toBe(startMs);
  });

  test('never: broken and isolated circuits have the same message; never: `name` is "Error"', async () => {
    const { clock, breaker, fail } = setUp({ name: "payments" });
    const on = stage({ circuitBreaker: breaker }, clock);
    const rejection = async () => (await driver.call(on, answering("value"))).error as CircuitOpenError;
    fail();
    const broken = await rejection();
    breaker.trip();
    const isolated = await rejection();
    expect([broken.name, isolated.name]).toEqual(["CircuitOpenError", "CircuitOpenError"]);
    expect([broken.retryAfterMs, isolated.retryAfterMs]).toEqual([1_000, Infinity]);
    expect(broken.message).not.toBe(isolated.message);
    expect(broken.message).toBe('Circuit "payments" is open: call rejected, next probe in 1000 ms.');
    expect(isolated.message).toContain("by hand");
  });
});

test("never: a timeout of one call aborts every other call", async () => {
  const on = stage({ retry: { attemptTimeoutMs: 100, maxAttempts: 1 }, circuitBreaker: { failureThreshold: 1 } });
  const signals: AbortSignal[] = [];
  const hung = ending(
    on.policy.call(({ signal }) => {
      signals.push(signal);
      return hang();
    }),
  );
  await on.clock.advance(50);
  const others = [60, 90].map((ms) =>
    on.policy.call(({ signal }) => {
      signals.push(signal);
      return on.clock.sleep(ms, signal).then(() => ms);
    }),
  );
  expect(await played(on.clock, Promise.all(others))).toEqual([60, 90]);
  expect((await hung).error).toMatchObject({ code: "ERR_REDRESS_ATTEMPT_TIMEOUT" });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, false]);
});

test("a retry that opens its breaker half-way still throws the operation's own error", async () => {
  const on = stage({ retry: { strategy: constant(1), maxAttempts: 3 }, circuitBreaker: { failureThreshold: 1 } });
  const op = throwing(transient, transient, transient);
  expect(await ending(played(on.clock, on.policy.call(op)))).toEqual({ error: transient });
  expect(op.count).toBe(3);
});
