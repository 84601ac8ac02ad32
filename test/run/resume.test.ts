/* A call that goes on from an earlier delivery: its attempts, caps, time and delays are those of all its deliveries. */
import {
  type AttemptContext,
  Budget,
  Bulkhead,
  type CallContext,
  CircuitOpenError,
  constant,
  decorrelatedJitter,
  deferFrom,
  type ErrorClass,
  type ExecuteOptions,
  type Failure,
  type Hooks,
  LimitedError,
  type Outcome,
  PermanentError,
  type Policy,
  type PolicyOptions,
  type Progress,
  RateLimitError,
  type SleepHandler,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
import { alwaysThrowing, answering, asynchronousDrivers, drivers, type Op, type Stage, stage, throwing } from "./driving.ts";

const transient = new TransientError();
/** As a queue keeps it. */
const kept = (progress: Progress | null): Progress => JSON.parse(JSON.stringify(progress));
const failed = (outcome: Outcome<unknown>): Failure => {
  if (outcome.ok) throw new Error("the call has succeeded");
  return outcome;
};
const left = (change: Partial<Progress> = {}): Progress => ({
  version: 1,
  attempts: 1,
  failures: { TRANSIENT: 1 },
  elapsedMs: 0,
  prevSleepMs: null,
  deliveries: 1,
  ...change,
});

describe.each(drivers)("through %s", (_name, driver) => {
  /** Delivers a job until nothing is left to go on with, each time by a policy of a new process. */
  async function deliverAll(options: PolicyOptions<unknown, unknown>, op: Op, call: ExecuteOptions = {}): Promise<Failure[]> {
    const ends: Failure[] = [];
    for (let resume: Progress | null = null, on: Stage; ; resume = kept(ends.at(-1)?.progress ?? null)) {
      on = stage(options, new VirtualClock(1_000_000 * ends.length));
      const outcome = failed(await driver.execute(on, op, { ...call, resume }));
      ends.push(outcome);
      if (outcome.progress === null || ends.length > 50) return ends;
    }
  }

  test("attempt 4 is attempt 4, and maxAttempts bounds all deliveries together", async () => {
    const attempts: number[] = [];
    const op: Op = ({ attempt }) => {
      attempts.push(attempt);
      throw transient;
    };
    const ends = await deliverAll({ retry: { maxAttempts: 5, strategy: constant(100), sleep: deferFrom(0) } }, op);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(ends.map(({ stopReason }) => stopReason)).toEqual([...Array(4).fill("SCHEDULED"), "MAX_ATTEMPTS_GLOBAL"]);
    expect(ends.map((end) => end.attempts)).toEqual([1, 2, 3, 4, 5]);
    expect(ends.map(({ progress }) => progress?.deliveries ?? null)).toEqual([1, 2, 3, 4, null]);
  });

  test("what a delivery leaves is plain JSON that says all there is", async () => {
    const on = stage({ retry: { strategy: constant(100), sleep: deferFrom(0) } });
    const { progress } = failed(await driver.execute(on, alwaysThrowing(transient)));
    expect(kept(progress)).toEqual(progress);
    expect(progress).toEqual({
      version: 1,
      attempts: 1,
      failures: { TRANSIENT: 1 },
      elapsedMs: 100,
      prevSleepMs: 100,
      deliveries: 1,
    });
  });

  test("maxRetriesPerClass and maxUnknownRetries bound all deliveries together", async () => {
    const limited = await deliverAll(
      { retry: { maxRetriesPerClass: { RATE_LIMIT: 2 }, strategy: constant(1), sleep: deferFrom(0) } },
      alwaysThrowing(new RateLimitError()),
    );
    expect([limited.length, limited.at(-1)?.stopReason]).toEqual([3, "MAX_ATTEMPTS_PER_CLASS"]);
    const unknown = await deliverAll({ retry: { strategy: constant(1), sleep: deferFrom(0) } }, alwaysThrowing("what?"));
    expect([unknown.length, unknown.at(-1)?.stopReason]).toEqual([3, "MAX_UNKNOWN_ATTEMPTS"]);
  });

  test("the deadline bounds the time of all deliveries, with the delays between them", async () => {
    const options = { retry: { deadlineMs: 1_000, maxAttempts: 99, strategy: constant(300), sleep: deferFrom(0) } };
    const ends = await deliverAll(options, alwaysThrowing(transient));
    expect(ends.map((end) => end.elapsedMs)).toEqual([0, 300, 600, 900]);
    expect(ends.at(-1)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", nextDelayMs: 300, deadlineOf: "policy" });
  });

  test("a deadline of the call bounds all deliveries that are given it", async () => {
    const options = { retry: { maxAttempts: 99, strategy: constant(300), sleep: deferFrom(0) } };
    const ends = await deliverAll(options, alwaysThrowing(transient), { deadlineMs: 700 });
    expect(ends.map((end) => end.elapsedMs)).toEqual([0, 300, 600]);
    expect(ends.at(-1)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "call" });
  });

  test("a call whose time was used up before makes no attempt", async () => {
    let invoked = 0;
    const on = stage({ retry: { deadlineMs: 1_000 }, circuitBreaker: {} });
    const outcome = failed(await driver.execute(on, () => ++invoked, { resume: left({ elapsedMs: 1_000 }) }));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1, elapsedMs: 1_000, progress: null });
    expect(invoked).toBe(0);
  });

  test("remainingMs counts what was taken before", async () => {
    const seen: number[] = [];
    const on = stage({ retry: { deadlineMs: 1_000 } });
    await driver.execute(on, ({ remainingMs }) => seen.push(remainingMs), { resume: left({ elapsedMs: 400 }) });
    expect(seen).toEqual([600]);
  });

  test("jitter goes on from the last delay", async () => {
    const delays: number[] = [];
    const strategy = decorrelatedJitter({ baseMs: 100, maxMs: 1e6 });
    const sleep: SleepHandler = (_context, ms) => {
      delays.push(ms);
      return "defer";
    };
    const on = stage({ retry: { strategy, sleep } });
    for (const prevSleepMs of [null, 400]) {
      await driver.execute(on, alwaysThrowing(transient), { resume: left({ prevSleepMs }) });
    }
    // random() is 0.5: the middle of [base, 3 * the last delay].
    expect(delays).toEqual([200, 650]);
  });

  test("caps that were lowered meanwhile hold: nothing is called", async () => {
    let invoked = 0;
    const on = stage({ retry: { maxAttempts: 3 }, circuitBreaker: {} });
    const outcome = failed(await driver.execute(on, () => ++invoked, { resume: left({ attempts: 5 }) }));
    expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 5, progress: null, cause: null });
    expect(String(outcome.error)).toContain("Stopped with MAX_ATTEMPTS_GLOBAL after 5 attempts");
    expect(invoked).toBe(0);
  });

  test("a success tells how many attempts it took, and how long, in all deliveries", async () => {
    const on = stage({ retry: {} });
    const outcome = await driver.execute(on, answering("value"), { resume: left({ attempts: 2, elapsedMs: 700 }) });
    expect(outcome).toMatchObject({ ok: true, value: "value", attempts: 3, elapsedMs: 700 });
  });

  test("deliveries that ended without a word count as an attempt each", async () => {
    let invoked = 0;
    const on = stage({ retry: { maxAttempts: 4, strategy: constant(1), sleep: deferFrom(0) } });
    const op = (): never => {
      invoked++;
      throw transient;
    };
    // The first delivery has left its progress; the queue says that this one is the fourth: two were lost.
    const third = failed(await driver.execute(on, op, { resume: { progress: left(), deliveries: 4 } }));
    expect(third).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4, progress: null });
    // All but this one were lost.
    for (const resume of [{ progress: null, deliveries: 5 }, { deliveries: 5 } as never]) {
      const sixth = failed(await driver.execute(on, op, { resume }));
      expect(sixth).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4, progress: null });
    }
    expect(invoked).toBe(1);
    // None was: the queue has begun to count anew.
    const first = failed(await driver.execute(on, op, { resume: { progress: left({ deliveries: 7 }), deliveries: 2 } }));
    expect(first).toMatchObject({ stopReason: "SCHEDULED", attempts: 2, progress: { deliveries: 8 } });
  });

  test("what is no progress throws, and nothing is called", async () => {
    let invoked = 0;
    const on = stage({ retry: {} });
    for (const resume of [{ version: 1, attempts: -1 }, { version: 99 }, {}, { progress: "{}" }] as never[]) {
      await expect(driver.execute(on, () => ++invoked, { resume })).rejects.toMatchObject({
        code: "ERR_REDRESS_INVALID_PROGRESS",
      });
      expect(await driver.call(on, () => ++invoked, { resume })).toMatchObject({
        error: { code: "ERR_REDRESS_INVALID_PROGRESS" },
      });
    }
    expect(invoked).toBe(0);
    expect(on.policy.inFlight).toBe(0);
  });

  test("otherwise: restart begins anew where the progress is none, with what the queue counts", async () => {
    const on = stage({ retry: { maxAttempts: 3, strategy: constant(1), sleep: deferFrom(0) } });
    const restart = { progress: { attempts: "many" }, otherwise: "restart" } as const;
    expect(await driver.execute(on, alwaysThrowing(transient), { resume: restart })).toMatchObject({
      attempts: 1,
      stopReason: "SCHEDULED",
    });
    // Somebody who spoils the progress each time undoes no cap where the queue counts.
    expect(await driver.execute(on, alwaysThrowing(transient), { resume: { ...restart, deliveries: 3 } })).toMatchObject({
      attempts: 3,
      stopReason: "MAX_ATTEMPTS_GLOBAL",
    });
  });

  test("a queue's count alone is gone on from, and the first delivery has nothing before it", async () => {
    const resumed: unknown[] = [];
    const onCallStart: Hooks["onCallStart"] = (context) => void resumed.push(context.resumed?.attempts ?? null);
    const on = stage({ retry: { strategy: constant(1), sleep: deferFrom(0) }, hooks: { onCallStart } });
    for (const deliveries of [1, 2, 4]) {
      const outcome = failed(await driver.execute(on, alwaysThrowing(transient), { resume: { progress: null, deliveries } }));
      expect(outcome.progress).toMatchObject({ attempts: deliveries, deliveries });
    }
    expect(resumed).toEqual([null, 1, 3]);
  });

  test.each<[string, unknown, RegExp]>([
    ["a misspelt option", { progress: null, othrwise: "restart" }, /resume\.othrwise is not an option.*otherwise/],
    ["another word", { progress: null, otherwise: "again" }, /resume\.otherwise must be one of fail, restart, got "again"/],
    ["no number of deliveries", { progress: null, deliveries: 0 }, /resume\.deliveries must be an integer >= 1, got 0/],
  ])("%s beside the progress is a mistake in the code", async (_what, resume, message) => {
    await expect(driver.execute(stage(), answering(1), { resume: resume as never })).rejects.toThrow(message);
  });

  test("a deferral, an open circuit, a spent budget and an abort leave a progress; other stops do not", async () => {
    const open = stage({ retry: {}, circuitBreaker: { failureThreshold: 1 } });
    open.policy.describe();
    await driver.execute(open, alwaysThrowing(new TransientError()), { abortIf: () => false });
    const rejected = failed(await driver.execute(open, answering(1), { resume: left({ attempts: 2, elapsedMs: 50 }) }));
    expect(rejected).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 2, elapsedMs: 50 });
    expect(rejected.error).toBeInstanceOf(CircuitOpenError);
    expect(rejected.progress).toEqual(left({ attempts: 2, elapsedMs: 50, deliveries: 2 }));

    const spent = stage({ retry: { budget: new Budget({ maxRetries: 0, windowMs: 60_000 }), strategy: constant(700) } });
    const refused = failed(await driver.execute(spent, alwaysThrowing(transient)));
    expect(refused).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", nextDelayMs: 700, progress: { attempts: 1, elapsedMs: 0 } });

    const aborted = failed(await driver.execute(stage({ retry: {} }), alwaysThrowing(transient), { abortIf: () => true }));
    expect(aborted).toMatchObject({ stopReason: "ABORTED", progress: { attempts: 0, deliveries: 1, failures: {} } });

    const permanent = failed(await driver.execute(stage({ retry: {} }), alwaysThrowing(new PermanentError())));
    expect(permanent).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", progress: null });
    const alone = failed(await driver.execute(stage(), alwaysThrowing(transient)));
    expect(alone).toMatchObject({ stopReason: "NO_RETRY", progress: null });
  });

  test("an operation that a circuit or limiter further in has rejected may come back later, while its caps allow", async () => {
    const inner = new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 5_000 });
    for (const error of [inner, new Error("wrapped by a client", { cause: inner })]) {
      const op = alwaysThrowing(error);
      const policy = { retry: { maxAttempts: 2, classifier: (): ErrorClass => "PERMANENT" } };
      const first = failed(await driver.execute(stage(policy), op));
      expect(first).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", progress: { attempts: 1, failures: { PERMANENT: 1 } } });
      const last = failed(await driver.execute(stage(policy), op, { resume: first.progress }));
      expect(last).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 2, progress: null });
    }
  });

  test("which leaves no progress where another rule has stopped the call for good", async () => {
    const op = alwaysThrowing(new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 5_000 }));
    const on = stage({ retry: { deadlineMs: 1_000, strategy: constant(5_000), classifier: (): ErrorClass => "TRANSIENT" } });
    const late = failed(await driver.execute(on, op));
    expect(late).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", progress: null });
    const refused = failed(await driver.execute(on, op, { refuseRepeat: () => "it is no job" }));
    expect(refused).toMatchObject({ stopReason: "RETRY_REFUSED", progress: null });
  });

  test("a call that ends before its first attempt leaves what it has found, with one delivery more, and what hooks carry", async () => {
    const found = left({
      attempts: 0,
      failures: {},
      elapsedMs: 50,
      prevSleepMs: 7,
      deliveries: 3,
      carried: { traceparent: "a" },
    });
    const again = failed(await driver.execute(stage({ retry: {} }), answering(1), { resume: found, abortIf: () => true }));
    expect(again).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
    expect(again.progress).toEqual({ ...found, deliveries: 4 });

    const on = stage({ retry: {}, hooks: { onCallStart: (call) => call.carry("traceparent", "b") } });
    const { progress } = failed(await driver.execute(on, answering(1), { abortIf: () => true }));
    expect(progress).toEqual(left({ attempts: 0, failures: {}, carried: { traceparent: "b" } }));
  });

  test("hooks know what was before, and what they carry travels with the progress", async () => {
    const contexts: CallContext[] = [];
    const starts: AttemptContext[] = [];
    const hooks = {
      onCallStart: (call: CallContext) => {
        contexts.push(call);
        call.carry("traceparent", `of delivery ${contexts.length}`);
        if (contexts.length === 1) call.carry("first", "delivery");
      },
      onAttemptStart: (attempt: AttemptContext) => void starts.push(attempt),
    };
    const on = stage({ hooks, retry: { strategy: constant(1), sleep: deferFrom(0) } });
    const first = failed(await driver.execute(on, alwaysThrowing(transient)));
    const second = failed(await driver.execute(on, alwaysThrowing(transient), { resume: kept(first.progress) }));
    expect(first.progress?.carried).toEqual({ traceparent: "of delivery 1", first: "delivery" });
    expect(second.progress?.carried).toEqual({ traceparent: "of delivery 2", first: "delivery" });
    expect(contexts.map(({ resumed }) => resumed)).toEqual([null, first.progress]);
    expect(starts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    // Without observers, it travels on all the same.
    const blind = stage({ retry: { strategy: constant(1), sleep: deferFrom(0) } });
    const third = failed(await driver.execute(blind, alwaysThrowing(transient), { resume: second.progress }));
    expect(third.progress?.carried).toEqual(second.progress?.carried);
  });

  test("what is too long, too much or of another name is not carried, and the hook hears of it", async () => {
    const refused: unknown[] = [];
    const attempt = (call: CallContext, name: string, text: string): void => {
      try {
        call.carry(name, text);
      } catch (error) {
        refused.push(error);
      }
    };
    const onCallStart = (call: CallContext): void => {
      attempt(call, "name0", "x".repeat(1_025));
      attempt(call, "Name", "x");
      attempt(call, "n".repeat(65), "x");
      attempt(call, "__proto__", "x");
      expect(refused).toHaveLength(4);
      for (let index = 0; index < 9; index++) attempt(call, `name${index}`, "x".repeat(1_024));
    };
    const on = stage({ hooks: { onCallStart }, retry: { strategy: constant(1), sleep: deferFrom(0) } });
    const { progress } = failed(await driver.execute(on, alwaysThrowing(transient)));
    expect(Object.keys(progress?.carried ?? {})).toHaveLength(8);
    const odd = new RangeError(
      'carry takes a name of lower case letters, digits, ".", "_" and "-", and a text of at most 1024 characters.',
    );
    expect(refused).toEqual([odd, odd, odd, odd, new RangeError("carry takes at most 8 texts.")]);
  });
});

