/* Waits on the platform's own clock that are longer than its timers can be: in parts. */
import { constant, isAttemptTimeoutError, isDeadlineExceededError, Policy, TransientError } from "redress";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/run/time/clock.ts";
import { alwaysThrowing, ending, hang, macrotask, throwing } from "./driving.ts";

const transient = new TransientError();
const LONGEST_TIMER_MS = 2 ** 31 - 1;

describe("times beyond the limit of the platform's timers", () => {
  const LONG_MS = 3 * LONGEST_TIMER_MS + 12_345;

  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  /** Rings every fake timer until none is left, and answers how long that took. No timer may have been set beyond the limit. */
  async function runTimers(): Promise<number> {
    const startMs = performance.now();
    await macrotask();
    while (vi.getTimerCount() > 0) {
      await vi.advanceTimersToNextTimerAsync();
      await macrotask();
    }
    return performance.now() - startMs;
  }

  const nearly = (ms: number) => expect.closeTo(ms, -1);

  test("a deadline holds", async () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    const call = ending(new Policy({ retry: { deadlineMs: LONG_MS } }).call(hang));
    expect(await runTimers()).toEqual(nearly(LONG_MS));
    expect(isDeadlineExceededError((await call).error)).toBe(true);
    expect(set.mock.calls.every(([, ms]) => (ms ?? 0) <= LONGEST_TIMER_MS)).toBe(true);
  });

  test("an attempt timeout holds", async () => {
    const call = ending(new Policy({ retry: { deadlineMs: Infinity, attemptTimeoutMs: LONG_MS, maxAttempts: 1 } }).call(hang));
    expect(await runTimers()).toEqual(nearly(LONG_MS));
    expect(isAttemptTimeoutError((await call).error)).toBe(true);
  });

  test.each([LONGEST_TIMER_MS, LONGEST_TIMER_MS + 1, LONG_MS])("a delay of %i ms is slept", async (ms) => {
    const op = throwing(transient);
    const call = new Policy({ retry: { deadlineMs: Infinity, strategy: constant(ms) } }).call(op);
    await macrotask();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(op.count).toBe(1);
    expect(await runTimers()).toEqual(nearly(ms - 1_000));
    expect(await call).toBe("value");
  });

  test("the abort of a long sleep clears its timer", async () => {
    const controller = new AbortController();
    const call = ending(
      new Policy({ retry: { deadlineMs: Infinity, strategy: constant(LONG_MS) } }).call(alwaysThrowing(transient), {
        signal: controller.signal,
      }),
    );
    await macrotask();
    await vi.advanceTimersByTimeAsync(LONGEST_TIMER_MS + 10);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort("enough");
    expect(await call).toEqual({ error: "enough" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an infinite deadline and an infinite timeout set no timer", async () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    await new Policy({ retry: { deadlineMs: Infinity, attemptTimeoutMs: Infinity } }).call(async () => "value");
    expect(set).not.toHaveBeenCalled();
  });

  test("an alarm rings once, in as many parts as it takes, and an infinite one sets no timer", async () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    let rung = 0;
    systemClock.alarm(2 * LONGEST_TIMER_MS, () => rung++);
    systemClock.alarm(LONGEST_TIMER_MS, () => rung++);
    systemClock.alarm(Infinity, () => rung++)();
    await vi.advanceTimersByTimeAsync(2 * LONGEST_TIMER_MS);
    expect([rung, set.mock.calls.map(([, ms]) => ms)]).toEqual([2, [LONGEST_TIMER_MS, LONGEST_TIMER_MS, LONGEST_TIMER_MS]]);
  });
});
