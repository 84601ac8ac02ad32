import {
  AbortRetry,
  AbortRetryError,
  AttemptTimeoutError,
  AuthError,
  CircuitOpenError,
  ConcurrencyError,
  DeadlineExceededError,
  defaultClassifier,
  type Failure,
  InvalidProgressError,
  isAbortRetryError,
  isAttemptTimeoutError,
  isAuthError,
  isCircuitOpenError,
  isConcurrencyError,
  isDeadlineExceededError,
  isInvalidProgressError,
  isLimitedError,
  isPermanentError,
  isPermissionError,
  isRateLimitError,
  isRedressError,
  isRetryExhaustedError,
  isServerError,
  isTransientError,
  LimitedError,
  PermanentError,
  PermissionError,
  RateLimitError,
  RedressError,
  RetryExhaustedError,
  rejectionBehind,
  ServerError,
  TransientError,
} from "redress";
import { describe, expect, test } from "vitest";

const cause = new Error("the cause");

const exhausted = {
  stopReason: "MAX_ATTEMPTS_GLOBAL",
  attempts: 3,
  elapsedMs: 1_204.4,
  lastClass: "TRANSIENT",
  lastError: cause,
  lastResult: null,
  cause: "exception",
  nextDelayMs: null,
} as const;

/** Every marker can be made like this. */
type MarkerClass = new (message?: string, options?: ErrorOptions) => RedressError;

const markers: readonly MarkerClass[] = [
  AuthError,
  PermissionError,
  PermanentError,
  ConcurrencyError,
  RateLimitError,
  ServerError,
  TransientError,
];

const samples = {
  AuthError: [new AuthError(), isAuthError],
  PermissionError: [new PermissionError(), isPermissionError],
  PermanentError: [new PermanentError(), isPermanentError],
  ConcurrencyError: [new ConcurrencyError(), isConcurrencyError],
  RateLimitError: [new RateLimitError(), isRateLimitError],
  ServerError: [new ServerError(), isServerError],
  TransientError: [new TransientError(), isTransientError],
  AbortRetryError: [new AbortRetryError(), isAbortRetryError],
  AttemptTimeoutError: [new AttemptTimeoutError({ attempt: 2, timeoutMs: 500 }), isAttemptTimeoutError],
  DeadlineExceededError: [new DeadlineExceededError({ attempt: 2, deadlineMs: 500 }), isDeadlineExceededError],
  CircuitOpenError: [new CircuitOpenError({ breaker: "a", state: "open", retryAfterMs: 5 }), isCircuitOpenError],
  LimitedError: [new LimitedError({ limiter: "a", reason: "full", retryAfterMs: 5, why: "full" }), isLimitedError],
  InvalidProgressError: [new InvalidProgressError("it is no object"), isInvalidProgressError],
  RetryExhaustedError: [new RetryExhaustedError(exhausted), isRetryExhaustedError],
} as const satisfies Record<string, readonly [RedressError, (error: unknown) => boolean]>;

describe.each(Object.entries(samples))("%s", (name, [error, guard]) => {
  test("is an Error of ours with a name, a code, a stack and a message that ends", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(RedressError);
    expect(error.name).toBe(name);
    expect(error.code).toMatch(/^ERR_REDRESS_[A-Z_]+$/);
    expect(error.stack).toContain(error.message);
    expect(error.message).toMatch(/^[A-Z].*\.$/s);
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(isRedressError(error)).toBe(true);
  });

  test("is known by its own guard and no other", () => {
    const known = Object.entries(samples).filter(([, [, other]]) => other(error));
    expect(known.map(([other]) => other)).toEqual([name]);
    expect(guard(error)).toBe(true);
  });

  test("does not put its name or class among its enumerable fields, where logs would repeat them", () => {
    expect(Object.keys(error)).not.toContain("name");
  });

  test("has its name where errors of the platform have theirs, and as free to be changed", () => {
    const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(error), "name");
    expect(own).toEqual({ ...Object.getOwnPropertyDescriptor(TypeError.prototype, "name"), value: name });
  });
});

test("guards go by brand and code, not by name: a foreign error of the same name is not ours", () => {
  const foreign = Object.assign(new Error("foreign"), { name: "CircuitOpenError", code: "ERR_REDRESS_CIRCUIT_OPEN" });
  expect(isCircuitOpenError(foreign)).toBe(false);
  expect(isRedressError(foreign)).toBe(false);
});