describe.each(asynchronousDrivers)("through %s", (_name, driver) => {
  test("the deadline cuts an attempt short, counted from the first delivery", async () => {
    const on = stage({ retry: { deadlineMs: 1_000 } });
    const outcome = failed(await driver.execute(on, () => new Promise(() => {}), { resume: left({ elapsedMs: 900 }) }));
    expect([outcome.stopReason, outcome.elapsedMs, on.clock.now()]).toEqual(["DEADLINE_EXCEEDED", 1_000, 100]);
  });

  test("an attempt has the whole of its timeout", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 200, maxAttempts: 1 } });
    for (const attempts of [0, 3]) {
      const began = on.clock.now();
      const resume = left({ attempts, failures: {}, elapsedMs: 900 });
      const policy = { ...on, policy: on.policy.with({ retry: { maxAttempts: attempts + 1 } }) as Policy<unknown, unknown> };
      const outcome = failed(await driver.execute(policy, () => new Promise(() => {}), { resume }));
      expect([outcome.attempts, on.clock.now() - began]).toEqual([attempts + 1, 200]);
    }
  });

  test("calls that begin share one alarm for their deadlines, and one that goes on has its own", async () => {
    const clock = new VirtualClock();
    const instants = {
      now: () => clock.now(),
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
      alarm: (ms: number, ring: () => void) => clock.alarm(ms, ring),
      alarmAt: (atMs: number, ring: () => void) => clock.alarm(atMs - clock.now(), ring),
    };
    const on = { clock, policy: stage({ clock: instants, retry: { deadlineMs: 1_000 } }).policy };
    const calls = [1, 2, 3].map(() => driver.execute(on, () => new Promise(() => {})));
    const shared = clock.pending;
    calls.push(driver.execute(on, () => new Promise(() => {}), { resume: left({ elapsedMs: 400 }) }));
    expect([shared, clock.pending]).toEqual([1, 2]);
    expect((await Promise.all(calls)).map(({ elapsedMs }) => elapsedMs)).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(clock.pending).toBe(0);
  });

  test("one without a deadline sets no alarm for it", async () => {
    const on = stage({ retry: { deadlineMs: Infinity, strategy: constant(100) } });
    const alarm = vi.spyOn(on.clock, "alarm");
    const outcome = await driver.execute(on, throwing(transient), { resume: left({ failures: {} }) });
    expect(outcome).toMatchObject({ ok: true, attempts: 3 });
    expect(alarm.mock.calls.map(([ms]) => ms)).toEqual([100]);
  });

  test("a call that is shut down in an attempt leaves what it has used up", async () => {
    const on = stage({ retry: {} });
    const controller = new AbortController();
    on.clock.alarm(50, () => controller.abort());
    const outcome = failed(
      await driver.execute(on, () => new Promise(() => {}), { signal: controller.signal, resume: left({ elapsedMs: 10 }) }),
    );
    expect(outcome).toMatchObject({ stopReason: "ABORTED", progress: left({ attempts: 2, elapsedMs: 60, deliveries: 2 }) });
  });

  test("a limiter that has no room leaves a progress", async () => {
    const limiter = new Bulkhead({ name: "db", maxConcurrent: 1 });
    const on = stage({ retry: {}, limiter });
    void limiter.run(() => new Promise(() => {}));
    const outcome = failed(await driver.execute(on, answering(1), { resume: left({ elapsedMs: 10 }) }));
    expect(outcome).toMatchObject({ stopReason: "LIMITED", attempts: 1, progress: left({ elapsedMs: 10, deliveries: 2 }) });
    expect(outcome.error).toBeInstanceOf(LimitedError);
  });
});

