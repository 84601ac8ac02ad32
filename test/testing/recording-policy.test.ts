import {
  Bulkhead,
  CircuitBreaker,
  constant,
  Hedge,
  type Hooks,
  keyed,
  Policy,
  RetryPolicy,
  SleepDecision,
  TransientError,
  unlimited,
} from "redress";
import { createFetch } from "redress/fetch";
import { noRetries, RecordingPolicy, VirtualClock } from "redress/testing";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { join, PLAN } from "../../src/run/call/plan.ts";

const no = new TransientError("no");
const failing = async (): Promise<never> => {
  throw no;
};
/** Fails so many times, and then returns a value. */
function flaky(times: number): () => Promise<string> {
  let left = times;
  return async () => {
    if (left-- > 0) throw no;
    return "value";
  };
}

function recorded(options: ConstructorParameters<typeof Policy>[0] = {}): { clock: VirtualClock; recording: RecordingPolicy } {
  const clock = new VirtualClock();
  const recording = new RecordingPolicy({
    operation: "load",
    retry: { strategy: constant(100), maxAttempts: 3 },
    clock,
    ...options,
  });
  return { clock, recording };
}

describe("a RecordingPolicy", () => {
  test("records a call that succeeds after retries", async () => {
    const { clock, recording } = recorded();
    const value = recording.call(flaky(2));
    await clock.run();
    expect(await value).toBe("value");
    expect(recording.calls).toHaveLength(1);
    const [call] = recording.calls;
    expect(call).toMatchObject({ operation: "load", hasEnded: true, stopReason: null, elapsedMs: 200, totalSleepMs: 200 });
    expect(call?.outcome).toMatchObject({ ok: true, value: "value", attempts: 3, fellBack: false });
    const failed = {
      hedge: false,
      classification: { errorClass: "TRANSIENT" },
      cause: "exception",
      error: no,
      decision: "retry",
      delayMs: 100,
    };
    expect(call?.attempts).toEqual([
      { attempt: 1, startedMs: 0, durationMs: 0, result: null, stopReason: null, ...failed },
      { attempt: 2, startedMs: 100, durationMs: 0, result: null, stopReason: null, ...failed },
      {
        attempt: 3,
        startedMs: 200,
        durationMs: 0,
        hedge: false,
        classification: null,
        cause: null,
        error: null,
        result: null,
        decision: "success",
        stopReason: null,
        delayMs: 0,
      },
    ]);
    expect(call?.events.map(({ event, attempt, sleepMs }) => [event, attempt, sleepMs])).toEqual([
      ["retry", 1, 100],
      ["retry", 2, 100],
      ["success", 3, 0],
    ]);
    expect(recording.classifications).toEqual([{ errorClass: "TRANSIENT" }, { errorClass: "TRANSIENT" }]);
    expect([recording.totalSleepMs, recording.outcomes, recording.attempts.length, recording.events.length]).toEqual([
      200,
      [call?.outcome],
      3,
      3,
    ]);
  });

  test("records calls made by whichever method", async () => {
    const { recording } = recorded({ retry: { strategy: constant(0), maxAttempts: 2 } });
    const sync = vi.fn(() => 1);
    await recording.call(flaky(1));
    await recording.execute(flaky(1));
    recording.callSync(sync);
    recording.executeSync(sync);
    await recording.context({ operation: "bound" })(flaky(1));
    recording.contextSync()(sync);
    await recording.wrap(flaky(1))();
    recording.wrapSync(sync)();
    class Store {
      @((fn: () => Promise<string>) => recording.wrap(fn))
      async read(): Promise<string> {
        return "read";
      }
    }
    await new Store().read();
    await recording
      .with({ operation: "derived" })
      .with({ retry: { maxAttempts: 1 } })
      .execute(failing);
    expect(recording.calls.map(({ operation, attempts, outcome }) => [operation, attempts.length, outcome?.ok])).toEqual([
      ["load", 2, true],
      ["load", 2, true],
      ["load", 1, true],
      ["load", 1, true],
      ["bound", 2, true],
      ["load", 1, true],
      ["load", 2, true],
      ["load", 1, true],
      ["load", 1, true],
      ["derived", 1, false],
    ]);
  });

  test("tells calls at the same time apart, and each of their events", async () => {
    const { clock, recording } = recorded({
      retry: { strategy: constant(100), maxAttempts: 3, sleep: () => clock.sleep(1).then(() => SleepDecision.SLEEP) },
    });
    const calls = [1, 2, 3].map((_, index) => recording.execute(flaky(index), { operation: `call ${index}` }));
    await clock.run();
    await Promise.all(calls);
    expect(recording.calls.map(({ operation, events }) => [operation, events.map(({ event }) => event)])).toEqual([
      ["call 0", ["success"]],
      ["call 1", ["retry", "success"]],
      ["call 2", ["retry", "retry", "success"]],
    ]);
    expect(recording.events.map(({ event }) => event)).toEqual(["success", "retry", "retry", "success", "retry", "success"]);
  });

  test("shows a call that goes on as far as it has come", async () => {
    const { clock, recording } = recorded();
    const call = recording.call(flaky(1));
    await clock.advance(50);
    expect(recording.calls[0]).toMatchObject({ hasEnded: false, outcome: null, stopReason: null, elapsedMs: null });
    expect(recording.calls[0]?.attempts).toMatchObject([{ attempt: 1, decision: "retry", delayMs: 100 }]);
    expect(String(recording)).toBe(
      "load: goes on, 1 attempt so far\n  +0 ms #1: 0 ms TRANSIENT (TransientError: no), retry in 100 ms",
    );
    await clock.run();
    await call;
    expect(recording.calls[0]?.hasEnded).toBe(true);
  });

  test("records what breaker, limiter, fallback, hedges and faults do", async () => {
    const clock = new VirtualClock();
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, clock });
    const broken = new RecordingPolicy({ circuitBreaker, clock, fallback: () => "kept" });
    await broken.call(failing);
    await broken.call(failing);
    expect(broken.calls.map(({ events }) => events.map(({ event }) => event))).toEqual([
      ["failed", "circuit_opened", "fell_back"],
      ["circuit_rejected", "fell_back"],
    ]);
    expect(broken.calls[1]?.attempts).toEqual([]);
    const hedged = new RecordingPolicy({ hedge: new Hedge({ delayMs: 10, loadRatio: 1 }), clock });
    const value = hedged.call(({ attempt }) => clock.sleep(attempt === 1 ? 50 : 5));
    await clock.run();
    await value;
    expect(hedged.attempts.map(({ attempt, hedge, durationMs, decision }) => [attempt, hedge, durationMs, decision])).toEqual([
      [1, false, 15, "cut"],
      [2, true, 5, "success"],
    ]);
    const limited = new RecordingPolicy({ limiter: new Bulkhead({ maxConcurrent: 1, clock }), clock });
    void limited.call(() => clock.sleep(5));
    expect(await limited.execute(failing)).toMatchObject({ stopReason: "LIMITED" });
    expect(limited.calls[1]).toMatchObject({ stopReason: "LIMITED", attempts: [] });
    const strategy = (): never => {
      throw new Error("a mistake");
    };
    const faulty = new RecordingPolicy({ retry: { strategy }, clock });
    await expect(faulty.call(failing)).rejects.toThrow("a mistake");
    expect(String(faulty)).toBe(
      "call: ended by a mistake in the policy (Error: a mistake) after 1 attempt in 0 ms\n  +0 ms #1: 0 ms TRANSIENT (TransientError: no), raise",
    );
  });

  test("is made of a policy as well, and shares its parts and hooks", async () => {
    const clock = new VirtualClock();
    const hooks: Hooks = { onMetric: vi.fn(), onAttemptStart: vi.fn() };
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, clock });
    const policy = new RetryPolicy({ circuitBreaker, hooks, clock, maxAttempts: 1 });
    const recording = new RecordingPolicy(policy);
    await recording.execute(failing);
    expect(circuitBreaker.state).toBe("open");
    expect(await policy.execute(failing)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    expect(recording.calls).toHaveLength(1);
    expect(hooks.onAttemptStart).toHaveBeenCalledTimes(1);
    expect(recording.clock).toBe(clock);
    expect(recording.describe()).toEqual({ ...policy.describe(), hooks: 2 });
    const twice = new RecordingPolicy(recording);
    await twice.execute(failing);
    expect([twice.calls.length, recording.calls.length]).toEqual([1, 2]);
  });

  test("keeps the hooks of the user in force, also of one call, and others that join", async () => {
    const heard: string[] = [];
    const hooksOf = (name: string): Hooks => ({
      onCallEnd: () => void heard.push(name),
      onAttemptEnd: () => {
        throw new Error("a hook that fails");
      },
    });
    const recording = new RecordingPolicy({ hooks: [hooksOf("a"), hooksOf("b")], onHookError: () => {} });
    const leave = join(recording[PLAN], hooksOf("joined"));
    await recording.call(async () => 1, hooksOf("own"));
    leave();
    await recording.call(async () => 1);
    await recording.with({ hooks: hooksOf("other") }).call(async () => 1);
    expect(heard).toEqual(["a", "b", "joined", "own", "a", "b", "other"]);
    expect(recording.calls.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
  });

  test("records what keyed policies, and createFetch, make after it", async () => {
    const { recording } = recorded({ retry: { strategy: constant(0), maxAttempts: 2 } });
    const tenants = keyed(recording, { maxKeys: 10 });
    await tenants.for("a").call(flaky(1));
    const fetchLike = vi.fn(async () => new Response(null, { status: fetchLike.mock.calls.length === 1 ? 503 : 200 }));
    const api = createFetch(recording, { fetch: fetchLike });
    await api("https://example.com/users");
    expect(recording.calls.map(({ attempts }) => attempts.map(({ decision, cause }) => [decision, cause]))).toEqual([
      [
        ["retry", "exception"],
        ["success", null],
      ],
      [
        ["retry", "result"],
        ["success", null],
      ],
    ]);
  });

  test("clears its records, and forgets what calls in flight will do", async () => {
    const { clock, recording } = recorded();
    const before = recording.calls;
    const call = recording.execute(failing);
    await clock.advance(50);
    recording.clear();
    expect(recording.calls).toEqual([]);
    await clock.run();
    await call;
    expect([recording.calls, recording.attempts, recording.events, recording.outcomes, recording.totalSleepMs]).toEqual([
      [],
      [],
      [],
      [],
      0,
    ]);
    expect(before[0]?.attempts).toHaveLength(3);
    await noRetries(() => recording.execute(failing));
    expect(recording.calls[0]).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: [{ decision: "raise" }] });
  });

  test("reads as what happened", async () => {
    const { clock, recording } = recorded();
    expect(String(recording)).toBe("(no calls)");
    const calls = [
      recording.execute(failing),
      recording.execute(async () => new Response(null, { status: 503 }), { operation: "status" }),
      recording.execute(async () => 1, { operation: "fine" }),
    ];
    await clock.run();
    await Promise.all(calls);
    expect(String(recording)).toBe(`load: stopped with MAX_ATTEMPTS_GLOBAL after 3 attempts in 200 ms
  +0 ms #1: 0 ms TRANSIENT (TransientError: no), retry in 100 ms
  +100 ms #2: 0 ms TRANSIENT (TransientError: no), retry in 100 ms
  +200 ms #3: 0 ms TRANSIENT (TransientError: no), raise
status: stopped with MAX_ATTEMPTS_GLOBAL after 3 attempts in 200 ms
  +0 ms #1: 0 ms SERVER_ERROR (result), retry in 100 ms
  +100 ms #2: 0 ms SERVER_ERROR (result), retry in 100 ms
  +200 ms #3: 0 ms SERVER_ERROR (result), raise
fine: succeeded after 1 attempt in 0 ms
  +0 ms #1: 0 ms, success`);
  });

  test("does nothing but record: the same calls end in the same way", async () => {
    const { clock, recording } = recorded({ retry: { strategy: constant(7), maxAttempts: 3, budget: unlimited } });
    const plain = new Policy({ operation: "load", retry: { strategy: constant(7), maxAttempts: 3, budget: unlimited }, clock });
    const ends = [recording, plain].map((policy) => policy.execute(failing));
    await clock.run();
    const [left, right] = await Promise.all(ends);
    expect({ ...left, error: null }).toEqual({ ...right, error: null });
  });

  test.each<[unknown, string]>([
    [{ retries: 3 }, "policy.retries is not an option"],
    [{ hooks: 5 }, "policy.hooks must be an object with hooks, got 5"],
    [{ retry: { maxAttempts: 0 } }, "retry.maxAttempts must be"],
    [7, "policy must be a plain object of options, got 7"],
  ])("refuses %j", (given, message) => {
    expect(() => new RecordingPolicy(given as object)).toThrow(message);
  });

  test("has the types of the policy that it is made of", () => {
    const texts = new Policy<string, number>({ fallback: () => 1 });
    expectTypeOf(new RecordingPolicy(texts)).toEqualTypeOf<RecordingPolicy<string, number>>();
    expectTypeOf(new RecordingPolicy({}).with({ fallback: () => "x" })).toExtend<Policy<unknown, string>>();
  });
});
