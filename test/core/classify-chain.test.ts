import {
  AbortRetryError,
  AttemptTimeoutError,
  AuthError,
  CircuitOpenError,
  type Classification,
  type Classifier,
  ConcurrencyError,
  DeadlineExceededError,
  defaultClassifier,
  type ErrorClass,
  type Failure,
  PermanentError,
  PermissionError,
  RateLimitError,
  RetryExhaustedError,
  ServerError,
  type StopReason,
  strictClassifier,
  TransientError,
} from "redress";
import { describe, expect, test } from "vitest";
import { TIMEOUT } from "./answers.ts";

const withCause = (cause: unknown, fields: object = {}): Error => Object.assign(new Error("outer", { cause }), fields);
const aggregate = (errors: readonly unknown[]): Error => new AggregateError(errors, "all failed");
const coded = (code: string): Error => Object.assign(new Error(code), { code });

const exhausted = (facts: Partial<Failure>): RetryExhaustedError =>
  new RetryExhaustedError({
    stopReason: "MAX_ATTEMPTS_GLOBAL",
    attempts: 3,
    elapsedMs: 10,
    lastClass: "TRANSIENT",
    lastError: new TransientError(),
    lastResult: null,
    cause: "exception",
    nextDelayMs: null,
    ...facts,
  });

