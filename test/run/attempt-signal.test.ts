/* The signal of an attempt: its own, aborted when the attempt is cut short, and never after a success. */
import { constant, isAttemptTimeoutError, isDeadlineExceededError, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { drivers, ending, hang, type Op, played, stage, throwing } from "./driving.ts";

const transient = new TransientError();

describe.each(drivers)("through %s", (_name, driver) => {
  test("every attempt has a signal of its own, not aborted when it begins", async () => {
    const signals: AbortSignal[] = [];
    const op = throwing(transient, transient);
    await driver.call(stage({ retry: { strategy: constant(5) } }), (attempt) => {
      signals.push(attempt.signal);
      expect(attempt.signal.aborted).toBe(false);
      return op(attempt);
    });
    expect(new Set(signals).size).toBe(3);
  });

  test("the signal stays the same however often it is read", async () => {
    await driver.call(stage(), (attempt) => expect(attempt.signal).toBe(attempt.signal));
  });

  test.each([true, false])("after a success only the caller still aborts it (read in time: %s)", async (inTime) => {
    const controller = new AbortController();
    const on = stage({ retry: { deadlineMs: 100, attemptTimeoutMs: 50 } });
    let info: { signal: AbortSignal } | undefined;
    await driver.call(
      on,
      (attempt) => {
        info = attempt;
        if (inTime) void attempt.signal;
        return "a response, its body unread";
      },
      { signal: controller.signal },
    );
    await on.clock.advance(1_000);
    expect(info?.signal.aborted).toBe(false);
    controller.abort("left");
    expect(info?.signal.reason).toBe("left");
  });

  test("after a success that came with the abort, it is aborted: the caller has left", async () => {
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    const ended = await driver.call(
      stage({ retry: {} }),
      (attempt) => {
        signal = attempt.signal;
        controller.abort("left");
        return "value";
      },
      { signal: controller.signal },
    );
    expect(ended).toEqual({ value: "value" });
    expect(signal?.reason).toBe("left");
  });
});

const cuts = {
  "the attempt timeout": { retry: { attemptTimeoutMs: 100, maxAttempts: 1 }, is: isAttemptTimeoutError },
  "the deadline": { retry: { deadlineMs: 100 }, is: isDeadlineExceededError },
};

describe.each(Object.entries(cuts))("cut short by %s", (_by, { retry, is }) => {
  test("the signal aborts at that moment, with the error that the call ends with as its reason", async () => {
    const on = stage({ retry });
    let abortedAtMs: number | undefined;
    let signal: AbortSignal | undefined;
    const { error } = await ending(
      played(
        on.clock,
        on.policy.call((attempt) => {
          signal = attempt.signal;
          signal.addEventListener("abort", () => {
            abortedAtMs = on.clock.now();
          });
          return hang();
        }),
      ),
    );
    expect(abortedAtMs).toBe(100);
    expect(is(error)).toBe(true);
    expect(signal?.reason).toBe(error);
  });

  test("a signal that is first read afterwards says the same", async () => {
    const on = stage({ retry });
    let read: AbortSignal | undefined;
    const { error } = await ending(
      played(
        on.clock,
        on.policy.call(async (attempt) => {
          await on.clock.sleep(300);
          read = attempt.signal;
        }),
      ),
    );
    expect(read?.aborted).toBe(true);
    expect(read?.reason).toBe(error);
  });

  test("an operation that heeds its signal and rejects with its reason changes nothing about the end", async () => {
    const on = stage({ retry });
    const heeding = ({ signal }: { signal: AbortSignal }) =>
      new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const { error } = await ending(played(on.clock, on.policy.call(heeding)));
    expect(is(error)).toBe(true);
  });
});

describe("cut short by the caller", () => {
  test.each([[new Error("user left")], ["a string"], [undefined]])(
    "the signal carries the caller's own reason: %s",
    async (reason) => {
      const controller = new AbortController();
      const on = stage({ retry: {} });
      let early: AbortSignal | undefined;
      let info: { signal: AbortSignal } | undefined;
      const call = ending(
        on.policy.call(
          (attempt) => {
            early = attempt.signal;
            return hang();
          },
          { signal: controller.signal },
        ),
      );
      const other = ending(
        on.policy.call(
          (attempt) => {
            info = attempt;
            return hang();
          },
          { signal: controller.signal },
        ),
      );
      controller.abort(reason);
      expect((await call).error).toBe(controller.signal.reason);
      expect((await other).error).toBe(controller.signal.reason);
      expect(early?.reason).toBe(controller.signal.reason);
      expect(info?.signal.reason).toBe(controller.signal.reason);
    },
  );

  test("the reason is kept where the operation itself aborts the caller's signal while it is invoked", async () => {
    const controller = new AbortController();
    const reason = new Error("from within");
    const on = stage({ retry: {} });
    let info: { signal: AbortSignal } | undefined;
    const { error } = await ending(
      played(
        on.clock,
        on.policy.call(
          (attempt) => {
            info = attempt;
            controller.abort(reason);
            return hang();
          },
          { signal: controller.signal },
        ),
      ),
    );
    expect(error).toBe(reason);
    expect(info?.signal.aborted).toBe(true);
    expect(info?.signal.reason).toBe(reason);
  });

  test.each([true, false])(
    "the signal aborts at once, even while the operation is still being invoked (read before: %s)",
    async (before) => {
      const controller = new AbortController();
      const on = stage({ retry: {} });
      const seen: unknown[] = [];
      const op: Op = (attempt) => {
        if (before) seen.push(attempt.signal.aborted);
        controller.abort("from within");
        seen.push(attempt.signal.aborted, attempt.signal.reason);
        return hang();
      };
      expect(await ending(on.policy.call(op, { signal: controller.signal }))).toEqual({ error: "from within" });
      expect(seen).toEqual([...(before ? [false] : []), true, "from within"]);
    },
  );

  test("the signal of an attempt that failed before is left alone", async () => {
    const controller = new AbortController();
    const on = stage({ retry: { strategy: constant(10) } });
    const signals: AbortSignal[] = [];
    const call = ending(
      on.policy.call(
        ({ attempt, signal }) => {
          signals.push(signal);
          if (attempt === 1) throw transient;
          return hang();
        },
        { signal: controller.signal },
      ),
    );
    await on.clock.advance(10);
    controller.abort("enough");
    expect((await call).error).toBe("enough");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});

test("a fired timeout's signal is not handed to the next attempt", async () => {
  const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(0), maxAttempts: 3 } });
  const seen: boolean[] = [];
  const signals: AbortSignal[] = [];
  await ending(
    played(
      on.clock,
      on.policy.call(({ signal }) => {
        seen.push(signal.aborted);
        signals.push(signal);
        return hang();
      }),
    ),
  );
  expect(seen).toEqual([false, false, false]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
});
