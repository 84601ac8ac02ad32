/* The hooks that see a call as a whole: when they fire, what they know it by, and what they are told of its end. */
import {
  AbortRetryError,
  type AttemptContext,
  type CallContext,
  type CallEnd,
  CircuitBreaker,
  constant,
  type ExecuteOptions,
  type Hooks,
  type Outcome,
  PermanentError,
  type PolicyOptions,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, asynchronousDrivers, drivers, hang, type Op, stage, throwing } from "./driving.ts";

const transient = new TransientError();
const mistake = new Error("a mistake in the policy");
const crash = (): never => {
  throw mistake;
};

/** Hooks that write down all calls. */
function calls(): Hooks & { readonly starts: CallContext[]; readonly ends: (readonly [CallContext, CallEnd])[] } {
  const starts: CallContext[] = [];
  const ends: (readonly [CallContext, CallEnd])[] = [];
  return {
    starts,
    ends,
    onCallStart: (call) => void starts.push(call),
    onCallEnd: (call, end) => void ends.push([call, end]),
  };
}

const openCircuit = (): CircuitBreaker => {
  const circuitBreaker = new CircuitBreaker({ name: "users", clock: new VirtualClock() });
  circuitBreaker.trip();
  return circuitBreaker;
};
const bad = { resultClassifier: () => "TRANSIENT" as const, maxAttempts: 1 };

/** Every way in which a call can end with an outcome. */
const endings: Record<string, () => [PolicyOptions<unknown, unknown>, Op, ExecuteOptions?]> = {
  "a success": () => [{}, answering("value")],
  "a success after a retry": () => [{ retry: { strategy: constant(10) } }, throwing(transient)],
  "a failure after all attempts": () => [{ retry: { strategy: constant(10), maxAttempts: 2 } }, alwaysThrowing(transient)],
  "a failure that is never retried": () => [{ retry: {} }, alwaysThrowing(new PermanentError())],
  "a failure without a retry": () => [{}, alwaysThrowing(transient)],
  "a failed result": () => [{ retry: bad }, answering("bad")],
  "a deferred retry": () => [{ retry: { strategy: constant(700), sleep: () => "defer" } }, alwaysThrowing(transient)],
  "an operation that aborts": () => [{ retry: {} }, alwaysThrowing(new AbortRetryError())],
  "a call that was aborted before it began": () => [{}, answering("value"), { signal: AbortSignal.abort("enough") }],
  "a call whose abortIf says so": () => [{}, answering("value"), { abortIf: () => true }],
  "a rejection by the breaker": () => [{ circuitBreaker: openCircuit() }, answering("value")],
  "a fallback after a failure": () => [{ fallback: () => "instead" }, alwaysThrowing(transient)],
  "a fallback after a rejection": () => [{ circuitBreaker: openCircuit(), fallback: () => "instead" }, answering("value")],
};

/** Every way in which a mistake of the policy ends a call. */
const faults: Record<string, [PolicyOptions<unknown, unknown>, Op, ExecuteOptions?]> = {
  "a strategy": [{ retry: { strategy: crash } }, alwaysThrowing(transient)],
  "a result classifier": [{ retry: { resultClassifier: crash } }, answering("value")],
  "a sleep handler": [{ retry: { strategy: constant(1), sleep: crash } }, alwaysThrowing(transient)],
  "a budget": [{ retry: { budget: { consume: crash, remaining: () => 1 } } }, alwaysThrowing(transient)],
  "an abortIf": [{}, answering("value"), { abortIf: crash }],
  "a sleeper": [{ retry: { strategy: constant(1), sleeper: crash } }, alwaysThrowing(transient)],
  "a fallback": [{ fallback: crash }, alwaysThrowing(transient)],
};