test("guards know the errors of another copy of the package", () => {
  const otherCopy = { [Symbol.for("redress.error")]: true, code: "ERR_REDRESS_CIRCUIT_OPEN", errorClass: "PERMANENT" };
  expect(isRedressError(otherCopy)).toBe(true);
  expect(isCircuitOpenError(otherCopy)).toBe(true);
  expect(isRetryExhaustedError(otherCopy)).toBe(false);
});

test.each([undefined, null, 0, "", "error", Symbol("s"), () => {}, {}, []])("guards say no to %s", (value) => {
  expect(isRedressError(value)).toBe(false);
  for (const [, guard] of Object.values(samples)) expect(guard(value)).toBe(false);
});

test("guards never throw, whatever they are asked about", () => {
  const throwing = (): never => {
    throw new Error("no");
  };
  const hostile = [
    new Proxy({}, { has: throwing, get: throwing }),
    Object.defineProperty({ [Symbol.for("redress.error")]: true }, "code", { get: throwing }),
  ];
  for (const value of hostile) for (const [, guard] of Object.values(samples)) expect(guard(value)).toBe(false);
});

describe.each(markers.map((Marker) => ({ name: Marker.name, Marker })))("the marker $name", ({ Marker }) => {
  test("takes a message and keeps the cause", () => {
    expect(new Marker("what happened", { cause })).toMatchObject({ message: "what happened", cause });
    expect("cause" in new Marker("without")).toBe(false);
  });

  test("may be subclassed: its class of failure, code and guard stay", () => {
    class Mine extends Marker {
      readonly field = 1;
    }
    const mine = new Mine("mine");
    expect(mine).toBeInstanceOf(Marker);
    expect(mine).toBeInstanceOf(Mine);
    expect(mine.code).toBe(new Marker().code);
    expect(defaultClassifier(mine)).toBe(mine.errorClass);
    expect(mine.errorClass).toBe(new Marker().errorClass);
  });

  test("may be subclassed under a name of one's own", () => {
    class QuotaError extends Marker {
      override get name(): string {
        return "QuotaError";
      }
    }
    expect(String(new QuotaError("mine"))).toBe("QuotaError: mine");
    expect(isRedressError(new QuotaError("mine"))).toBe(true);
  });

  test("may be named as most people name their errors, by assignment", () => {
    class QuotaError extends Marker {
      constructor() {
        super("mine");
        Object.assign(this, { name: "QuotaError" });
      }
    }
    expect(String(new QuotaError())).toBe("QuotaError: mine");
  });
});

test("AbortRetry is another name of AbortRetryError", () => {
  expect(AbortRetry).toBe(AbortRetryError);
  expect(new AbortRetry("enough", { cause })).toMatchObject({ message: "enough", cause, code: "ERR_REDRESS_ABORTED" });
});

test("RateLimitError carries how long to wait, or nothing", () => {
  expect(new RateLimitError("slow", { retryAfterMs: 900, cause })).toMatchObject({ retryAfterMs: 900, cause });
  expect(new RateLimitError().retryAfterMs).toBeUndefined();
});

test("AttemptTimeoutError tells which attempt and how long it had", () => {
  const { message, attempt, timeoutMs } = new AttemptTimeoutError({ attempt: 2, timeoutMs: 500 });
  expect({ message, attempt, timeoutMs }).toEqual({ message: "Attempt 2 took longer than 500 ms.", attempt: 2, timeoutMs: 500 });
});

test("DeadlineExceededError tells the deadline, the attempt it cut short, and keeps the failure before it", () => {
  const error = new DeadlineExceededError({ attempt: 3, deadlineMs: 2_000 }, { cause });
  expect(error).toMatchObject({ attempt: 3, deadlineMs: 2_000, deadlineOf: "policy", cause });
  expect(error.message).toBe("The deadline of 2000 ms passed during attempt 3.");
});

