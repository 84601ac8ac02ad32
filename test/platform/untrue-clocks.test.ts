/* A timer that rang is believed, whatever the clock says: one that stands still, or was set back. */
import { type Clock, constant, isAttemptTimeoutError, isDeadlineExceededError, Policy, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runChild } from "../run/child.ts";
import { alwaysThrowing, ending, hang, isSettled, throwing } from "../run/driving.ts";
import { realDelay } from "../run/timer-regimes.ts";

const transient = new TransientError();
const HOUR_MS = 3_600_000;

/** Alarms that ring in time, beside a `now()` that says something else. */
function untrue(say: (trueMs: number, asked: number) => number): { readonly clock: Clock; readonly truth: VirtualClock } {
  const truth = new VirtualClock(2 * HOUR_MS);
  let asked = 0;
  const clock: Clock = {
    now: () => say(truth.now(), ++asked),
    sleep: (ms, signal) => truth.sleep(ms, signal),
    alarm: (ms, ring) => truth.alarm(ms, ring),
  };
  return { clock, truth };
}

const LIES: readonly (readonly [string, (trueMs: number, asked: number) => number])[] = [
  ["stands still", () => 5],
  ["goes back all the time", (trueMs) => -trueMs],
  ["jumps to and fro", (trueMs, asked) => trueMs - (asked % 2) * HOUR_MS],
  // Whenever it happens in a call: each reading of the clock is the first that is an hour behind.
  ...Array.from(
    { length: 12 },
    (_, reading) =>
      [
        `steps back an hour before it is read for the ${reading + 1}. time`,
        (trueMs: number, asked: number) => trueMs - (asked > reading ? HOUR_MS : 0),
      ] as const,
  ),
];

describe.each(LIES)("on a clock that %s", (_how, say) => {
  test("a deadline ends the call", async () => {
    const { clock, truth } = untrue(say);
    const call = ending(new Policy({ retry: { deadlineMs: 100 }, clock }).call(hang));
    await truth.advance(100);
    expect(await isSettled(call)).toBe(true);
    expect(isDeadlineExceededError((await call).error)).toBe(true);
    expect(truth.pending).toBe(0);
  });

  test("an attempt timeout ends each attempt", async () => {
    const { clock, truth } = untrue(say);
    const retry = { deadlineMs: Infinity, attemptTimeoutMs: 100, maxAttempts: 3, strategy: constant(0) };
    const call = ending(new Policy({ retry, clock }).call(hang));
    await truth.advance(300);
    expect(await isSettled(call)).toBe(true);
    expect(isAttemptTimeoutError((await call).error)).toBe(true);
    expect(truth.pending).toBe(0);
  });

  test("a deadline ends attempts that time out, and delays", async () => {
    const { clock, truth } = untrue(say);
    const retry = { deadlineMs: 1_000, attemptTimeoutMs: 100, maxAttempts: Infinity, strategy: constant(100) };
    const call = new Policy({ retry, clock }).execute(hang);
    await truth.advance(1_000);
    expect(await isSettled(call)).toBe(true);
    expect(await call).toMatchObject({ ok: false, stopReason: "DEADLINE_EXCEEDED" });
  });

  test("no attempt begins after a deadline that has rung", async () => {
    const { clock, truth } = untrue(say);
    const op = alwaysThrowing(transient);
    const retry = { deadlineMs: 1_000, maxAttempts: Infinity, strategy: constant(300) };
    const call = new Policy({ retry, clock }).execute(async (attempt) => op(attempt));
    await truth.advance(1_000);
    const { count } = op;
    await truth.run();
    expect(await call).toMatchObject({ ok: false });
    expect(op.count).toBe(count);
  });

  test("calls that wait beside each other end each in its time", async () => {
    const { clock, truth } = untrue(say);
    const policy = new Policy({ retry: { deadlineMs: 100 }, clock });
    for (let calls = 0; calls < 5; calls++) {
      const call = policy.execute(hang);
      await truth.advance(50);
      const next = policy.execute(hang);
      await truth.advance(50);
      expect(await isSettled(call)).toBe(true);
      await truth.advance(50);
      expect(await isSettled(next)).toBe(true);
    }
  });
});

const SYSTEM_LIES: readonly (readonly [string, (now: () => number) => number])[] = [
  ["frozen", () => 5],
  ["an hour behind", (now) => now() - HOUR_MS],
  ["going back", (now) => -now()],
];

describe.each(SYSTEM_LIES)("with a performance.now that is %s", (_how, say) => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const lie = (): void => {
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => say(now));
  };
  const inTime = (call: Promise<unknown>): Promise<unknown> => Promise.race([call, realDelay(2_000).then(() => "it hangs")]);

  test("a deadline and an attempt timeout on the system's clock end a call, and so do those of the calls that follow", async () => {
    const impatient = new Policy({ retry: { deadlineMs: 10 } });
    const bounded = new Policy({ retry: { deadlineMs: Infinity, attemptTimeoutMs: 10, maxAttempts: 2, strategy: constant(1) } });
    const before = [impatient.execute(hang), bounded.execute(hang)];
    lie();
    const first = [impatient.execute(hang), bounded.execute(hang)];
    await realDelay(5);
    const next = [impatient.execute(hang), bounded.execute(hang)];
    const stops = [{ stopReason: "DEADLINE_EXCEEDED" }, { stopReason: "MAX_ATTEMPTS_GLOBAL" }];
    for (const calls of [before, first, next]) expect(await inTime(Promise.all(calls))).toMatchObject(stops);
  });

  test("the same under fake timers", async () => {
    vi.useFakeTimers();
    lie();
    const policy = new Policy({ retry: { deadlineMs: 10 } });
    for (let calls = 0; calls < 3; calls++) {
      const call = policy.execute(hang);
      await vi.advanceTimersByTimeAsync(11);
      expect(await inTime(call)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED" });
    }
  });

  test("a synchronous delay ends", () => {
    lie();
    const policy = new Policy({ retry: { strategy: constant(1) } });
    expect(policy.callSync(throwing(transient, transient))).toBe("value");
  });
});

test("a synchronous delay in a process whose clocks all stand still ends", () => {
  const child = runChild(`
    performance.now = () => 7;
    Date.now = () => 7;
    const policy = new redress.Policy({ retry: { strategy: redress.constant(20) } });
    let calls = 0;
    print(policy.callSync(() => { if (++calls < 4) throw new redress.TransientError(); return "value"; }));
  `);
  expect(child).toEqual({ printed: ["value"], errors: "", exit: 0 });
});

test("a process that began with a frozen performance.now ends its calls in time", () => {
  const child = runChild(`
    const policy = new redress.Policy({ retry: { deadlineMs: 30, attemptTimeoutMs: 20, maxAttempts: 9, strategy: redress.constant(1) } });
    const frozen = performance.now();
    performance.now = () => frozen;
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push((await policy.execute(() => new Promise(() => {}))).stopReason);
    print(outcomes);
  `);
  expect(child).toEqual({ printed: [Array(3).fill("DEADLINE_EXCEEDED")], errors: "", exit: 0 });
});
