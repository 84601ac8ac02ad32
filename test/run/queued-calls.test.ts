/* Calls that wait for their limiter: what ends the wait, what is told of it, and what they find when their turn comes. */
import { AsyncLocalStorage } from "node:async_hooks";
import {
  Bulkhead,
  CircuitBreaker,
  constant,
  isCircuitOpenError,
  isDeadlineExceededError,
  isLimitedError,
  isRetryExhaustedError,
  type PolicyOptions,
  RateLimiter,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, asFailure, drivers, ending, hang, isSettled, played, recorder, type Stage, stage } from "./driving.ts";

const transient = new TransientError();

interface Queue extends Stage {
  readonly bulkhead: Bulkhead;
  /** Takes the one place, for so long. */
  hold(ms: number): void;
}

/** A policy with one place and a queue. */
function queue(options: PolicyOptions<unknown, unknown> = {}, clock = new VirtualClock()): Queue {
  const bulkhead = new Bulkhead({ name: "one place", maxConcurrent: 1, maxQueue: 10, clock });
  const hold = (ms: number): void => void bulkhead.run(() => clock.sleep(ms));
  return { ...stage({ limiter: bulkhead, ...options }, clock), bulkhead, hold };
}

describe("a call that waits for its limiter", () => {
  test("counts as in flight, and its policy is idle when it is over", async () => {
    const on = queue();
    on.hold(50);
    const call = on.policy.call(() => "value");
    const idle = on.policy.idle();
    await on.clock.advance(10);
    expect([on.policy.inFlight, on.bulkhead.waiting, await isSettled(idle)]).toEqual([1, 1, false]);
    expect(await played(on.clock, call)).toBe("value");
    expect([on.policy.inFlight, await isSettled(idle)]).toEqual([0, true]);
  });

  test("has its attempt timeout from its admission on, and its deadline from its beginning on", async () => {
    const on = queue({ retry: { attemptTimeoutMs: 100, deadlineMs: 220, maxAttempts: 5, strategy: constant(0) } });
    on.hold(80);
    const beganAtMs: number[] = [];
    const outcome = await played(
      on.clock,
      on.policy.execute(() => {
        beganAtMs.push(on.clock.now());
        return hang();
      }),
    );
    expect(beganAtMs).toEqual([80, 180]);
    expect(asFailure(outcome)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", elapsedMs: 220, attempts: 2 });
  });

  test("ends by its deadline with an error that names the limiter, where it has made no attempt", async () => {
    const on = queue({ retry: { deadlineMs: 30 }, operation: "search" });
    on.hold(50);
    const { error } = await played(on.clock, ending(on.policy.call(() => "value")));
    expect(isDeadlineExceededError(error)).toBe(true);
    expect(error).toMatchObject({ attempt: 0, deadlineMs: 30 });
    expect(String(error)).toContain('before the first attempt of search was admitted by limiter "one place"');
  });

  test("ends by its deadline with the operation's last error, where it waits for a retry", async () => {
    const on = queue({ retry: { deadlineMs: 60, strategy: constant(5) } });
    const outcome = on.policy.execute(alwaysThrowing(transient));
    on.hold(1_000);
    await on.clock.run();
    const failure = asFailure(await outcome);
    expect(failure).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1, lastError: transient, elapsedMs: 60 });
    expect(failure.error).toBe(transient);
  });

  test("is not admitted to a circuit that has opened meanwhile, and holds no place", async () => {
    const circuitBreaker = new CircuitBreaker({ recoveryTimeoutMs: 1_000 });
    const on = queue({ circuitBreaker });
    on.hold(50);
    const call = ending(on.policy.call(() => "value"));
    on.clock.alarm(20, () => circuitBreaker.trip());
    const { error } = await played(on.clock, call);
    expect(isCircuitOpenError(error)).toBe(true);
    expect([on.bulkhead.inUse, circuitBreaker.stats.cancelledCalls, on.clock.now()]).toEqual([0, 1, 50]);
  });

  test("asks abortIf when its turn comes", async () => {
    const on = queue();
    on.hold(50);
    let isStale = false;
    const outcome = on.policy.execute(() => "value", { abortIf: () => isStale });
    on.clock.alarm(20, () => {
      isStale = true;
    });
    await on.clock.run();
    expect(asFailure(await outcome)).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
    expect(on.bulkhead.inUse).toBe(0);
  });

  test("ends at once where it belongs to a bound call that is disposed", async () => {
    const on = queue();
    on.hold(50);
    const bound = on.policy.context({});
    const call = ending(bound(() => "value"));
    await on.clock.advance(10);
    bound[Symbol.dispose]();
    expect(await isSettled(call)).toBe(true);
    expect(on.bulkhead.waiting).toBe(0);
    await on.clock.run();
  });

  test("runs in its own asynchronous context, though another call has made way", async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const note = (): void => void seen.push(request.getStore());
    const on = queue({ hooks: { onAttemptStart: note, onAttemptEnd: note, onCallEnd: note } });
    request.run("holder", () => on.hold(50));
    const call = request.run("waiting", () => on.policy.call(note));
    await request.run("clock", () => on.clock.run());
    await call;
    expect(seen).toEqual(["waiting", "waiting", "waiting", "waiting"]);
  });

  test("costs what its options said when it began, whatever becomes of them", async () => {
    const clock = new VirtualClock();
    const tokens = { limit: 10, intervalMs: 1_000, cost: 1 };
    const limiter = new RateLimiter({ limits: { tokens }, maxQueue: 1, clock });
    limiter.spend({ tokens: 10 });
    const on = stage({ limiter }, clock);
    const cost = { tokens: 2 };
    const options = { cost };
    const call = on.policy.call(() => "value", options);
    cost.tokens = 9;
    options.cost = { tokens: 9 };
    expect(await played(clock, call)).toBe("value");
    expect(limiter.remaining()).toEqual({ tokens: 8 });
  });

  test("stands behind those who came before it, also with its retry", async () => {
    const on = queue({ retry: { strategy: constant(0), maxAttempts: 2 } });
    const order: string[] = [];
    const make = (name: string) =>
      on.policy.call(async ({ attempt }) => {
        order.push(`${name} ${attempt}`);
        await on.clock.sleep(10);
        if (attempt === 1) throw transient;
      });
    await played(on.clock, Promise.all([make("a"), make("b"), make("c")]));
    expect(order).toEqual(["a 1", "b 1", "c 1", "a 2", "b 2", "c 2"]);
  });

  test("for a place that only itself could give back ends by its deadline: an inner call wants a second one", async () => {
    const on = queue({ retry: { deadlineMs: 100, maxAttempts: 1 } });
    const { error } = await played(on.clock, ending(on.policy.call(() => on.policy.call(() => "inner"))));
    expect(isDeadlineExceededError(error)).toBe(true);
    expect([on.bulkhead.inUse, on.bulkhead.waiting, on.clock.now()]).toEqual([0, 0, 100]);
  });
});

