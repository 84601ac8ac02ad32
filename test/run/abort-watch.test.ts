/* Calls that watch one signal: they share a listener, for as long as one of them hears it. */
import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { AbortWatch } from "../../src/run/call/abort-watch.ts";

test("a signal has one listener until the last watch of it has ended, and tells those that are left", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const told: number[] = [];
  const [first, second, third] = [1, 2, 3].map((number) => new AbortWatch(signal, { interrupt: () => told.push(number) }));
  const listeners = (): number => getEventListeners(signal, "abort").length;
  expect(listeners()).toBe(1);
  first?.end();
  expect(listeners()).toBe(1);
  controller.abort();
  expect([told, listeners()]).toEqual([[2, 3], 0]);
  second?.end();
  third?.end();
  expect([told, listeners()]).toEqual([[2, 3], 0]);
});

test("a signal that nobody watches any more has no listener", () => {
  const { signal } = new AbortController();
  const [first, second] = [1, 2].map(() => new AbortWatch(signal, { interrupt: () => {} }));
  second?.end();
  first?.end();
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