describe.each(drivers)("through %s", (_name, driver) => {
  test.each(Object.entries(endings))("%s: onCallStart and onCallEnd fire once, with the outcome", async (_what, make) => {
    const seen = calls();
    const [options, op, callOptions] = make();
    const outcome = await driver.execute(stage({ ...options, hooks: seen }), op, { ...callOptions, captureTimeline: true });
    const { timeline: _timeline, ...told } = outcome;
    expect(seen.starts).toHaveLength(1);
    expect(seen.ends).toEqual([
      [seen.starts[0], { ...told, ...(!outcome.ok && { error: outcome.error, progress: outcome.progress }) }],
    ]);
  });

  test.each(Object.entries(endings))("%s: call tells the same", async (_what, make) => {
    const seen = calls();
    const [options, op, callOptions] = make();
    const on = stage({ ...options, hooks: seen });
    const { value, error } = await driver.call(on, op, callOptions);
    const [, end] = seen.ends[0] as (typeof seen.ends)[0];
    expect(seen.ends).toHaveLength(1);
    if (end.ok) expect(end.value).toBe(value);
    else expect(end).toMatchObject({ stopReason: expect.any(String), error });
  });

  test.each(Object.entries(faults))(
    "%s that throws: onCallEnd is told of the fault",
    async (what, [options, op, callOptions]) => {
      const seen = calls();
      const on = stage({ ...options, hooks: seen });
      await expect(driver.execute(on, op, callOptions)).rejects.toBe(mistake);
      const attempts = what === "an abortIf" ? 0 : 1;
      expect(seen.ends).toEqual([
        [seen.starts[0], { ok: false, stopReason: null, fault: mistake, attempts, elapsedMs: 0 } satisfies CallEnd],
      ]);
    },
  );

  test("onCallStart comes before all else, and onCallEnd after all else", async () => {
    const order: string[] = [];
    const note = (what: string): void => void order.push(what);
    const on = stage({
      retry: { strategy: constant(5), maxAttempts: 2, beforeSleep: () => note("beforeSleep") },
      circuitBreaker: { failureThreshold: 1, onStateChange: ({ to }) => note(`circuit ${to}`) },
      fallback: () => "instead",
      hooks: {
        onCallStart: () => note("call start"),
        onCallEnd: (_call, end) => note(`call end ${end.ok && end.fellBack}`),
        onMetric: (event) => note(event),
        onAttemptStart: ({ attempt }) => note(`start ${attempt}`),
        onAttemptEnd: ({ attempt }) => note(`end ${attempt}`),
        aroundAttempt: ({ attempt }, next) => {
          note(`around ${attempt}`);
          return next();
        },
      },
    });
    await driver.call(on, alwaysThrowing(transient), { abortIf: () => order.length === 0 });
    expect(order).toEqual([
      "call start",
      "start 1",
      "around 1",
      "retry",
      "end 1",
      "beforeSleep",
      "start 2",
      "around 2",
      "max_attempts_exceeded",
      "end 2",
      "circuit_opened",
      "circuit open",
      "fell_back",
      "call end true",
    ]);
  });

  test("all hooks of a call are given the same frozen object, those of the policy and of the call alike, and no other call's", async () => {
    const seen: CallContext[][] = [];
    const keep =
      (which: number) =>
      (call: CallContext): void => {
        seen[which] ??= [];
        seen[which].push(call);
      };
    const hooks = (which: number): Hooks => {
      const ofAttempt = ({ call }: AttemptContext): void => keep(which)(call);
      return {
        onCallStart: keep(which),
        onCallEnd: keep(which),
        onAttemptStart: ofAttempt,
        onAttemptEnd: ofAttempt,
        aroundAttempt: (context, next) => {
          ofAttempt(context);
          return next();
        },
      };
    };
    const which = { current: 0 };
    const current: Hooks = {
      onCallStart: (call) => keep(which.current)(call),
      onAttemptEnd: ({ call }) => keep(which.current)(call),
    };
    const on = stage({ operation: "fetch_user", retry: { strategy: constant(1) }, hooks: current });
    await driver.call(on, throwing(transient), hooks(0));
    which.current = 1;
    await driver.call(on, throwing(transient), hooks(1));
    expect(seen.map((contexts) => [contexts.length, new Set(contexts).size])).toEqual([
      [11, 1],
      [11, 1],
    ]);
    expect(seen[0]?.[0]).not.toBe(seen[1]?.[0]);
    expect(seen[0]?.[0]).toEqual({ operation: "fetch_user", parent: null, resumed: null });
    expect(Object.isFrozen(seen[0]?.[0])).toBe(true);
  });

  test("the operation of a call is what it is called in that call", async () => {
    const seen = calls();
    const on = stage({ operation: "of_the_policy", hooks: seen });
    await driver.call(on, answering("value"), { operation: "of_the_call" });
    await driver.call(stage({ hooks: seen }), answering("value"));
    expect(seen.starts).toEqual([
      { operation: "of_the_call", parent: null, resumed: null },
      { operation: null, parent: null, resumed: null },
    ]);
  });

  test("an onCallStart that aborts the call keeps it from the breaker and from its first attempt", async () => {
    const controller = new AbortController();
    const circuitBreaker = new CircuitBreaker();
    const op = answering("value");
    const on = stage({ circuitBreaker, hooks: { onCallStart: () => controller.abort("enough") } });
    expect(await driver.call(on, op, { signal: controller.signal })).toEqual({ error: "enough" });
    expect([op.count, circuitBreaker.stats.totalCalls]).toEqual([0, 0]);
  });

  test.each(Object.entries(endings))("%s: an onCallEnd that meddles changes nothing that others see", async (_what, make) => {
    const meddle: Hooks = {
      onCallStart: (call) => void Object.assign(call, { operation: "another" }),
      onCallEnd: (_call, end) => void Object.assign(end, { ok: "perhaps", attempts: 99, stopReason: "NO_RETRY", error: mistake }),
    };
    const seen = calls();
    const run = async (hooks: Hooks[]): Promise<Outcome<unknown>> => {
      const [options, op, callOptions] = make();
      return driver.execute(stage({ ...options, hooks, onHookError: () => {} }), op, callOptions);
    };
    const outcome = await run([meddle, seen]);
    expect(outcome).toEqual(await run([]));
    expect(Object.isFrozen(outcome)).toBe(false);
    expect(seen.ends[0]?.[1].attempts).toBe(outcome.attempts);
  });

  test("all that is told of the end of a call that succeeds says the same of its time, though hooks take theirs", async () => {
    const clock = new VirtualClock();
    const told: unknown[] = [];
    const hooks: Hooks = {
      onMetric: () => clock.block(10),
      onAttemptEnd: ({ elapsedMs }) => {
        told.push(elapsedMs);
        clock.block(10);
      },
      onCallEnd: (_call, { elapsedMs }) => {
        told.push(elapsedMs);
        clock.block(10);
      },
    };
    const outcome = await driver.execute(stage({ hooks }, clock), () => clock.block(7));
    expect([...told, outcome.elapsedMs, clock.now()]).toEqual([7, 7, 7, 37]);
  });

  test("the error of a failure that onCallEnd reads is the one that call throws", async () => {
    let read: unknown;
    const hooks: Hooks = {
      onCallEnd: (_call, end) => {
        if (!end.ok && end.stopReason !== null) read = end.error;
      },
    };
    const { error } = await driver.call(stage({ retry: bad, hooks }), answering("bad"));
    expect(read).toBe(error);
  });
});

