import { getEventListeners } from "node:events";
import { Policy, TransientError, unlimited } from "redress";
import { VirtualClock } from "redress/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

const warnings: string[] = [];
const listener = (warning: Error): unknown => warnings.push(warning.name);
beforeAll(() => void process.on("warning", listener));
afterAll(() => {
  process.off("warning", listener);
  expect(warnings).toEqual([]);
});

test("100,000 calls on one signal, one after the other, leave no listener", async () => {
  const policy = new Policy({ retry: { strategy: () => 0 }, budget: unlimited });
  const { signal } = new AbortController();
  let calls = 0;
  const sometimesFlaky = (): number => {
    if (calls++ % 10 === 0) throw new TransientError();
    return calls;
  };
  for (let i = 0; i < 100_000; i++) await policy.call(sometimesFlaky, { signal });
  expect(listeners(signal)).toBe(0);
}, 30_000);

test("5,000 calls at a time on one signal carry one listener between them, and none in the end", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({ retry: {}, clock });
  const { signal } = new AbortController();
  const [early, late] = [clock.sleep(1), clock.sleep(2)];
  const running = Array.from({ length: 5_000 }, (_, i) => policy.call(() => (i % 2 === 0 ? early : late), { signal }));
  await clock.advance(0.5);
  expect(listeners(signal)).toBe(1);
  await clock.advance(1);
  expect(listeners(signal)).toBe(1);
  await clock.run();
  await Promise.all(running);
  expect(listeners(signal)).toBe(0);
});

test("5,000 calls that sleep carry one listener, and an abort ends them all and leaves none", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({ retry: { strategy: () => 1_000 }, budget: unlimited, clock });
  const caller = new AbortController();
  const fail = (): never => {
    throw new TransientError();
  };
  const running = Array.from({ length: 5_000 }, () => policy.execute(fail, { signal: caller.signal }));
  await clock.advance(10);
  expect(listeners(caller.signal)).toBe(1);
  caller.abort();
  const reasons = new Set((await Promise.all(running)).map((outcome) => outcome.ok || outcome.stopReason));
  expect([...reasons]).toEqual(["ABORTED"]);
  expect(listeners(caller.signal)).toBe(0);
  expect(clock.pending).toBe(0);
});

test("listeners of the caller's own stay", async () => {
  const { signal } = new AbortController();
  signal.addEventListener("abort", () => {});
  await new Policy({ retry: {} }).call(() => 1, { signal });
  expect(listeners(signal)).toBe(1);
});
