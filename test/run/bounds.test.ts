/* The deadline and the attempt timeout hold for real: they cut short an attempt that ignores its signal. */
import {
  AttemptTimeoutError,
  constant,
  type DeadlineExceededError,
  isAttemptTimeoutError,
  isDeadlineExceededError,
  outcomeOf,
  RateLimitError,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
import {
  asFailure,
  drivers,
  ending,
  hang,
  hooksOf,
  listeningBreaker,
  listeningBudget,
  played,
  recorder,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();

describe("the deadline", () => {
  test("ends a hung attempt that ignores its signal, at the deadline exactly", async () => {
    const breaker = listeningBreaker();
    const seen = recorder();
    const on = stage({ retry: { deadlineMs: 1_000 }, circuitBreaker: breaker, operation: "hung", hooks: hooksOf(seen) });
    const failure = asFailure(await played(on.clock, on.policy.execute(hang)));
    expect(failure).toMatchObject({
      stopReason: "DEADLINE_EXCEEDED",
      attempts: 1,
      elapsedMs: 1_000,
      lastClass: "TRANSIENT",
      lastResult: null,
      cause: "exception",
      nextDelayMs: null,
    });
    expect(isDeadlineExceededError(failure.lastError)).toBe(true);
    expect(failure.lastError).toMatchObject({ attempt: 1, deadlineMs: 1_000, code: "ERR_REDRESS_DEADLINE_EXCEEDED" });
    expect("cause" in (failure.lastError as Error)).toBe(false);
    expect(breaker.heard).toEqual(["TRANSIENT"]);
    expect(seen.events).toEqual([
      [
        "deadline_exceeded",
        1,
        0,
        {
          class: "TRANSIENT",
          err: "DeadlineExceededError",
          stop_reason: "DEADLINE_EXCEEDED",
          cause: "exception",
          operation: "hung",
        },
      ],
    ]);
    expect(seen.ends).toMatchObject([
      { attempt: 1, decision: "raise", stopReason: "DEADLINE_EXCEEDED", error: failure.lastError },
    ]);
    expect(on.clock.pending).toBe(0);
  });

  test("is what call throws then, with the failure before it as its cause", async () => {
    const on = stage({ retry: { deadlineMs: 1_000, strategy: constant(100) } });
    const op = throwing(transient);
    const { error } = await ending(
      played(
        on.clock,
        on.policy.call((attempt) => (op.count === 0 ? op(attempt) : hang())),
      ),
    );
    expect(isDeadlineExceededError(error)).toBe(true);
    expect((error as DeadlineExceededError).attempt).toBe(2);
    expect((error as DeadlineExceededError).cause).toBe(transient);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 2, elapsedMs: 1_000, lastError: error });
  });

  test("has no cause where the failure before it was a result", async () => {
    const on = stage({ retry: { deadlineMs: 500, strategy: constant(1), resultClassifier: () => "SERVER_ERROR" } });
    const { error } = await ending(
      played(
        on.clock,
        on.policy.call(({ attempt }) => (attempt === 1 ? 503 : hang())),
      ),
    );
    expect(isDeadlineExceededError(error)).toBe(true);
    expect("cause" in (error as Error)).toBe(false);
  });

  test("is wrapped where asked to wrap", async () => {
    const on = stage({ retry: { deadlineMs: 500, onExhausted: "wrap" } });
    const { error } = await ending(played(on.clock, on.policy.call(hang)));
    expect(error).toMatchObject({ code: "ERR_REDRESS_RETRY_EXHAUSTED", stopReason: "DEADLINE_EXCEEDED" });
    expect(isDeadlineExceededError((error as Error).cause)).toBe(true);
  });

  test("asks neither classifier nor budget nor strategy about the attempt that it cut short", async () => {
    const classifier = vi.fn(() => "PERMANENT" as const);
    const strategy = vi.fn(() => 1);
    const budget = listeningBudget();
    const on = stage({ retry: { deadlineMs: 500, classifier, strategy }, budget });
    await played(on.clock, on.policy.execute(hang));
    expect(classifier).not.toHaveBeenCalled();
    expect(strategy).not.toHaveBeenCalled();
    expect(budget.heard).toEqual(["failure TRANSIENT"]);
  });

  test("bounds the call, not each attempt", async () => {
    const on = stage({ retry: { deadlineMs: 1_000, strategy: constant(100), maxAttempts: 99 } });
    const outcome = await played(
      on.clock,
      on.policy.execute(async () => {
        await on.clock.sleep(300);
        throw transient;
      }),
    );
    // 0-300, 400-700, 800-1000.
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 3, elapsedMs: 1_000 });
  });

  test("bounds each of many concurrent calls by its own beginning", async () => {
    const on = stage({ retry: { deadlineMs: 1_000 } });
    const ends: number[] = [];
    const call = () => ending(on.policy.call(hang)).then(() => ends.push(on.clock.now()));
    const calls = [call()];
    await on.clock.advance(250);
    calls.push(call(), call());
    await on.clock.advance(250);
    calls.push(call());
    await on.clock.run();
    await Promise.all(calls);
    expect(ends).toEqual([1_000, 1_250, 1_250, 1_500]);
  });

  test("of one call ends no other", async () => {
    const on = stage({ retry: { deadlineMs: 1_000 } });
    const hung = ending(on.policy.call(hang));
    await on.clock.advance(500);
    const slow = ending(on.policy.call(() => on.clock.sleep(900).then(() => "slow but fine")));
    await on.clock.run();
    expect(isDeadlineExceededError((await hung).error)).toBe(true);
    expect(await slow).toEqual({ value: "slow but fine" });
  });

  test("of Infinity bounds nothing and sets no alarm", async () => {
    const on = stage({ retry: { deadlineMs: Infinity } });
    const call = on.policy.call(() => on.clock.sleep(10 ** 9).then(() => "at last"));
    await on.clock.advance(0);
    expect(on.clock.pending).toBe(1);
    expect(await played(on.clock, call)).toBe("at last");
  });
});

