import { VirtualClock } from "redress/testing";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/run/time/clock.ts";
import { quietAlarm } from "../../src/run/time/quiet-alarm.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("an alarm on the system's clock keeps no process alive, and can be cancelled", () => {
  const set = vi.spyOn(globalThis, "setTimeout");
  const cancel = quietAlarm(systemClock, 60_000, () => {});
  const timer = set.mock.results[0]?.value as NodeJS.Timeout & { _destroyed: boolean };
  expect([timer.hasRef(), timer._destroyed]).toEqual([false, false]);
  cancel();
  expect(timer._destroyed).toBe(true);
});

test("where timers are numbers there is nothing to let go of", () => {
  const clear = vi.fn();
  vi.stubGlobal("setTimeout", () => 7);
  vi.stubGlobal("clearTimeout", clear);
  quietAlarm(systemClock, 60_000, () => {})();
  expect(clear).toHaveBeenCalledWith(7);
});

test("on a clock of one's own it is that clock's", async () => {
  const clock = new VirtualClock();
  const rang: number[] = [];
  quietAlarm(clock, 50, () => rang.push(clock.now()));
  quietAlarm(clock, 60, () => rang.push(clock.now()))();
  await clock.advance(100);
  expect(rang).toEqual([50]);
});

test("an alarm of the system's clock that never rings is not set, and cancelling it does nothing", () => {
  const set = vi.spyOn(globalThis, "setTimeout");
  const clear = vi.spyOn(globalThis, "clearTimeout");
  systemClock.alarm(Infinity, () => {})();
  expect([set.mock.calls.length, clear.mock.calls.length]).toEqual([0, 0]);
});
