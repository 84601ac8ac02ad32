/* Lessons, "Attempts, delays, ends", those about what is under way when it must end: none of these sentences may ever be true of redress. */
import { getEventListeners } from "node:events";
import { constant, isAttemptTimeoutError, isDeadlineExceededError, RetryPolicy, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import { alwaysThrowing, asFailure, ending, hang, isSettled, played, stage, throwing } from "../run/driving.ts";

const transient = new TransientError();

describe("through call", () => {
  test("never: an abort during a backoff settles only when the backoff ends; the backoff timer is not cleared", async () => {
    const controller = new AbortController();
    const on = stage({ retry: { strategy: constant(30_000) } });
    const call = ending(on.policy.call(alwaysThrowing(transient), { signal: controller.signal }));
    await on.clock.advance(1);
    expect(on.clock.pending).toBeGreaterThan(0);
    controller.abort("enough");
    expect(await isSettled(call)).toBe(true);
    expect(await call).toEqual({ error: "enough" });
    expect([on.clock.now(), on.clock.pending]).toEqual([1, 0]);
  });

  test("never: the fired timeout signal of attempt 1 is handed to attempt 2", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(0) } });
    const abortedAtStart: boolean[] = [];
    const value = await played(
      on.clock,
      on.policy.call(({ attempt, signal }) => {
        abortedAtStart.push(signal.aborted);
        return attempt === 1 ? hang() : on.clock.sleep(50, signal).then(() => "second");
      }),
    );
    expect(value).toBe("second");
    expect(abortedAtStart).toEqual([false, false]);
  });

  test("never: the signal never reaches the operation", async () => {
    const controller = new AbortController();
    const reason = new Error("user left");
    const heard: unknown[] = [];
    const on = stage({ retry: {} });
    const call = ending(
      on.policy.call(
        ({ signal }) => {
          signal.addEventListener("abort", () => heard.push(signal.reason));
          return hang();
        },
        { signal: controller.signal },
      ),
    );
    controller.abort(reason);
    await call;
    expect(heard).toEqual([reason]);
  });

  test("never: the operation's signal is aborted by its bounds after a success, so a body read afterwards fails", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, deadlineMs: 200 } });
    const response = await on.policy.call(({ signal }) => ({ text: () => on.clock.sleep(1_000, signal).then(() => "body") }));
    const body = (response as { text(): Promise<string> }).text();
    expect(await played(on.clock, body)).toBe("body");
  });

  test("never: the caller leaves after the answer has come, and its body is read to the end", async () => {
    const controller = new AbortController();
    const on = stage({ retry: {} });
    const response = await on.policy.call(({ signal }) => ({ text: () => on.clock.sleep(1_000, signal).then(() => "body") }), {
      signal: controller.signal,
    });
    const body = ending((response as { text(): Promise<string> }).text());
    controller.abort("left");
    expect(await body).toEqual({ error: "left" });
  });

  test("never: the overall limit does not end a hung attempt; an attempt that ignores its signal hangs the call", async () => {
    const on = stage({ retry: { deadlineMs: 1_000 } });
    const outcome = asFailure(await played(on.clock, on.policy.execute(hang)));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", elapsedMs: 1_000, attempts: 1 });
    expect(isDeadlineExceededError(outcome.lastError)).toBe(true);
  });

  test("never: a race between a result and its bookkeeping hangs a call for ever", async () => {
    // The operation's value, its timeout, the deadline, the sleep and the caller's abort meet at every pair of instants.
    let settled = 0;
    let expected = 0;
    for (let takesMs = 0; takesMs <= 4; takesMs++) {
      for (let abortAtMs = 0; abortAtMs <= 6; abortAtMs++) {
        for (const fails of [false, true]) {
          const controller = new AbortController();
          const on = stage({ retry: { deadlineMs: 4, attemptTimeoutMs: 2, strategy: constant(1) } });
          const stopper = on.clock.alarm(abortAtMs, () => controller.abort("enough"));
          expected++;
          const call = on.policy.execute(
            async () => {
              await on.clock.sleep(takesMs);
              if (fails) throw transient;
              return "value";
            },
            { signal: controller.signal },
          );
          void call.then(() => settled++);
          await on.clock.run();
          stopper();
        }
      }
    }
    expect(settled).toBe(expected);
  });

  test("50 concurrent calls on one AbortSignal keep one listener on it, and none once they have failed", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const on = stage({ retry: { strategy: constant(100), attemptTimeoutMs: 500 } });
    const calls = Array.from({ length: 50 }, (_, index) => {
      const op = throwing(transient);
      return on.policy.call((attempt) => (index % 2 === 0 ? op(attempt) : on.clock.sleep(800, attempt.signal)), { signal });
    });
    await on.clock.advance(0);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await on.clock.advance(50);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await played(on.clock, Promise.allSettled(calls));
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("never: an attempt timeout ends the wrong call or attempt", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, maxAttempts: 1 } });
    const slow = ending(on.policy.call(hang));
    await on.clock.advance(60);
    const fine = on.policy.call(() => on.clock.sleep(90).then(() => "fine"));
    expect(await played(on.clock, fine)).toBe("fine");
    expect(isAttemptTimeoutError((await slow).error)).toBe(true);
  });
});

describe("on the system's clock", () => {
  test("never: delays above 2^31 - 1 ms fire at once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const op = throwing(transient);
      const policy = new RetryPolicy({ deadlineMs: Infinity, strategy: constant(2 ** 31) });
      const call = policy.call(op);
      await vi.advanceTimersByTimeAsync(2 ** 31 - 2);
      expect(op.count).toBe(1);
      await vi.advanceTimersByTimeAsync(10);
      expect(op.count).toBe(2);
      expect(await call).toBe("value");
    } finally {
      vi.useRealTimers();
    }
  });
});