describe("the attempt timeout", () => {
  test("ends each attempt that ignores its signal, and the next one begins", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(10), maxAttempts: 3 } });
    const starts: number[] = [];
    const failure = asFailure(
      await played(
        on.clock,
        on.policy.execute(() => {
          starts.push(on.clock.now());
          return hang();
        }),
      ),
    );
    expect(starts).toEqual([0, 110, 220]);
    expect(failure).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, elapsedMs: 320, lastClass: "TRANSIENT" });
    expect(isAttemptTimeoutError(failure.lastError)).toBe(true);
    expect(failure.lastError).toMatchObject({ attempt: 3, timeoutMs: 100, code: "ERR_REDRESS_ATTEMPT_TIMEOUT" });
    expect(on.clock.pending).toBe(0);
  });

  test("goes through the classifier like any error", async () => {
    const classifier = vi.fn((error: unknown) => (isAttemptTimeoutError(error) ? "PERMANENT" : "TRANSIENT"));
    const on = stage({ retry: { attemptTimeoutMs: 100, classifier } });
    const { error } = await ending(played(on.clock, on.policy.call(hang)));
    expect(error).toBeInstanceOf(AttemptTimeoutError);
    expect(classifier.mock.calls).toEqual([[error]]);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 1, elapsedMs: 100 });
  });

  test("does not touch an attempt that ends in time", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100 } });
    expect(
      await played(
        on.clock,
        on.policy.call(() => on.clock.sleep(99).then(() => "just so")),
      ),
    ).toBe("just so");
    expect(on.clock.now()).toBe(99);
  });

  test("of one attempt does not run on into the next", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(0) } });
    const value = await played(
      on.clock,
      on.policy.call(async ({ attempt }) => {
        await on.clock.sleep(90);
        if (attempt === 1) throw transient;
        return attempt;
      }),
    );
    expect([value, on.clock.now()]).toEqual([2, 180]);
  });

  test("of the first attempt begins with the call: what hooks take before it counts", async () => {
    const clock = new VirtualClock();
    const retry = { attemptTimeoutMs: 100, maxAttempts: 1 };
    const on = stage({ retry, hooks: { onAttemptStart: () => clock.block(30) } }, clock);
    const failure = asFailure(await played(on.clock, on.policy.execute(hang)));
    expect(failure).toMatchObject({ attempts: 1, elapsedMs: 100 });
  });

  test("does not bound the sleep", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(5_000) } });
    expect(await played(on.clock, on.policy.call(throwing(transient)))).toBe("value");
    expect(on.clock.now()).toBe(5_000);
  });

  test("leaves the rest of the call to the deadline", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, deadlineMs: 250, strategy: constant(0) } });
    const failure = asFailure(await played(on.clock, on.policy.execute(hang)));
    expect(failure).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 3, elapsedMs: 250 });
    expect(isAttemptTimeoutError((failure.lastError as Error).cause)).toBe(true);
  });
});

describe.each(drivers)("through %s", (_name, driver) => {
  test("a value that has arrived is returned, even if the deadline has passed meanwhile", async () => {
    const on = stage({ retry: { deadlineMs: 100, attemptTimeoutMs: 50 } });
    const op = (): string => {
      on.clock.block(5_000);
      return "late but here";
    };
    expect(await driver.execute(on, op)).toMatchObject({ ok: true, value: "late but here", attempts: 1, elapsedMs: 5_000 });
  });

  test("an error that has arrived after the deadline is the one that is thrown", async () => {
    const on = stage({ retry: { deadlineMs: 100 } });
    const end = await driver.call(on, () => {
      on.clock.block(5_000);
      throw transient;
    });
    expect(end.error).toBe(transient);
    expect(outcomeOf(transient)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1, elapsedMs: 5_000 });
  });

  test("no attempt starts at the deadline, not even after hooks that take their time", async () => {
    const clock = new VirtualClock();
    const on = stage(
      { retry: { deadlineMs: 100, strategy: constant(0) }, hooks: { onAttemptEnd: () => clock.block(100) } },
      clock,
    );
    const op = throwing(transient);
    expect(await driver.execute(on, op)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
    expect(op.count).toBe(1);
  });

  test("a call that has ended leaves no alarm behind", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 1_000, strategy: constant(10), maxAttempts: 2 } });
    await driver.call(on, throwing());
    await driver.call(on, throwing(transient));
    await driver.call(on, throwing(transient, new RateLimitError()));
    expect(on.clock.pending).toBe(0);
  });
});
