/* Lessons of all kinds, where several attempts of a call are in flight: none of these sentences may ever be true of redress. */
import { getEventListeners } from "node:events";
import { AuthError, constant, Hedge, isAttemptTimeoutError, PermanentError, Policy, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import { asFailure, ending, hang, isSettled, listeningBudget, macrotask, type Op, played, recorder } from "../run/driving.ts";
import { failing, hedging, script, slow } from "../run/hedging.ts";

const transient = new TransientError();

/** An operation whose attempts settle when they are told to. */
function byHand() {
  const settle: { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }[] = [];
  const signals: AbortSignal[] = [];
  const op: Op = ({ signal }) => {
    signals.push(signal);
    return new Promise((resolve, reject) => settle.push({ resolve, reject }));
  };
  return { op, settle, signals };
}

describe("a hedged call", () => {
  test("`maxAttempts: 3` makes three attempts, hedges or not", async () => {
    const on = hedging({ retry: { maxAttempts: 3, strategy: constant(10) } }, { maxHedges: 5 });
    const op = script(on.clock, failing(150, transient));
    const outcome = asFailure(await played(on.clock, on.policy.execute(op)));
    expect([outcome.stopReason, outcome.attempts, op.beganAtMs.length]).toEqual(["MAX_ATTEMPTS_GLOBAL", 3, 3]);
  });

  test("never: a budget gates the first attempt, or is asked for a hedge that is not made", async () => {
    const budget = listeningBudget(0);
    const on = hedging({ retry: { budget } });
    expect(await played(on.clock, on.policy.call(script(on.clock, slow(90))))).toBe("slow");
    expect(budget.heard).toEqual(["success"]);
  });

  test("never: the refusal of a hedge replaces the real error, or the value", async () => {
    const on = hedging({ retry: { budget: listeningBudget(0) } });
    expect(await played(on.clock, on.policy.call(script(on.clock, slow(300))))).toBe("slow");
    const op = script(on.clock, failing(300, transient));
    expect(await played(on.clock, ending(on.policy.call(op)))).toEqual({ error: transient });
    expect(on.hedge.stats).toMatchObject({ hedges: 0, wonByFirst: 0, won: 0 });
  });

  test("never: the signal of one attempt is handed to another; the timeout of one aborts the others", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 150 } });
    const { op, settle, signals } = byHand();
    const call = on.policy.call(op);
    await on.clock.advance(160);
    expect(new Set(signals).size).toBe(signals.length);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(isAttemptTimeoutError(signals[0]?.reason)).toBe(true);
    settle[1]?.resolve("second");
    expect(await played(on.clock, call)).toBe("second");
  });

  test("never: the winner's signal is aborted by the end of the losers, so a body read afterwards fails", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 500, deadlineMs: 1_000 } });
    const response = await played(
      on.clock,
      on.policy.call(async ({ attempt, signal }) => {
        await on.clock.sleep(attempt === 1 ? 5_000 : 10);
        return { text: () => on.clock.sleep(10_000, signal).then(() => "body") };
      }),
    );
    const body = (response as { text(): Promise<string> }).text();
    expect(await played(on.clock, body)).toBe("body");
  });

  test.each([
    ["both succeed in the same tick", (it: ReturnType<typeof byHand>) => it.settle.forEach(({ resolve }, i) => resolve(i))],
    ["both fail in the same tick", (it: ReturnType<typeof byHand>) => it.settle.forEach(({ reject }) => reject(new AuthError()))],
    [
      "one fails, the other succeeds",
      (it: ReturnType<typeof byHand>) => [it.settle[1]?.reject(transient), it.settle[0]?.resolve(0)],
    ],
    [
      "the first fails for good, the other succeeds",
      (it: ReturnType<typeof byHand>) => [it.settle[0]?.reject(new PermanentError()), it.settle[1]?.resolve(1)],
    ],
  ])("never: a race of two results hangs a call, or settles it twice: %s", async (_how, settles) => {
    const on = hedging();
    const seen = recorder();
    const it = byHand();
    const call = on.policy.execute(it.op, { onAttemptEnd: seen.onAttemptEnd, onMetric: seen.onMetric });
    await on.clock.advance(100);
    expect(it.settle).toHaveLength(2);
    settles(it);
    expect(await isSettled(call)).toBe(true);
    await on.clock.run();
    expect(seen.ends.map(({ attempt }) => attempt).sort()).toEqual([1, 2]);
    const ends = seen.names().filter((name) => name !== "hedge");
    expect(ends).toHaveLength(1);
    expect((await call).ok).toBe(ends[0] === "success");
  });

  test("never: falsy rejections of all attempts never settle", async () => {
    for (const value of [undefined, null, 0, "", false]) {
      const on = hedging({ retry: { maxAttempts: 2, classifier: () => "TRANSIENT", strategy: constant(5) } });
      const it = byHand();
      const call = ending(on.policy.call(it.op));
      await on.clock.advance(100);
      for (const { reject } of it.settle) reject(value);
      expect(await played(on.clock, call)).toEqual({ error: value });
    }
  });

  test("never: a late rejection of a loser is unhandled, and its late value is lost", async () => {
    const on = hedging();
    const it = byHand();
    const call = on.policy.call(it.op);
    await on.clock.advance(100);
    it.settle[1]?.resolve("won");
    expect(await call).toBe("won");
    it.settle[0]?.resolve("lost");
    await macrotask();
    expect(on.discarded).toEqual(["lost"]);
  });

  test("never: a throwing listener ends the call, or keeps a loser from being cut", async () => {
    const on = hedging({ onHookError: () => {} });
    const { op, settle, signals } = byHand();
    const explode = (): never => {
      throw new Error("a hook");
    };
    const call = on.policy.call(op, {
      onMetric: explode,
      onLog: explode,
      onAttemptStart: explode,
      onAttemptEnd: explode,
      onCallEnd: explode,
    });
    await on.clock.advance(100);
    settle[1]?.resolve("won");
    expect(await call).toBe("won");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test("never: two concurrent calls of one Hedge answer each other's values", async () => {
    const on = hedging();
    const answers = await played(
      on.clock,
      Promise.all(
        [1, 2, 3].map((number) =>
          (on.policy as Policy).call(({ attempt }) =>
            on.clock.sleep(attempt === 1 ? 1_000 : number).then(() => `${number} of ${attempt}`),
          ),
        ),
      ),
    );
    expect(answers).toEqual(["1 of 2", "2 of 2", "3 of 2"]);
  });

  test("50 of them on one AbortSignal keep one listener on it, and none once they have failed", async () => {
    const on = hedging({ retry: { maxAttempts: 2 } });
    const { signal } = new AbortController();
    const calls = Array.from({ length: 50 }, () => on.policy.call(script(on.clock, failing(250, transient)), { signal }));
    await on.clock.advance(150);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await played(on.clock, Promise.allSettled(calls));
    expect([getEventListeners(signal, "abort").length, on.clock.pending]).toEqual([0, 0]);
  });

  test("never: an abort ends one attempt and leaves the others", async () => {
    const on = hedging({}, { maxHedges: 3 });
    const controller = new AbortController();
    const { op, signals } = byHand();
    const call = ending(on.policy.call(op, { signal: controller.signal }));
    await on.clock.advance(350);
    controller.abort("left");
    expect(await call).toEqual({ error: "left" });
    expect(signals.map(({ reason }) => reason)).toEqual(["left", "left", "left", "left"]);
    expect(on.clock.pending).toBe(0);
  });
});

describe("on the system's clock", () => {
  test("never: hedges after more than 2^31 - 1 ms are started at once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const hedge = new Hedge({ delayMs: 2 ** 31, loadRatio: 1 });
      void new Policy({ hedge }).call(hang);
      await vi.advanceTimersByTimeAsync(2 ** 31 - 2);
      expect(hedge.stats.refused).toBe(0);
      await vi.advanceTimersByTimeAsync(10);
      // Of no call of the last minute.
      expect(hedge.stats.refused).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
