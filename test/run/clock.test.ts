/* The system's clock where nothing but it is asked: sleeps that end early, and what they leave. */
import { getEventListeners } from "node:events";
import { AbortRetryError } from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { sleepByAlarm, systemClock } from "../../src/run/time/clock.ts";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

test("a sleep ends after its time, and leaves no listener", async () => {
  const { signal } = new AbortController();
  const clock = new VirtualClock();
  const slept = sleepByAlarm(clock, 10, signal);
  expect([listeners(signal), clock.pending]).toEqual([1, 1]);
  await clock.advance(10);
  expect(await slept).toBeUndefined();
  expect([listeners(signal), clock.pending]).toEqual([0, 0]);
  expect(await systemClock.sleep(0, signal)).toBeUndefined();
  expect(listeners(signal)).toBe(0);
});

test("a sleep that is aborted rejects with the reason, and leaves neither alarm nor listener", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const clock = new VirtualClock();
  const slept = sleepByAlarm(clock, 10, signal);
  controller.abort("enough");
  await expect(slept).rejects.toBe("enough");
  expect([listeners(signal), clock.pending]).toEqual([0, 0]);
});

test("a sleep that was aborted before it begins sets no alarm", async () => {
  const clock = new VirtualClock();
  const signal = AbortSignal.abort("enough");
  await expect(sleepByAlarm(clock, 10, signal)).rejects.toBe("enough");
  expect([listeners(signal), clock.pending]).toEqual([0, 0]);
});

test("a signal that gives no reason aborts with an error of ours", async () => {
  const signal = Object.defineProperty(AbortSignal.abort(), "reason", { value: undefined });
  await expect(systemClock.sleep(10, signal)).rejects.toThrow(AbortRetryError);
});
