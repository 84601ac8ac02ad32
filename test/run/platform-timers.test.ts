/* The platform's timers as calls use them, beside those of a test. */
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  clearTimer,
  isNode,
  isNodeAmong,
  LONGEST_TIMER_MS,
  platformNow,
  realNow,
  setTimer,
  sharedTimers,
  sharedTimersOf,
} from "../../src/run/time/platform-timers.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A timer as Node makes it. */
type NodeTimer = NodeJS.Timeout & { readonly _destroyed: boolean; readonly _idleTimeout: number };

const nothing = (): void => {};

test.each([
  [0, 0],
  [0.1, 1],
  [7, 7],
  [7.001, 8],
  [LONGEST_TIMER_MS, LONGEST_TIMER_MS],
  [LONGEST_TIMER_MS + 1, LONGEST_TIMER_MS],
])("a timer of %d ms is set for %d: whole milliseconds, rounded up, to the limit of timers", (ms, expected) => {
  const set = vi.spyOn(globalThis, "setTimeout");
  clearTimer(setTimer(ms, nothing));
  expect(set.mock.calls).toEqual([[nothing, expected]]);
  const shared = sharedTimers.set(ms, nothing) as unknown as NodeTimer;
  // Node's shortest timer is one of 1 ms.
  expect([shared._idleTimeout, shared._destroyed]).toEqual([Math.max(1, expected), false]);
  sharedTimers.clear(shared);
  expect(shared._destroyed).toBe(true);
  // It is the platform's own, whatever stands in its place.
  expect(set.mock.calls.length).toBe(1);
});

test("timers that are numbers do not say whether they will still ring: none is shared, and none is left behind", () => {
  const set = vi.fn(() => 7);
  const clear = vi.fn();
  expect(sharedTimersOf(set as never, clear).set(5, nothing)).toBeNull();
  expect([set.mock.calls, clear.mock.calls]).toEqual([[[nothing, 5]], [[7]]]);
});

test("a shared timer rings", async () => {
  expect(await new Promise<unknown>((resolve) => void sharedTimers.set(0, () => resolve("rung")))).toBe("rung");
});

test("Node clears its own timers, also under those of a test, which clear theirs", () => {
  const own = setTimer(60_000, nothing) as NodeTimer;
  vi.useFakeTimers();
  const clear = vi.spyOn(globalThis, "clearTimeout");
  const faked = setTimer(60_000, nothing);
  clearTimer(own);
  expect([own._destroyed, clear.mock.calls.length, vi.getTimerCount()]).toEqual([true, 0, 1]);
  clearTimer(faked);
  expect([clear.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test("a timer that is a number, as browsers have it, is cleared by the one who stands in place", () => {
  const clear = vi.spyOn(globalThis, "clearTimeout").mockImplementation(nothing);
  clearTimer(7);
  expect(clear.mock.calls).toEqual([[7]]);
});

test("the timers of the platform are in place while no others are", () => {
  expect(sharedTimers.areInPlace()).toBe(true);
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  expect(sharedTimers.areInPlace()).toBe(false);
});

test("time is that by which the timers ring which are in place; shared ones ring by the platform's", () => {
  const before = performance.now();
  vi.useFakeTimers({ now: 0, toFake: ["setTimeout", "performance"] });
  vi.advanceTimersByTime(12_345_678_901);
  expect(platformNow()).toBe(performance.now());
  expect(platformNow()).toBeGreaterThan(12_345_678_900);
  for (const now of [realNow(), sharedTimers.now()]) {
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThan(12_345_678_900);
  }
  vi.useRealTimers();
  // A performance that lies is not asked while the platform's timers are in place.
  vi.spyOn(performance, "now").mockReturnValue(-1);
  expect(platformNow()).toBeGreaterThanOrEqual(before);
});

describe("Node", () => {
  test.each<[string, object, boolean]>([
    ["is a process that has its version", { process: { versions: { node: "20.1.0" } } }, true],
    ["is none without a process", {}, false],
    ["is none where a process tells no versions", { process: {} }, false],
    ["is none where its version is not among them", { process: { versions: { v8: "11" } } }, false],
    ["is none in Bun", { process: { versions: { node: "24.3.0", bun: "1.3.0" } } }, false],
    ["is none in Deno", { process: { versions: { node: "24.3.0", deno: "2.5.0" } } }, false],
    ["is none in Workers", { process: { versions: { node: "22.0.0" } }, WebSocketPair: class {} }, false],
  ])("%s", (_which, globals, expected) => {
    expect(isNodeAmong(globals)).toBe(expected);
  });

  test("is what runs these tests", () => {
    expect(isNode).toBe(true);
  });
});