test.each([
  ["open", 12_400, 'Circuit "payments" is open: call rejected, next probe in 12400 ms.'],
  ["open", 12_399.01, 'Circuit "payments" is open: call rejected, next probe in 12400 ms.'],
  ["open", 0, 'Circuit "payments" is open: call rejected, next probe in 0 ms.'],
  ["half_open", 0, 'Circuit "payments" is half-open: call rejected, its probes are still under way.'],
  ["open", Number.POSITIVE_INFINITY, 'Circuit "payments" is open: call rejected until reset(), it has no recovery time.'],
] as const)("a circuit that is %s with %d ms to go says so", (state, retryAfterMs, message) => {
  const error = new CircuitOpenError({ breaker: "payments", state, retryAfterMs });
  expect(error.message).toBe(message);
  expect(error).toMatchObject({ breaker: "payments", state, retryAfterMs });
});

test.each([
  [undefined, 1_200.5, 'Limiter "db" turned the call away (full): 2 calls run; there may be room in 1201 ms.'],
  ["load", null, 'Limiter "db" turned the call of load away (full): 2 calls run.'],
  ["load", Number.POSITIVE_INFINITY, 'Limiter "db" turned the call of load away (full): 2 calls run.'],
])("a limiter says which call it turned away, and when there may be room: %s, %s", (operation, retryAfterMs, message) => {
  const error = new LimitedError({ limiter: "db", reason: "full", retryAfterMs, why: "2 calls run" }, operation);
  expect(error.message).toBe(message);
  expect(error).toMatchObject({ limiter: "db", reason: "full", retryAfterMs });
});

describe("RetryExhaustedError", () => {
  test("says why it stopped, after how much, with what, and keeps the facts as fields", () => {
    const error = new RetryExhaustedError(exhausted);
    expect(error.message).toBe("Stopped with MAX_ATTEMPTS_GLOBAL after 3 attempts in 1204 ms, TRANSIENT (Error: the cause).");
    const { cause: what, ...facts } = exhausted;
    expect(what).toBe("exception");
    expect(error).toMatchObject({ ...facts, cause });
  });

  test("tells a failed result, and the delay that somebody else has to make", () => {
    const error = new RetryExhaustedError({
      ...exhausted,
      stopReason: "SCHEDULED",
      attempts: 1,
      lastError: null,
      lastResult: { status: 503 },
      cause: "result",
      nextDelayMs: 250,
    });
    expect(error.message).toBe("Stopped with SCHEDULED after 1 attempt in 1204 ms, TRANSIENT (HTTP 503), next delay 250 ms.");
    expect(error.lastResult).toEqual({ status: 503 });
    expect("cause" in error).toBe(false);
  });

  test("keeps a falsy error as the cause", () => {
    expect(new RetryExhaustedError({ ...exhausted, lastError: 0 }).cause).toBe(0);
  });

  test.each<[what: string, failure: Partial<Failure>, told: string]>([
    ["an error with a status", { lastError: Object.assign(new Error("no"), { status: 503 }) }, "TRANSIENT (HTTP 503, Error: no)"],
    ["an error without text", { lastError: Object.create(null) }, "TRANSIENT (an error without text)"],
    ["a symbol", { lastError: Symbol("s") }, "TRANSIENT (an error without text)"],
    [
      "a status without text",
      { lastError: Object.assign(Object.create(null), { status: 503 }) },
      "TRANSIENT (HTTP 503, an error without text)",
    ],
    ["a result without a status", { cause: "result", lastResult: "secret" }, "TRANSIENT (a result)"],
  ])("tells the last failure: %s", (_what, failure, told) => {
    const { message } = new RetryExhaustedError({ ...exhausted, ...failure });
    expect(message).toBe(`Stopped with MAX_ATTEMPTS_GLOBAL after 3 attempts in 1204 ms, ${told}.`);
  });

  test("tells of no failure where there was none", () => {
    const { message } = new RetryExhaustedError({ ...exhausted, stopReason: "ABORTED", cause: null, lastClass: null });
    expect(message).toBe("Stopped with ABORTED after 3 attempts in 1204 ms.");
  });
});

test("an error made of the base class itself is one of ours, named so", () => {
  const error = new RedressError("ERR_REDRESS_PERMANENT", "PERMANENT", "base");
  expect([String(error), isRedressError(error)]).toEqual(["RedressError: base", true]);
});

test.each([undefined, null, "text", 7])("behind what is no object there is no rejection: %s", (thrown) => {
  expect(rejectionBehind(thrown)).toBeUndefined();
});
