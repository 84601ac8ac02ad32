/* Lessons of what a call leaves to its process: each is seen in one of its own. None of these sentences may ever be true of redress. */
import { expect, test } from "vitest";
import { runChild } from "../run/child.ts";

test("never: 1,000 calls that have waited leave timers that hold the process open", () => {
  const child = runChild(`
    const rate = new redress.RateLimiter({ limit: 500, intervalMs: 100, maxQueue: 1_000 });
    const bulkhead = new redress.Bulkhead({ maxConcurrent: 100, maxQueue: 1_000, queueTimeoutMs: 2 ** 40 });
    const policy = new redress.Policy({ limiter: [rate, bulkhead], retry: { deadlineMs: 600_000 } });
    await Promise.all(Array.from({ length: 1_000 }, () => policy.call(async () => 1)));
    print([rate.stats.queued > 0, rate.waiting, bulkhead.waiting, bulkhead.inUse, timers()]);
  `);
  expect(child).toEqual({ printed: [[true, 0, 0, 0, 0]], errors: "", exit: 0 });
});

test("never: hedged calls that are over hold the process open, or hedge afterwards", () => {
  const child = runChild(`
    let invoked = 0;
    const hedge = new redress.Hedge({ delayMs: 50, loadRatio: 1 });
    const policy = new redress.Policy({ hedge, retry: { attemptTimeoutMs: 50_000 } });
    await Promise.all(Array.from({ length: 1_000 }, () => policy.call(async () => { invoked++; await null; })));
    print([invoked, hedge.stats.hedges, timers()]);
  `);
  expect(child).toEqual({ printed: [[1_000, 0, 0]], errors: "", exit: 0 });
});

test("never: 50 concurrent calls on one AbortSignal print MaxListenersExceededWarning", () => {
  const child = runChild(`
    const controller = new AbortController();
    const policy = new redress.Policy({ retry: { strategy: redress.constant(40) } });
    const failOnce = () => { let calls = 0; return async () => { if (++calls === 1) throw new redress.TransientError(); return "value"; }; };
    const calls = Array.from({ length: 50 }, () => policy.call(failOnce(), { signal: controller.signal }));
    await new Promise(setImmediate);
    print(events.getEventListeners(controller.signal, "abort").length);
    await Promise.all(calls);
    print(events.getEventListeners(controller.signal, "abort").length);
  `);
  expect(child).toEqual({ printed: [1, 0], errors: "", exit: 0 });
});

test("never: 1,000 finished calls leave 1,000 live timers that hold the process open", () => {
  const child = runChild(`
    const policies = Array.from({ length: 10 }, () => new redress.Policy({ retry: { attemptTimeoutMs: 50_000 } }));
    for (let call = 0; call < 1_000; call++) await policies[call % 10].call(async () => call);
    print(timers());
  `);
  expect(child).toEqual({ printed: [0], errors: "", exit: 0 });
});
