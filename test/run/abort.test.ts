/* Aborting a call: by its signal, at any moment, and by abortIf. */
import { getEventListeners } from "node:events";
import { constant, isAbortRetryError, outcomeOf, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import {
  alwaysThrowing,
  answering,
  drivers,
  ending,
  hang,
  hooksOf,
  isSettled,
  listeningBreaker,
  listeningBudget,
  macrotask,
  played,
  recorder,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();

describe("an abort", () => {
  test("during an attempt that ignores its signal settles the call at once", async () => {
    const controller = new AbortController();
    const reason = new Error("user left");
    const breaker = listeningBreaker();
    const budget = listeningBudget();
    const seen = recorder();
    const on = stage({ retry: {}, circuitBreaker: breaker, budget, hooks: hooksOf(seen) });
    const call = ending(on.policy.call(hang, { signal: controller.signal }));
    await on.clock.advance(250);
    controller.abort(reason);
    expect(await isSettled(call)).toBe(true);
    expect(await call).toEqual({ error: reason });
    expect(outcomeOf(reason)).toEqual({
      ok: false,
      stopReason: "ABORTED",
      attempts: 1,
      elapsedMs: 250,
      lastClass: null,
      lastError: null,
      lastResult: null,
      cause: null,
      nextDelayMs: null,
    });
    expect(seen.events).toEqual([["aborted", 1, 0, { stop_reason: "ABORTED" }]]);
    expect(seen.ends).toMatchObject([
      { attempt: 1, decision: "aborted", stopReason: "ABORTED", classification: null, cause: null },
    ]);
    expect(breaker.heard).toEqual(["cancel"]);
    expect(budget.heard).toEqual([]);
    expect(on.clock.pending).toBe(0);
  });

  test("during a sleep ends it at once, and its timer is gone", async () => {
    const controller = new AbortController();
    const op = alwaysThrowing(transient);
    const breaker = listeningBreaker();
    const on = stage({ retry: { strategy: constant(5_000), deadlineMs: Infinity }, circuitBreaker: breaker });
    const call = on.policy.execute(op, { signal: controller.signal });
    await on.clock.advance(1_000);
    expect(on.clock.pending).toBe(1);
    controller.abort();
    expect(await isSettled(call)).toBe(true);
    expect(on.clock.pending).toBe(0);
    expect(await call).toMatchObject({
      stopReason: "ABORTED",
      attempts: 1,
      elapsedMs: 1_000,
      lastClass: "TRANSIENT",
      lastError: transient,
    });
    await on.clock.run();
    expect(op.count).toBe(1);
    expect(breaker.heard).toEqual(["cancel"]);
  });

  test("during a sleep of the user's own sleeper ends it too, and the sleeper's signal aborts", async () => {
    const controller = new AbortController();
    let told: AbortSignal | undefined;
    const sleeper = (_ms: number, signal?: AbortSignal) => {
      told = signal;
      return hang();
    };
    const on = stage({ retry: { sleeper, deadlineMs: Infinity } });
    const call = on.policy.execute(alwaysThrowing(transient), { signal: controller.signal });
    expect(await isSettled(call)).toBe(false);
    controller.abort();
    expect(await isSettled(call)).toBe(true);
    expect(told?.aborted).toBe(true);
  });

  test("that comes from the user's own sleeper ends its sleep", async () => {
    const controller = new AbortController();
    const on = stage({
      retry: {
        deadlineMs: Infinity,
        strategy: constant(5_000),
        sleeper: (ms, signal) => {
          controller.abort("from within");
          return on.clock.sleep(ms, signal);
        },
      },
    });
    const op = () => on.clock.sleep(10).then(() => Promise.reject(transient));
    const call = ending(on.policy.call(op, { signal: controller.signal }));
    await on.clock.advance(10);
    expect(await isSettled(call)).toBe(true);
    expect(await call).toEqual({ error: "from within" });
    expect(on.clock.pending).toBe(0);
  });

  test("by the operation itself, which then hangs, settles the call", async () => {
    const controller = new AbortController();
    const on = stage();
    const call = on.policy.execute(
      () => {
        controller.abort();
        return hang();
      },
      { signal: controller.signal },
    );
    expect(await isSettled(call)).toBe(true);
    expect(await call).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
  });

  test("by the operation itself does not take a value away that has arrived", async () => {
    for (const answer of ["at once", Promise.resolve("by a promise")]) {
      const controller = new AbortController();
      const outcome = await stage().policy.execute(
        () => {
          controller.abort();
          return answer;
        },
        { signal: controller.signal },
      );
      expect(outcome).toMatchObject({ ok: true, value: await answer });
    }
  });

  // What runs between the check of the signal and the invocation is user code as well.
  test.each([
    ["onAttemptStart", (abort: () => void) => ({ hooks: { onAttemptStart: abort } })],
    [
      "the breaker's allow",
      (abort: () => void) => {
        const breaker = listeningBreaker();
        return {
          circuitBreaker: {
            ...breaker,
            allow: () => {
              abort();
              return breaker.allow();
            },
          },
        };
      },
    ],
  ])("that comes from %s settles a call whose operation hangs", async (_where, options) => {
    const controller = new AbortController();
    const on = stage(options(() => controller.abort("from within")));
    const call = on.policy.execute(hang, { signal: controller.signal });
    expect(await isSettled(call)).toBe(true);
    expect(await call).toMatchObject({ ok: false, stopReason: "ABORTED" });
  });

  test("from abortIf settles a call whose operation hangs", async () => {
    const controller = new AbortController();
    const abortIf = () => {
      controller.abort();
      return false;
    };
    const call = stage().policy.execute(hang, { signal: controller.signal, abortIf });
    expect(await isSettled(call)).toBe(true);
    expect(await call).toMatchObject({ ok: false, stopReason: "ABORTED" });
  });

  test("of one call ends no other", async () => {
    const controller = new AbortController();
    const on = stage({ retry: {} });
    const aborted = ending(on.policy.call(hang, { signal: controller.signal }));
    const other = on.policy.call(() => on.clock.sleep(100).then(() => "still here"), { signal: new AbortController().signal });
    controller.abort("only this one");
    expect(await aborted).toEqual({ error: "only this one" });
    expect(await played(on.clock, other)).toBe("still here");
  });

  test("of a shared signal ends all its calls, in flight and asleep", async () => {
    const controller = new AbortController();
    const on = stage({ retry: { strategy: constant(1_000) } });
    const { signal } = controller;
    const calls = [on.policy.execute(hang, { signal }), on.policy.execute(alwaysThrowing(transient), { signal })];
    await on.clock.advance(10);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort();
    expect(await Promise.all(calls)).toMatchObject([{ stopReason: "ABORTED" }, { stopReason: "ABORTED" }]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(on.clock.pending).toBe(0);
  });

  test("after the end changes nothing", async () => {
    const controller = new AbortController();
    const seen = recorder();
    const on = stage({ retry: {}, hooks: hooksOf(seen) });
    expect(await on.policy.call(answering("value"), { signal: controller.signal })).toBe("value");
    controller.abort();
    await on.clock.run();
    expect(seen.names()).toEqual(["success"]);
  });

  test("leaves a late rejection handled", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    try {
      const controller = new AbortController();
      const on = stage();
      const call = ending(
        on.policy.call(
          async () => {
            await on.clock.sleep(100);
            throw new Error("too late");
          },
          { signal: controller.signal },
        ),
      );
      await on.clock.advance(50);
      controller.abort("enough");
      expect(await call).toEqual({ error: "enough" });
      await on.clock.run();
      await macrotask();
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off("unhandledRejection", unhandled);
    }
  });
});

describe.each(drivers)("through %s", (_name, driver) => {
  test("an abort before the retry lets no further attempt begin", async () => {
    const controller = new AbortController();
    const on = stage({ retry: { strategy: constant(10), beforeSleep: () => controller.abort("meanwhile") } });
    const op = alwaysThrowing(transient);
    expect(await driver.call(on, op, { signal: controller.signal })).toEqual({ error: "meanwhile" });
    expect(op.count).toBe(1);
    expect(on.clock.now()).toBe(0);
  });

  test("abortIf is asked before the call, after each failure, and before each retry", async () => {
    const abortIf = vi.fn(() => false);
    await driver.call(stage({ retry: { strategy: constant(1) } }), throwing(transient, transient), { abortIf });
    expect(abortIf).toHaveBeenCalledTimes(5);
  });

  test.each([
    [1, 0, 0],
    [2, 1, 0],
    [3, 1, 10],
    [4, 2, 10],
  ])("abortIf that says yes when asked for the %i. time allows %i attempts", async (time, attempts, elapsedMs) => {
    let asked = 0;
    const seen = recorder();
    const on = stage({ retry: { strategy: constant(10) }, hooks: hooksOf(seen) });
    const outcome = await driver.execute(on, alwaysThrowing(transient), { abortIf: () => ++asked >= time });
    expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts, elapsedMs });
    expect(seen.events.at(-1)).toEqual(["aborted", attempts, 0, { stop_reason: "ABORTED" }]);
  });

  test("only `true` from abortIf aborts", async () => {
    const abortIf = (() => "yes") as unknown as () => boolean;
    expect(await driver.call(stage(), answering("value"), { abortIf })).toEqual({ value: "value" });
  });

  test("abortIf makes the call throw AbortRetryError", async () => {
    const { error } = await driver.call(stage(), answering("value"), { abortIf: () => true });
    expect(isAbortRetryError(error)).toBe(true);
  });

  test("a finished call leaves no listener on the caller's signal", async () => {
    const { signal } = new AbortController();
    const on = stage({ retry: { strategy: constant(10), maxAttempts: 2, attemptTimeoutMs: 50 } });
    await driver.call(on, throwing(), { signal });
    await driver.call(on, throwing(transient), { signal });
    await driver.call(on, alwaysThrowing(transient), { signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
