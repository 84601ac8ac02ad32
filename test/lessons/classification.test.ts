/* Lessons, "Classification": none of these sentences may ever be true of redress. */
import { createServer } from "node:net";
import {
  AbortRetryError,
  AttemptTimeoutError,
  AuthError,
  byType,
  CircuitOpenError,
  type Classifier,
  ConcurrencyError,
  constant,
  DeadlineExceededError,
  defaultClassifier,
  firstKnown,
  isAbortRetryError,
  isAttemptTimeoutError,
  isAuthError,
  isCircuitOpenError,
  isConcurrencyError,
  isDeadlineExceededError,
  isPermanentError,
  isPermissionError,
  isRateLimitError,
  isRedressError,
  isRetryExhaustedError,
  isServerError,
  isTransientError,
  PermanentError,
  PermissionError,
  RateLimitError,
  RetryExhaustedError,
  ServerError,
  strictClassifier,
  TransientError,
} from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, drivers, stage } from "../run/driving.ts";

const exhausted = new RetryExhaustedError({
  stopReason: "MAX_ATTEMPTS_GLOBAL",
  attempts: 1,
  elapsedMs: 0,
  lastClass: null,
  lastError: null,
  lastResult: null,
  cause: null,
  nextDelayMs: null,
});

const guards: Record<string, readonly [guard: (error: unknown) => boolean, error: Error]> = {
  AuthError: [isAuthError, new AuthError()],
  PermissionError: [isPermissionError, new PermissionError()],
  PermanentError: [isPermanentError, new PermanentError()],
  ConcurrencyError: [isConcurrencyError, new ConcurrencyError()],
  RateLimitError: [isRateLimitError, new RateLimitError()],
  ServerError: [isServerError, new ServerError()],
  TransientError: [isTransientError, new TransientError()],
  AbortRetryError: [isAbortRetryError, new AbortRetryError()],
  AttemptTimeoutError: [isAttemptTimeoutError, new AttemptTimeoutError({ attempt: 1, timeoutMs: 1 })],
  DeadlineExceededError: [isDeadlineExceededError, new DeadlineExceededError({ attempt: 1, deadlineMs: 1 })],
  CircuitOpenError: [isCircuitOpenError, new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 1 })],
  RetryExhaustedError: [isRetryExhaustedError, exhausted],
};

describe.each(Object.entries(guards))("the guard of %s", (name, [guard, error]) => {
  test("knows its own, and no other error of ours", () => {
    expect(Object.entries(guards).filter(([, [, other]]) => guard(other))).toEqual([[name, guards[name]]]);
    expect(isRedressError(error)).toBe(true);
  });

  test("never: accepts a foreign error by its name, code or message", () => {
    const foreign = Object.assign(new Error(error.message), { code: (error as { code?: string }).code });
    Object.defineProperty(foreign, "name", { value: name });
    expect([guard(foreign), isRedressError(foreign)]).toEqual([false, false]);
    expect(guard({ name, message: error.message })).toBe(false);
  });

  test("never: fails when minified", () => {
    const minified = Object.create(error, { name: { value: "a" }, constructor: { value: class a {} } });
    expect(guard(minified)).toBe(true);
  });

  test.each([undefined, null, 0, "", "ERR_REDRESS_AUTH", Symbol("s"), () => {}])("answers false for %s", (value) =>
    expect(guard(value)).toBe(false),
  );
});

test("never: guards by name accept a foreign `TimeoutError` as theirs", () => {
  const foreign = new DOMException("The operation timed out.", "TimeoutError");
  expect([isAttemptTimeoutError(foreign), isDeadlineExceededError(foreign), isRedressError(foreign)]).toEqual([
    false,
    false,
    false,
  ]);
});

const status = (value: number): Error => Object.assign(new Error(`HTTP ${value}`), { status: value });

class QuotaError extends Error {}
class SecretError extends Error {}

