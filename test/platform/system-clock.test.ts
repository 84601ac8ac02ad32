/* Policies on the platform's own clock: its timers, and what holds a process open. */
import { describe, expect, test } from "vitest";
import { runChild } from "../run/child.ts";

describe("a process", () => {
  test("ends at once when no call is in flight, whatever deadlines and timeouts its calls had", () => {
    const child = runChild(`
      const policy = new redress.Policy({ retry: { deadlineMs: 60_000, attemptTimeoutMs: 59_000 }, circuitBreaker: {} });
      await policy.call(async () => 1);
      await policy.call(async () => { throw new redress.PermanentError(); }).catch(() => {});
      print({ timers: timers() });
    `);
    expect(child).toEqual({ printed: [{ timers: 0 }], errors: "", exit: 0 });
  });

  test("stays while a call is in flight, whose deadline then fires", () => {
    const child = runChild(`
      const policy = new redress.Policy({ retry: { deadlineMs: 40 } });
      await policy.call(async () => 1);
      policy.call(() => new Promise(() => {})).catch((error) => print({ code: error.code, timers: timers() }));
    `);
    expect(child).toEqual({ printed: [{ code: "ERR_REDRESS_DEADLINE_EXCEEDED", timers: 0 }], errors: "", exit: 0 });
  });

  test("has one timer for many calls with one deadline, and one for their attempt timeouts, until the last of them has ended", () => {
    const child = runChild(`
      const policy = new redress.Policy({ retry: { deadlineMs: 50, attemptTimeoutMs: 40, maxAttempts: 1 } });
      const before = timers();
      const calls = Array.from({ length: 100 }, () => policy.call(() => new Promise(() => {})));
      await null;
      const during = timers() - before;
      const codes = new Set((await Promise.allSettled(calls)).map(({ reason }) => reason.code));
      print({ during, codes: [...codes], after: timers() - before });
    `);
    const printed = [{ during: 2, codes: ["ERR_REDRESS_ATTEMPT_TIMEOUT"], after: 0 }];
    expect(child).toEqual({ printed, errors: "", exit: 0 });
  });

  test("has one timer for one call after the other", () => {
    const child = runChild(`
      const { createHook } = await import("node:async_hooks");
      let set = 0;
      createHook({ init: (_id, type) => { if (type === "Timeout") set++; } }).enable();
      const policy = new redress.Policy({ retry: { deadlineMs: 50_000 } });
      for (let i = 0; i < 1_000; i++) await policy.call(async () => i);
      print(set);
    `);
    expect(child).toEqual({ printed: [1], errors: "", exit: 0 });
  });

  test("stays while a call is asleep, which then goes on", () => {
    const child = runChild(`
      let calls = 0;
      const policy = new redress.Policy({ retry: { strategy: redress.constant(40) } });
      policy.call(() => { if (++calls === 1) throw new redress.TransientError(); return "value"; }).then((value) => print({ value, calls }));
    `);
    expect(child).toEqual({ printed: [{ value: "value", calls: 2 }], errors: "", exit: 0 });
  });

  test("ends at once after the abort of a sleep and of an attempt", () => {
    const child = runChild(`
      const controller = new AbortController();
      const policy = new redress.Policy({ retry: { strategy: redress.constant(50_000), attemptTimeoutMs: 50_000 } });
      const calls = [
        policy.call(() => { throw new redress.TransientError(); }, { signal: controller.signal }),
        policy.call(() => new Promise(() => {}), { signal: controller.signal }),
      ];
      setImmediate(() => controller.abort());
      await Promise.allSettled(calls);
      print({ timers: timers(), listeners: events.getEventListeners(controller.signal, "abort").length });
    `);
    expect(child).toEqual({ printed: [{ timers: 0, listeners: 0 }], errors: "", exit: 0 });
  });

  test("sleeps a synchronous call by blocking, without a timer", () => {
    const child = runChild(`
      const policy = new redress.Policy({ retry: { strategy: redress.constant(30) } });
      let calls = 0;
      const before = performance.now();
      const value = policy.callSync(() => { if (++calls < 3) throw new redress.TransientError(); return "value"; });
      print({ value, calls, slept: performance.now() - before >= 60, timers: timers() });
    `);
    expect(child).toEqual({ printed: [{ value: "value", calls: 3, slept: true, timers: 0 }], errors: "", exit: 0 });
  });

  test("whose thread may not block says that it needs a sleeper, and works with one", () => {
    const child = runChild(`
      Atomics.wait = () => { throw new TypeError("Atomics.wait cannot be called in this context"); };
      const failing = () => { if (++calls === 1) throw new redress.TransientError(); return "value"; };
      let calls = 0;
      const policy = new redress.Policy({ retry: { strategy: redress.constant(30) } });
      try { policy.callSync(failing); } catch (error) { print({ named: /sleeper/.test(error.message), cause: error.cause.name }); }
      calls = 0;
      print({ value: policy.callSync(failing, { sleeper: () => {} }) });
    `);
    expect(child).toEqual({ printed: [{ named: true, cause: "TypeError" }, { value: "value" }], errors: "", exit: 0 });
  });

  test.each([
    ["Atomics.wait = () => { throw new TypeError(); };", "This thread may not block: in browsers, only workers may."],
    [
      "delete globalThis.SharedArrayBuffer;",
      "There is no SharedArrayBuffer here to block on: browsers give it to pages and workers that are cross-origin isolated.",
    ],
  ])("where a synchronous call cannot sleep, it says why: %s", (without, why) => {
    const child = runChild(`
      ${without}
      const policy = new redress.Policy({ retry: { strategy: redress.constant(30) } });
      try { policy.callSync(() => { throw new redress.TransientError(); }); } catch (error) { print(error.message); }
    `);
    const advice = "So a synchronous call cannot sleep: give the policy a `sleeper`, or use `call`.";
    expect(child).toEqual({ printed: [`${why} ${advice}`], errors: "", exit: 0 });
  });
});
