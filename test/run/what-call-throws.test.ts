/* What `call` throws for each stop reason, and what `outcomeOf` tells about it. */
import {
  AbortRetryError,
  type CallOptions,
  CircuitBreaker,
  constant,
  isAbortRetryError,
  isCircuitOpenError,
  isRetryExhaustedError,
  outcomeOf,
  PermanentError,
  Policy,
  type PolicyOptions,
  type RetryExhaustedError,
  type RetryOptions,
  type StopReason,
  TransientError,
} from "redress";
import { describe, expect, test } from "vitest";
import {
  alwaysThrowing,
  answering,
  asFailure,
  drivers,
  listeningBudget,
  type Op,
  type Stage,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError("the last one");
const permanent = new PermanentError();
const unknown = new Error("nobody knows");

interface Case {
  readonly retry?: RetryOptions;
  readonly options?: Omit<PolicyOptions<unknown, unknown>, "retry">;
  readonly call?: CallOptions;
  readonly op: (on: Stage) => Op;
  readonly error: Error;
}

// Every stop whose cause is an exception of the operation.
const byException: Readonly<Partial<Record<StopReason, Case>>> = {
  MAX_ATTEMPTS_GLOBAL: { retry: { maxAttempts: 2 }, op: () => throwing(unknown, transient), error: transient },
  MAX_ATTEMPTS_PER_CLASS: {
    retry: { maxRetriesPerClass: { TRANSIENT: 0 } },
    op: () => throwing(unknown, transient),
    error: transient,
  },
  NON_RETRYABLE_CLASS: { op: () => throwing(transient, permanent), error: permanent },
  RETRY_REFUSED: {
    retry: { classifier: () => ({ errorClass: "TRANSIENT", retry: false }) },
    op: () => throwing(transient),
    error: transient,
  },
  MAX_UNKNOWN_ATTEMPTS: { retry: { maxUnknownRetries: 0 }, op: () => throwing(transient, unknown), error: unknown },
  DEADLINE_EXCEEDED: {
    retry: { deadlineMs: 50, strategy: constant(30) },
    op: () => throwing(unknown, transient),
    error: transient,
  },
  NO_STRATEGY: {
    retry: { strategy: undefined, strategies: { UNKNOWN: constant(1) } },
    op: () => throwing(unknown, transient),
    error: transient,
  },
  BUDGET_EXHAUSTED: { options: { budget: listeningBudget(0) }, op: () => throwing(transient), error: transient },
};

describe.each(drivers)("through %s", (_name, driver) => {
  describe.each(Object.entries(byException))("%s", (stopReason, { retry, options, op, error }) => {
    test("throws the operation's own last error, the same object", async () => {
      const on = stage({ retry: { strategy: constant(10), ...retry }, ...options });
      expect((await driver.call(on, op(on))).error).toBe(error);
      expect(outcomeOf(error)).toMatchObject({ ok: false, stopReason, lastError: error, cause: "exception" });
    });

    const isFinal = stopReason === "NON_RETRYABLE_CLASS" || stopReason === "RETRY_REFUSED";
    const wrapped = "throws RetryExhaustedError with that error as its cause, where asked to wrap";
    test(isFinal ? "throws it also where asked to wrap: no retry was given up" : wrapped, async () => {
      const on = stage({ retry: { strategy: constant(10), ...retry, onExhausted: "wrap" }, ...options });
      const thrown = (await driver.call(on, op(on))).error as RetryExhaustedError;
      if (isFinal) {
        expect(thrown).toBe(error);
        return;
      }
      expect(isRetryExhaustedError(thrown)).toBe(true);
      const { errorClass: _class, message: _message, ...failure } = { ...thrown, message: thrown.message };
      expect(thrown.cause).toBe(error);
      expect(thrown.lastError).toBe(error);
      expect(failure).toMatchObject({ stopReason, lastResult: null });
      expect(thrown.message).toContain(stopReason);
      expect(outcomeOf(thrown)).toMatchObject({ stopReason, attempts: thrown.attempts, lastClass: thrown.lastClass });
    });
  });

  test("NO_RETRY throws the operation's own error, the same object", async () => {
    expect((await driver.call(stage(), alwaysThrowing(transient))).error).toBe(transient);
    expect(outcomeOf(transient)).toMatchObject({ stopReason: "NO_RETRY", attempts: 1 });
  });

  test.each([
    ["MAX_ATTEMPTS_GLOBAL", { maxAttempts: 2 }],
    ["NON_RETRYABLE_CLASS", { resultClassifier: () => "PERMANENT" as const }],
    ["DEADLINE_EXCEEDED", { strategy: constant(99_999) }],
  ])("%s throws RetryExhaustedError when a result was the cause", async (stopReason, retry: RetryOptions) => {
    const response = { status: 503 };
    const on = stage({ retry: { strategy: constant(0), resultClassifier: () => "SERVER_ERROR", ...retry } });
    const { error } = await driver.call(on, answering(response));
    expect(isRetryExhaustedError(error)).toBe(true);
    expect(error).toMatchObject({ code: "ERR_REDRESS_RETRY_EXHAUSTED", stopReason, lastError: null });
    expect((error as RetryExhaustedError).lastResult).toBe(response);
    expect("cause" in (error as Error)).toBe(false);
    expect(outcomeOf(error)).toMatchObject({ stopReason, cause: "result", lastResult: response });
  });

  test("an exception after a failed result is thrown itself, and the other way round not", async () => {
    const retry: RetryOptions = { maxAttempts: 2, strategy: constant(0), resultClassifier: () => "SERVER_ERROR" };
    const resultFirst = throwing();
    const exceptionLast = await driver.call(stage({ retry }), (attempt) => {
      if (attempt.attempt === 1) return resultFirst(attempt);
      throw transient;
    });
    expect(exceptionLast.error).toBe(transient);
    const resultLast = await driver.call(stage({ retry }), throwing(transient));
    expect(resultLast.error).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", lastResult: "value", lastError: null });
  });

  test("SCHEDULED throws RetryExhaustedError, which carries the delay and the error", async () => {
    const on = stage({ retry: { strategy: constant(70), sleep: () => "defer" } });
    const { error } = await driver.call(on, alwaysThrowing(transient));
    expect(isRetryExhaustedError(error)).toBe(true);
    expect(error).toMatchObject({ stopReason: "SCHEDULED", nextDelayMs: 70, attempts: 1, lastClass: "TRANSIENT" });
    expect((error as Error).cause).toBe(transient);
  });

  test.each(["rethrow", "wrap"] as const)("CIRCUIT_OPEN throws CircuitOpenError with onExhausted %s", async (onExhausted) => {
    const on = stage({ retry: { onExhausted }, circuitBreaker: { failureThreshold: 1 } });
    await driver.call(on, alwaysThrowing(transient)).catch(() => {});
    const { error } = await driver.call(on, answering("value"));
    expect(isCircuitOpenError(error)).toBe(true);
  });

  test("every rejection is an error of its own", async () => {
    const on = stage({ circuitBreaker: { failureThreshold: 1 } });
    await driver.call(on, alwaysThrowing(transient));
    const [first, second] = [await driver.call(on, answering(1)), await driver.call(on, answering(1))];
    expect(first.error).not.toBe(second.error);
  });

  describe.each(["rethrow", "wrap"] as const)("ABORTED, with onExhausted %s", (onExhausted) => {
    test.each([[new Error("user left")], ["a string"], [0], [null]])("throws the signal's own reason: %s", async (reason) => {
      const controller = new AbortController();
      const on = stage({ retry: { onExhausted } });
      const { error } = await driver.call(
        on,
        () => {
          controller.abort(reason);
          throw transient;
        },
        { signal: controller.signal },
      );
      expect(error).toBe(reason);
    });

    test("throws the operation's own AbortRetryError, the same object", async () => {
      const stop = new AbortRetryError("enough");
      const { error } = await driver.call(stage({ retry: { onExhausted } }), throwing(transient, stop));
      expect(error).toBe(stop);
      expect(outcomeOf(stop)).toMatchObject({ stopReason: "ABORTED", attempts: 2, lastError: transient });
    });

    test("throws AbortRetryError for abortIf and for a sleep handler, with the failure before it as its cause", async () => {
      const on = stage({ retry: { onExhausted, sleep: () => "abort" } });
      const { error } = await driver.call(on, alwaysThrowing(transient));
      expect(isAbortRetryError(error)).toBe(true);
      expect((error as Error).cause).toBe(transient);

      const before = await driver.call(on, answering("value"), { abortIf: () => true });
      expect(isAbortRetryError(before.error)).toBe(true);
      expect(outcomeOf(before.error)).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
    });

    test("throws the reason of a signal that was aborted before", async () => {
      const reason = new Error("too late");
      const { error } = await driver.call(stage({ retry: { onExhausted } }), answering("value"), {
        signal: AbortSignal.abort(reason),
      });
      expect(error).toBe(reason);
    });
  });

  test("execute answers all of this instead of throwing", async () => {
    const on = stage({ retry: { maxAttempts: 2, strategy: constant(5), onExhausted: "wrap" } });
    expect(await driver.execute(on, alwaysThrowing(transient))).toEqual({
      ok: false,
      stopReason: "MAX_ATTEMPTS_GLOBAL",
      attempts: 2,
      elapsedMs: 5,
      lastClass: "TRANSIENT",
      lastError: transient,
      lastResult: null,
      cause: "exception",
      nextDelayMs: null,
    });
  });

  test("outcomeOf knows frozen errors, tells the latest of the calls that threw one, and nothing of values", async () => {
    const frozen = Object.freeze(new TransientError("frozen"));
    await driver.call(stage({ retry: { maxAttempts: 2, strategy: constant(0) } }), alwaysThrowing(frozen));
    expect(outcomeOf(frozen)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2 });
    await driver.call(stage(), alwaysThrowing(frozen));
    expect(outcomeOf(frozen)).toMatchObject({ stopReason: "NO_RETRY", attempts: 1 });
    for (const value of [undefined, null, 0, "", "text", Symbol("s"), new Error("never thrown")])
      expect(outcomeOf(value)).toBe(undefined);
  });

  test("a stop by the breaker's own rules is no error of the breaker: standalone calls throw what the operation threw", async () => {
    const breaker = new CircuitBreaker({ failureThreshold: 2 });
    expect(() =>
      breaker.callSync(() => {
        throw transient;
      }),
    ).toThrow(transient);
    await expect(breaker.call(() => Promise.reject(transient))).rejects.toBe(transient);
    await expect(breaker.call(() => "value")).rejects.toSatisfy(isCircuitOpenError);
  });
});