describe.each(drivers)("through %s", (_name, driver) => {
  const ends = async (error: unknown, classifier: Classifier) => {
    const op = alwaysThrowing(error);
    const outcome = await driver.execute(stage({ retry: { classifier, strategy: constant(1), maxAttempts: 3 } }), op);
    return [outcome.ok ? null : outcome.lastClass, op.count];
  };

  test("a foreign TimeoutError is TRANSIENT, and a foreign AbortError is no abort of ours", async () => {
    expect(await ends(new DOMException("timed out", "TimeoutError"), defaultClassifier)).toEqual(["TRANSIENT", 3]);
    const aborted = await driver.execute(stage({ retry: {} }), alwaysThrowing(new DOMException("aborted", "AbortError")));
    expect(aborted).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", lastClass: "PERMANENT" });
  });

  test.each<[string, Classifier]>([
    ["byType", byType([[QuotaError, "RATE_LIMIT"]])],
    ["firstKnown", firstKnown((error) => (error instanceof QuotaError ? "RATE_LIMIT" : "UNKNOWN"), defaultClassifier)],
  ])("never: registering one classifier drops the built-in ones, so a 404 is retried (%s)", async (_how, classifier) => {
    expect(await ends(new QuotaError("mine"), classifier)).toEqual(["RATE_LIMIT", 3]);
    expect(await ends(status(404), classifier)).toEqual(["PERMANENT", 1]);
    expect(await ends(status(503), classifier)).toEqual(["SERVER_ERROR", 3]);
    expect(await ends(Object.assign(new Error("reset"), { code: "ECONNRESET" }), classifier)).toEqual(["TRANSIENT", 3]);
  });

  test.each<[string, Classifier]>([
    [
      "throws",
      () => {
        throw new SecretError("the classifier's own");
      },
    ],
    ["answers nonsense", () => "NO_SUCH_CLASS" as never],
    ["answers nothing", () => undefined as never],
    [
      "answers an object whose getters throw",
      () => ({
        get errorClass(): never {
          throw new SecretError("the classifier's own");
        },
      }),
    ],
  ])("never: a custom classifier that %s hides the failure", async (_how, classifier) => {
    const failure = new Error("the failure");
    expect(await ends(failure, classifier)).toEqual(["UNKNOWN", 3]);
    const end = await driver.call(stage({ retry: { classifier, maxUnknownRetries: 0 } }), alwaysThrowing(failure));
    expect(end.error).toBe(failure);
  });

  test("never: one classifier of several that throws silences the others", async () => {
    const classifier = firstKnown(() => {
      throw new SecretError("the classifier's own");
    }, defaultClassifier);
    expect(await ends(status(404), classifier)).toEqual(["PERMANENT", 1]);
  });

  test("never: `fetch failed` hides the code in `cause`", async () => {
    const failed = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
    expect(await ends(failed("ECONNREFUSED"), defaultClassifier)).toEqual(["TRANSIENT", 3]);
    expect(await ends(failed("UND_ERR_CONNECT_TIMEOUT"), strictClassifier)).toEqual(["TRANSIENT", 3]);
    expect(await ends(failed("CERT_HAS_EXPIRED"), defaultClassifier)).toEqual(["PERMANENT", 1]);
  });

  test.each([429, 503, 403])("never: `Retry-After` of a thrown %i goes unheard by a policy without settings", async (value) => {
    const error = Object.assign(status(value), { response: { status: value, headers: { "Retry-After": "2" } } });
    const outcome = await driver.execute(stage({ retry: { sleep: () => "defer" } }), alwaysThrowing(error));
    const { nextDelayMs } = outcome as { nextDelayMs: number };
    expect(outcome).toMatchObject({ stopReason: "SCHEDULED", lastClass: value === 503 ? "SERVER_ERROR" : "RATE_LIMIT" });
    expect(nextDelayMs).toBeGreaterThanOrEqual(2_000);
    expect(nextDelayMs).toBeLessThanOrEqual(2_250);
  });

  test("a refused connection to a dual-stack host, an AggregateError, is TRANSIENT", async () => {
    const refused = (address: string) => Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: "ECONNREFUSED" });
    const aggregate = new AggregateError([refused("::1:9"), refused("127.0.0.1:9")], "every address failed");
    expect(await ends(aggregate, strictClassifier)).toEqual(["TRANSIENT", 3]);
    expect(await ends(new TypeError("fetch failed", { cause: aggregate }), defaultClassifier)).toEqual(["TRANSIENT", 3]);
  });
});

test("the real `fetch failed` of a refused connection is TRANSIENT, by name and by address", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  for (const host of ["localhost", "127.0.0.1"]) {
    const error: unknown = await fetch(`http://${host}:${port}`).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect([defaultClassifier(error), strictClassifier(error)]).toEqual(["TRANSIENT", "TRANSIENT"]);
  }
});