describe.each(drivers)("a call that is turned away, through %s", (_name, driver) => {
  const full = (): RateLimiter => {
    const limiter = new RateLimiter({ name: "maps", limit: 1, intervalMs: 60_000 });
    limiter.tryAcquire();
    return limiter;
  };

  test("tells one event, without an attempt, that says by whom and why", async () => {
    const seen = recorder();
    const on = stage({ limiter: full(), hooks: seen, operation: "search" });
    await driver.call(on, () => "value");
    const tags = { operation: "search", stop_reason: "LIMITED", limiter: "maps", reason: "rate" };
    expect(seen.events).toEqual([["limited", 0, 0, tags]]);
    expect([seen.starts, seen.ends]).toEqual([[], []]);
  });

  test("tells it after its retry, where it has made an attempt, with the failure before it", async () => {
    const seen = recorder();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 60_000 });
    const on = stage({ limiter, hooks: seen, retry: { strategy: constant(5) } });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ error: transient });
    expect(seen.names()).toEqual(["retry", "limited"]);
    expect(seen.events[1]?.[3]).toMatchObject({ class: "TRANSIENT", err: "TransientError", limiter: "default", reason: "rate" });
    expect(seen.ends.map(({ decision }) => decision)).toEqual(["retry"]);
  });

  test("has it in its timeline", async () => {
    const on = stage({ limiter: full() });
    const { timeline } = await driver.execute(on, () => "value", { captureTimeline: true });
    expect(timeline?.events).toMatchObject([
      { event: "limited", attempt: 0, stopReason: "LIMITED", errorClass: null, cause: null },
    ]);
    expect(String(timeline)).toContain("limited");
  });

  test("may have a fallback, which is told who it was", async () => {
    const use = ({ limitedBy }: { readonly limitedBy?: { readonly limiter: string } }) => `without ${limitedBy?.limiter}`;
    expect(await driver.call(stage({ limiter: full(), fallback: { on: ["LIMITED"], use } }), () => "value")).toEqual({
      value: "without maps",
    });
  });

  test("is wrapped by onExhausted only where there was an attempt", async () => {
    const retry = { strategy: constant(5), onExhausted: "wrap" } as const;
    const none = await driver.call(stage({ limiter: full(), retry }), () => "value");
    expect(isLimitedError(none.error)).toBe(true);
    const limiter = new RateLimiter({ limit: 1, intervalMs: 60_000 });
    const some = await driver.call(stage({ limiter, retry }), alwaysThrowing(transient));
    expect(isRetryExhaustedError(some.error)).toBe(true);
    expect(some.error).toMatchObject({ stopReason: "LIMITED", attempts: 1, lastError: transient });
  });

  test("says nothing about the dependency: its circuit hears a cancel, and a probe's place is free again", async () => {
    const clock = new VirtualClock();
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 10, clock });
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, clock });
    const on = stage({ limiter, circuitBreaker }, clock);
    await driver.call(on, alwaysThrowing(transient));
    expect(circuitBreaker.state).toBe("open");
    await clock.advance(10);
    expect(isLimitedError((await driver.call(on, () => "value")).error)).toBe(true);
    expect([circuitBreaker.state, circuitBreaker.stats.failedCalls, circuitBreaker.stats.cancelledCalls]).toEqual([
      "half_open",
      1,
      1,
    ]);
    await clock.advance(1_000);
    expect(await driver.call(on, () => "value")).toEqual({ value: "value" });
    expect(circuitBreaker.state).toBe("closed");
  });
});