test("progress is refused where the options are those of many calls", () => {
  const on = stage();
  expect(() => on.policy.wrap(() => 1, { resume: left() } as never)).toThrow("wrap.resume is not an option");
  expect(() => on.policy.wrapSync(() => 1, { resume: left() } as never)).toThrow("wrapSync.resume is not an option");
  expect(() => on.policy.context({ resume: left() } as never)).toThrow("context.resume is not an option");
});

describe("deferFrom", () => {
  test("leaves what is long to a later delivery, and sleeps through what is short", async () => {
    const delays = [100, 999, 1_000];
    const on = stage({ retry: { strategy: () => delays.shift() ?? 0, sleep: deferFrom(1_000) } });
    const outcome = failed((await drivers[0]?.[1].execute(on, alwaysThrowing(transient))) as Outcome<unknown>);
    expect(outcome).toMatchObject({ stopReason: "SCHEDULED", attempts: 3, nextDelayMs: 1_000, elapsedMs: 1_099 });
  });

  test("says what it is", () => {
    const { retry } = stage({ retry: { sleep: deferFrom(1_000) } }).policy.describe();
    expect(retry?.sleep).toEqual({ name: "deferFrom", settings: { minDelayMs: 1_000 } });
    expect(() => deferFrom(-1)).toThrow("deferFrom.minDelayMs must be a number >= 0, got -1.");
    expect(() => deferFrom("1" as never)).toThrow(TypeError);
  });
});