test("what is refused and what has failed differ in code, guard and message", async () => {
  const errors = [
    new AbortRetryError(),
    (await drivers[2]?.[1].call(stage({ retry: { sleep: () => "defer" } }), alwaysThrowing(transient)))?.error,
  ] as Error[];
  expect(errors.map((error) => [isAbortRetryError(error), isRetryExhaustedError(error), isCircuitOpenError(error)])).toEqual([
    [true, false, false],
    [false, true, false],
  ]);
  expect(new Set(errors.map(({ message }) => message)).size).toBe(2);
});

test("outcomeOf tells of the call behind an error that wraps what it threw", async () => {
  const policy = new Policy({ retry: { maxAttempts: 1 } });
  const thrown = await policy.call(() => Promise.reject(new TransientError())).catch((error: unknown) => error);
  const wrapped = new Error("upload failed", { cause: new Error("request failed", { cause: thrown }) });
  expect(outcomeOf(wrapped)).toBe(outcomeOf(thrown));
  expect(outcomeOf(wrapped)?.stopReason).toBe("MAX_ATTEMPTS_GLOBAL");
});

describe.each(drivers)("an aborted call, through %s,", (_name, driver) => {
  test("that has made no attempt throws an error that has no cause", async () => {
    const { error } = await driver.call(stage(), () => "value", { abortIf: () => true });
    expect([String(error), Object.hasOwn(error as object, "cause")]).toEqual(["AbortRetryError: The call was aborted.", false]);
  });

  test("whose last result was judged a failure throws an error that has no cause", async () => {
    const on = stage({ retry: { resultClassifier: () => "TRANSIENT", strategy: constant(10) } });
    const outcome = asFailure(await driver.execute(on, answering("bad"), { sleep: () => "abort" }));
    expect(outcome).toMatchObject({ stopReason: "ABORTED", lastResult: "bad" });
    expect([isAbortRetryError(outcome.error), Object.hasOwn(outcome.error as object, "cause")]).toEqual([true, false]);
  });
});