describe.each(asynchronousDrivers)("through %s", (_name, driver) => {
  test("a call that its deadline ends is told of when it ends, not when its operation does", async () => {
    const seen = calls();
    const clock = new VirtualClock();
    const at: number[] = [];
    const hooks: Hooks[] = [seen, { onCallEnd: () => void at.push(clock.now()) }];
    await driver.call(stage({ retry: { deadlineMs: 100 }, hooks }, clock), hang);
    expect(at).toEqual([100]);
    expect(seen.ends).toMatchObject([[{ operation: null }, { stopReason: "DEADLINE_EXCEEDED", elapsedMs: 100, attempts: 1 }]]);
  });

  test("onCallEnd waits for the value of an asynchronous fallback", async () => {
    const seen = calls();
    const on = stage({ fallback: async () => "instead", hooks: seen });
    await driver.call(on, alwaysThrowing(transient));
    expect(seen.ends.map(([, end]) => end)).toMatchObject([{ ok: true, value: "instead", fellBack: true }]);
  });

  test("no call is in flight any more only when its onCallEnd was told", async () => {
    const inFlight: number[] = [];
    const on = stage({ hooks: { onCallEnd: () => void inFlight.push(on.policy.inFlight) } });
    await driver.call(on, answering("value"));
    expect([inFlight, on.policy.inFlight]).toEqual([[1], 0]);
  });
});
