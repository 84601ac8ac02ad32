/* The sleep handler, beforeSleep and the sleeper. */
import { constant, type SleepHandler, StopReason, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import {
  alwaysThrowing,
  asSuccess,
  drivers,
  hooksOf,
  isSettled,
  listeningBreaker,
  listeningBudget,
  played,
  recorder,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();

// The answers themselves, and promises of them where the driver can wait.
const forms = drivers.flatMap(([name, driver]) => [
  [name, "at once", driver, <T>(answer: T) => answer] as const,
  ...(name === "callSync" ? [] : [[name, "by a promise", driver, <T>(answer: T) => Promise.resolve(answer)] as const]),
]);

describe.each(forms)("through %s, answered %s", (_name, _how, driver, form) => {
  const handler = (answer: "sleep" | "defer" | "abort") =>
    vi.fn(() => form(answer)) as unknown as SleepHandler & { mock: { calls: unknown[][] } };

  test("SLEEP sleeps, and the call goes on", async () => {
    const seen = recorder();
    const sleep = handler("sleep");
    const on = stage({ retry: { strategy: constant(40), sleep }, hooks: hooksOf(seen) });
    expect(asSuccess(await driver.execute(on, throwing(transient, transient)))).toMatchObject({ attempts: 3, elapsedMs: 80 });
    expect(seen.names()).toEqual(["retry", "retry", "success"]);
    expect(sleep.mock.calls.map(([context, sleepMs]) => [(context as { attempt: number }).attempt, sleepMs])).toEqual([
      [1, 40],
      [2, 40],
    ]);
  });

  test("DEFER stops with SCHEDULED, and nextDelayMs says when", async () => {
    const seen = recorder();
    const breaker = listeningBreaker();
    const on = stage({
      retry: { strategy: constant(40), sleep: handler("defer") },
      circuitBreaker: breaker,
      hooks: hooksOf(seen),
    });
    expect(await driver.execute(on, alwaysThrowing(transient))).toEqual({
      ok: false,
      stopReason: StopReason.SCHEDULED,
      attempts: 1,
      elapsedMs: 0,
      lastClass: "TRANSIENT",
      lastError: transient,
      lastResult: null,
      cause: "exception",
      nextDelayMs: 40,
    });
    const tags = { class: "TRANSIENT", err: "TransientError", cause: "exception" };
    expect(seen.events).toEqual([
      ["retry", 1, 40, tags],
      ["scheduled", 1, 40, { ...tags, stop_reason: "SCHEDULED" }],
    ]);
    expect(seen.ends).toMatchObject([{ attempt: 1, decision: "scheduled", stopReason: "SCHEDULED", sleepMs: 40 }]);
    expect(breaker.heard).toEqual(["TRANSIENT"]);
    expect(on.clock.now()).toBe(0);
  });

  test("ABORT stops with ABORTED, and the breaker hears a cancel", async () => {
    const seen = recorder();
    const breaker = listeningBreaker();
    const on = stage({
      retry: { strategy: constant(40), sleep: handler("abort") },
      circuitBreaker: breaker,
      hooks: hooksOf(seen),
    });
    expect(await driver.execute(on, alwaysThrowing(transient))).toMatchObject({
      stopReason: "ABORTED",
      attempts: 1,
      lastError: transient,
      nextDelayMs: null,
    });
    expect(seen.names()).toEqual(["retry", "aborted"]);
    expect(seen.ends).toMatchObject([{ attempt: 1, decision: "aborted", stopReason: "ABORTED", sleepMs: 0 }]);
    expect(breaker.heard).toEqual(["cancel"]);
  });

  test("beforeSleep is not told of a sleep that is deferred", async () => {
    const beforeSleep = vi.fn();
    await driver.call(stage({ retry: { sleep: handler("defer"), beforeSleep } }), alwaysThrowing(transient));
    expect(beforeSleep).not.toHaveBeenCalled();
  });
});

describe.each(drivers)("through %s", (_name, driver) => {
  test("the handler sees why, how long and what is left", async () => {
    const sleep = vi.fn(() => "sleep" as const);
    const on = stage({ retry: { strategy: ({ prevSleepMs }) => (prevSleepMs ?? 5) * 2, deadlineMs: 1_000, sleep } });
    await driver.call(on, throwing(transient, transient));
    expect(sleep.mock.calls).toMatchObject([
      [{ attempt: 1, errorClass: "TRANSIENT", prevSleepMs: null, remainingMs: 1_000, cause: "exception" }, 10],
      [{ attempt: 2, errorClass: "TRANSIENT", prevSleepMs: 10, remainingMs: 990, cause: "exception" }, 20],
    ]);
  });

  test("the handler is not asked where the call stops", async () => {
    const sleep = vi.fn(() => "sleep" as const);
    await driver.call(stage({ retry: { maxAttempts: 2, strategy: constant(1), sleep } }), alwaysThrowing(transient));
    expect(sleep).toHaveBeenCalledTimes(1);
  });

  test("the budget is asked before the handler, and a deferred retry has consumed it", async () => {
    const budget = listeningBudget();
    const heard: unknown[] = [];
    const sleep = () => {
      heard.push([...budget.heard]);
      return "defer" as const;
    };
    await driver.call(stage({ retry: { sleep }, budget }), alwaysThrowing(transient));
    expect(heard).toEqual([["consume TRANSIENT"]]);
  });

  test("the call's own handler, beforeSleep and sleeper stand in for the policy's", async () => {
    const policys = { sleep: vi.fn(() => "abort" as const), beforeSleep: vi.fn(), sleeper: vi.fn() };
    const calls = { sleep: vi.fn(() => "sleep" as const), beforeSleep: vi.fn(), sleeper: vi.fn() };
    const on = stage({ retry: { strategy: constant(9), ...policys } });
    expect(await driver.call(on, throwing(transient), calls)).toEqual({ value: "value" });
    for (const unused of Object.values(policys)) expect(unused).not.toHaveBeenCalled();
    for (const used of Object.values(calls)) expect(used).toHaveBeenCalledTimes(1);
    expect(calls.beforeSleep.mock.calls).toMatchObject([[{ attempt: 1, errorClass: "TRANSIENT" }, 9]]);
    expect(calls.sleeper.mock.calls[0]?.[0]).toBe(9);
    expect(on.clock.now()).toBe(0);
  });

  test("beforeSleep only observes: what it throws or rejects with changes nothing", async () => {
    for (const beforeSleep of [
      () => {
        throw new Error("mine");
      },
      () => Promise.reject(new Error("mine")),
    ]) {
      const on = stage({ retry: { strategy: constant(9), beforeSleep } });
      expect(asSuccess(await driver.execute(on, throwing(transient)))).toMatchObject({ attempts: 2, elapsedMs: 9 });
    }
  });

  test("beforeSleep sees the attempt ended, and the sleep not begun", async () => {
    const order: string[] = [];
    const on = stage({
      retry: { strategy: constant(9), beforeSleep: () => order.push("beforeSleep"), sleeper: () => void order.push("sleeper") },
      hooks: { onAttemptEnd: ({ attempt }) => void order.push(`end ${attempt}`) },
    });
    await driver.call(on, throwing(transient));
    expect(order).toEqual(["end 1", "beforeSleep", "sleeper", "end 2"]);
  });

  test("a delay of 0 is no sleep on the clock, but a sleeper hears of it", async () => {
    const sleeper = vi.fn();
    await driver.call(stage({ retry: { strategy: constant(0), sleeper } }), throwing(transient));
    expect(sleeper.mock.calls.map(([sleepMs]) => sleepMs)).toEqual([0]);
  });

  test("a signal that the handler itself aborts wins over its SLEEP: nothing sleeps", async () => {
    const controller = new AbortController();
    const sleeper = vi.fn();
    const sleep = () => {
      controller.abort("from within");
      return "sleep" as const;
    };
    const on = stage({ retry: { strategy: constant(50), sleep, sleeper } });
    expect(await driver.call(on, alwaysThrowing(transient), { signal: controller.signal })).toEqual({ error: "from within" });
    expect(sleeper).not.toHaveBeenCalled();
    expect(on.clock.now()).toBe(0);
  });

  test("no attempt starts after a sleeper that overslept the deadline", async () => {
    const clock = stage().clock;
    const on = stage({ retry: { deadlineMs: 100, strategy: constant(50), sleeper: (ms) => clock.block(ms * 2) } }, clock);
    const op = alwaysThrowing(transient);
    expect(await driver.execute(on, op)).toMatchObject({
      stopReason: "DEADLINE_EXCEEDED",
      attempts: 1,
      elapsedMs: 100,
      lastError: transient,
    });
    expect(op.count).toBe(1);
  });
});

describe("through call, while the handler thinks", () => {
  const thinking = () => {
    let answer: (decision: "sleep" | "defer" | "abort") => void = () => {};
    const promise = new Promise<"sleep" | "defer" | "abort">((resolve) => {
      answer = resolve;
    });
    return { sleep: () => promise, answer: (decision: "sleep" | "defer" | "abort") => answer(decision) };
  };

  test("an abort ends the call at once, and the late answer is dropped", async () => {
    const controller = new AbortController();
    const handler = thinking();
    const op = alwaysThrowing(transient);
    const on = stage({ retry: { sleep: handler.sleep } });
    const call = on.policy.execute(op, { signal: controller.signal });
    expect(await isSettled(call)).toBe(false);
    controller.abort(new Error("enough"));
    expect(await isSettled(call)).toBe(true);
    expect(await call).toMatchObject({ stopReason: "ABORTED", attempts: 1, lastError: transient });
    handler.answer("sleep");
    await on.clock.run();
    expect([op.count, on.clock.pending, on.clock.now()]).toEqual([1, 0, 0]);
  });

  test("the deadline ends the call, and the late answer is dropped", async () => {
    const handler = thinking();
    const op = alwaysThrowing(transient);
    const seen = recorder();
    const on = stage({ retry: { strategy: constant(10), sleep: handler.sleep, deadlineMs: 300 }, hooks: hooksOf(seen) });
    expect(await played(on.clock, on.policy.execute(op))).toMatchObject({
      stopReason: "DEADLINE_EXCEEDED",
      attempts: 1,
      elapsedMs: 300,
      lastError: transient,
    });
    handler.answer("sleep");
    await on.clock.run();
    expect([op.count, on.clock.pending, on.clock.now()]).toEqual([1, 0, 300]);
    expect(seen.names()).toEqual(["retry", "deadline_exceeded"]);
  });

  test("a handler that aborts the signal and then never answers does not hang the call", async () => {
    const controller = new AbortController();
    const sleep = (): Promise<never> => {
      controller.abort("from within");
      return new Promise(() => {});
    };
    const on = stage({ retry: { sleep, deadlineMs: Infinity } });
    const call = on.policy.execute(alwaysThrowing(transient), { signal: controller.signal });
    expect(await isSettled(call)).toBe(true);
    expect(await call).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
  });

  test("a late answer that is a rejection is never unhandled", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    try {
      const controller = new AbortController();
      let reject: (error: unknown) => void = () => {};
      const sleep = () => new Promise<never>((_resolve, no) => (reject = no));
      const on = stage({ retry: { sleep } });
      const call = on.policy.execute(alwaysThrowing(transient), { signal: controller.signal });
      await isSettled(call);
      controller.abort();
      await call;
      reject(new Error("too late"));
      await on.clock.run();
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off("unhandledRejection", unhandled);
    }
  });
});