describe.each<[string, Classifier]>([
  ["default", defaultClassifier],
  ["strict", strictClassifier],
])("to the %s classifier", (_which, classifier) => {
  test.each([
    [new AuthError(), "AUTH"],
    [new PermissionError(), "PERMISSION"],
    [new PermanentError(), "PERMANENT"],
    [new ConcurrencyError(), "CONCURRENCY"],
    [new RateLimitError(), "RATE_LIMIT"],
    [new ServerError(), "SERVER_ERROR"],
    [new TransientError(), "TRANSIENT"],
    [new AttemptTimeoutError({ attempt: 1, timeoutMs: 100 }), TIMEOUT],
    [new AbortRetryError(), "PERMANENT"],
    [new DeadlineExceededError({ attempt: 2, deadlineMs: 100 }), TIMEOUT],
    [new CircuitOpenError({ breaker: "a", state: "open", retryAfterMs: 10 }), "PERMANENT"],
  ])("%s is %j", (error, answer) => expect(classifier(error)).toEqual(answer));

  test.each<[StopReason, ErrorClass | null, ErrorClass]>([
    ["MAX_ATTEMPTS_GLOBAL", "SERVER_ERROR", "SERVER_ERROR"],
    ["DEADLINE_EXCEEDED", "TRANSIENT", "TRANSIENT"],
    ["NON_RETRYABLE_CLASS", "AUTH", "AUTH"],
    ["MAX_UNKNOWN_ATTEMPTS", "UNKNOWN", "UNKNOWN"],
    // Its retry is another process's.
    ["SCHEDULED", "SERVER_ERROR", "PERMANENT"],
    ["DEADLINE_EXCEEDED", null, "PERMANENT"],
  ])("a call that gave up with %s after a failure of class %s is %s", (stopReason, lastClass, errorClass) => {
    const error = exhausted({ stopReason, lastClass });
    expect(classifier(error)).toBe(errorClass);
    expect(JSON.parse(JSON.stringify(error)).errorClass).toBe(errorClass);
  });

  test("a rate limit error hands on how long to wait", () => {
    const error = new RateLimitError("slow down", { retryAfterMs: 1_500 });
    expect(classifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 1_500 });
    expect(classifier(withCause(error))).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 1_500 });
  });

  test("an open circuit's waiting time is no Retry-After", () => {
    expect(classifier(new CircuitOpenError({ breaker: "a", state: "open", retryAfterMs: 10 }))).toBe("PERMANENT");
  });

  test("a marker anywhere along the causes is believed before anything else is asked", () => {
    expect(classifier(withCause(new ServerError(), { status: 404, code: "ERR_INVALID_URL", name: "TimeoutError" }))).toBe(
      "SERVER_ERROR",
    );
    expect(classifier(withCause(withCause(withCause(new AuthError())), { status: 503 }))).toBe("AUTH");
    expect(classifier(aggregate([coded("ECONNRESET"), new PermissionError()]))).toBe("PERMISSION");
  });

  test("an inner policy's verdict is final, however it was wrapped", () => {
    const rejected = new CircuitOpenError({ breaker: "a", state: "open", retryAfterMs: 10 });
    expect(classifier(withCause(rejected, { name: "APIConnectionError", status: 503 }))).toBe("PERMANENT");
    expect(classifier(withCause(exhausted({ lastClass: "CONCURRENCY" }), { status: 503 }))).toBe("CONCURRENCY");
  });

  test("the nearest of our own errors wins", () => {
    expect(classifier(new TransientError("again", { cause: new PermanentError() }))).toBe("TRANSIENT");
    expect(classifier(new PermanentError("never", { cause: new TransientError() }))).toBe("PERMANENT");
  });

  test("an error of another copy of the package is known by its brand", () => {
    const foreign = {
      [Symbol.for("redress.error")]: true,
      code: "ERR_REDRESS_RATE_LIMIT",
      errorClass: "RATE_LIMIT",
      retryAfterMs: 7,
    };
    expect(classifier(foreign)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 7 });
    expect(classifier(withCause({ ...foreign, errorClass: "CONCURRENCY" }))).toBe("CONCURRENCY");
  });

  test.each<[object, ErrorClass | Classification]>([
    [
      { errorClass: "SERVER_ERROR", retryAfterMs: 7 },
      { errorClass: "SERVER_ERROR", retryAfterMs: 7 },
    ],
    [
      { errorClass: "TRANSIENT", retryAfterMs: 7 },
      { errorClass: "TRANSIENT", retryAfterMs: 7 },
    ],
    [{ errorClass: "TRANSIENT", timeout: true }, TIMEOUT],
    [{ errorClass: "TRANSIENT", timeout: "yes" }, "TRANSIENT"],
    [{ errorClass: "TRANSIENT", "": true }, "TRANSIENT"],
    [{ errorClass: "PERMANENT", retryAfterMs: 7 }, "PERMANENT"],
    // What is no name of a class does not speak for the errors that it wraps.
    [{ errorClass: ["AUTH"], cause: new PermissionError() }, "PERMISSION"],
    [{ errorClass: 7, cause: new PermissionError() }, "PERMISSION"],
    [{ errorClass: "an AUTH", cause: new PermissionError() }, "PERMISSION"],
    [{ errorClass: "AUTH of old", cause: new PermissionError() }, "PERMISSION"],
  ])("of an error of another copy, %j is heard as %j", (fields, answer) => {
    expect(classifier({ [Symbol.for("redress.error")]: true, ...fields })).toStrictEqual(answer);
  });

  test("a class of another version that this one does not know counts for nothing", () => {
    expect(classifier({ [Symbol.for("redress.error")]: true, errorClass: "LUNAR_ECLIPSE" })).toBe("UNKNOWN");
    expect(classifier({ errorClass: "TRANSIENT" })).toBe("UNKNOWN");
  });

  test("the error itself is asked before its cause", () => {
    expect(classifier(withCause(coded("ECONNRESET"), { status: 401 }))).toBe("AUTH");
    expect(classifier(withCause({ status: 401 }, { code: "ECONNRESET" }))).toBe("TRANSIENT");
  });

  test("causes are followed as deep as anybody would nest them: twelve errors are read", () => {
    const under = (depth: number): unknown => (depth === 0 ? coded("ECONNRESET") : withCause(under(depth - 1)));
    expect([10, 11, 12].map((depth) => classifier(under(depth)))).toEqual(["TRANSIENT", "TRANSIENT", "UNKNOWN"]);
  });

  test("of the errors of an AggregateError, the first twelve are read", () => {
    const after = (holes: number): Error => aggregate([...Array(holes), coded("ECONNRESET")]);
    expect([11, 12].map((holes) => classifier(after(holes)))).toEqual(["TRANSIENT", "UNKNOWN"]);
  });

  test("the errors of an AggregateError are asked in their order, after its own code", () => {
    expect(classifier(aggregate([new Error("?"), coded("ECONNREFUSED"), { status: 404 }]))).toBe("TRANSIENT");
    expect(classifier(aggregate([{ status: 404 }, coded("ECONNREFUSED")]))).toBe("PERMANENT");
    expect(classifier(Object.assign(aggregate([{ status: 404 }]), { code: "ETIMEDOUT" }))).toEqual(TIMEOUT);
    expect(classifier(withCause(aggregate([coded("ECONNREFUSED")])))).toBe("TRANSIENT");
    expect(classifier(aggregate([]))).toBe("UNKNOWN");
  });

  test("cycles end", () => {
    const one: { cause?: unknown; errors?: unknown[] } = {};
    const two = { cause: one, errors: [one, {}] };
    one.cause = two;
    one.errors = [one, two];
    expect(classifier(one)).toBe("UNKNOWN");
    Object.assign(two, { code: "ECONNRESET" });
    expect(classifier(one)).toBe("TRANSIENT");
  });

  test("a chain without end is left after a while", () => {
    const endless = (): object => ({
      get cause() {
        return endless();
      },
    });
    const wide = (): object => ({
      get errors() {
        return Array.from({ length: 1_000 }, wide);
      },
    });
    expect(classifier(endless())).toBe("UNKNOWN");
    expect(classifier(wide())).toBe("UNKNOWN");
    expect(classifier({ errors: { length: 2 ** 53 } })).toBe("UNKNOWN");
  });
});
