import {
  AbortRetryError,
  AttemptDecision,
  AttemptTimeoutError,
  AuthError,
  CircuitOpenError,
  CircuitState,
  ConcurrencyError,
  DeadlineExceededError,
  ErrorClass,
  EventName,
  PermanentError,
  PermissionError,
  RateLimitError,
  RetryExhaustedError,
  ServerError,
  SleepDecision,
  StopReason,
  TransientError,
} from "redress";
import { expect, test } from "vitest";
import { STOPS } from "../../src/core/failure/stops.ts";

/** A list whose values are its own keys. */
const sameAsKeys = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]));

test("there are eight error classes", () => {
  expect(ErrorClass).toStrictEqual(
    sameAsKeys("AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "RATE_LIMIT", "SERVER_ERROR", "TRANSIENT", "UNKNOWN"),
  );
});

test("there are fourteen stop reasons", () => {
  expect(StopReason).toStrictEqual(
    sameAsKeys(
      "MAX_ATTEMPTS_GLOBAL",
      "MAX_ATTEMPTS_PER_CLASS",
      "DEADLINE_EXCEEDED",
      "MAX_UNKNOWN_ATTEMPTS",
      "NON_RETRYABLE_CLASS",
      "RETRY_REFUSED",
      "NO_STRATEGY",
      "ALREADY_RETRIED",
      "BUDGET_EXHAUSTED",
      "SCHEDULED",
      "ABORTED",
      "CIRCUIT_OPEN",
      "LIMITED",
      "NO_RETRY",
    ),
  );
});

test("events have the names of Python redress, and six of their own", () => {
  expect(EventName).toStrictEqual({
    SUCCESS: "success",
    RETRY: "retry",
    PERMANENT_FAIL: "permanent_fail",
    DEADLINE_EXCEEDED: "deadline_exceeded",
    MAX_ATTEMPTS_EXCEEDED: "max_attempts_exceeded",
    MAX_UNKNOWN_ATTEMPTS_EXCEEDED: "max_unknown_attempts_exceeded",
    NO_STRATEGY_CONFIGURED: "no_strategy_configured",
    BUDGET_EXHAUSTED: "budget_exhausted",
    SCHEDULED: "scheduled",
    ABORTED: "aborted",
    CIRCUIT_OPENED: "circuit_opened",
    CIRCUIT_HALF_OPEN: "circuit_half_open",
    CIRCUIT_CLOSED: "circuit_closed",
    CIRCUIT_REJECTED: "circuit_rejected",
    FAILED: "failed",
    RETRY_REFUSED: "retry_refused",
    ALREADY_RETRIED: "already_retried",
    LIMITED: "limited",
    HEDGE: "hedge",
    FELL_BACK: "fell_back",
  });
});

test("every stop reason has its event", () => {
  expect(Object.fromEntries(Object.entries(STOPS).map(([reason, { event }]) => [reason, event]))).toStrictEqual({
    ABORTED: "aborted",
    LIMITED: "limited",
    MAX_ATTEMPTS_PER_CLASS: "max_attempts_exceeded",
    NON_RETRYABLE_CLASS: "permanent_fail",
    MAX_UNKNOWN_ATTEMPTS: "max_unknown_attempts_exceeded",
    DEADLINE_EXCEEDED: "deadline_exceeded",
    NO_STRATEGY: "no_strategy_configured",
    MAX_ATTEMPTS_GLOBAL: "max_attempts_exceeded",
    BUDGET_EXHAUSTED: "budget_exhausted",
    SCHEDULED: "scheduled",
    CIRCUIT_OPEN: "circuit_rejected",
    RETRY_REFUSED: "retry_refused",
    ALREADY_RETRIED: "already_retried",
    NO_RETRY: "failed",
  });
});

test("decisions and states are the words of the design", () => {
  expect(AttemptDecision).toStrictEqual({
    SUCCESS: "success",
    RETRY: "retry",
    RAISE: "raise",
    SCHEDULED: "scheduled",
    ABORTED: "aborted",
    CUT: "cut",
  });
  expect(SleepDecision).toStrictEqual({ SLEEP: "sleep", DEFER: "defer", ABORT: "abort" });
  expect(CircuitState).toStrictEqual({ CLOSED: "closed", OPEN: "open", HALF_OPEN: "half_open" });
});

test("every error has a stable code", () => {
  const failure = {
    stopReason: "NO_RETRY",
    attempts: 1,
    elapsedMs: 0,
    lastClass: null,
    lastError: null,
    lastResult: null,
    cause: null,
    nextDelayMs: null,
  } as const;
  const errors = [
    new AuthError(),
    new PermissionError(),
    new PermanentError(),
    new ConcurrencyError(),
    new RateLimitError(),
    new ServerError(),
    new TransientError(),
    new AbortRetryError(),
    new AttemptTimeoutError({ attempt: 1, timeoutMs: 1 }),
    new DeadlineExceededError({ attempt: 1, deadlineMs: 1 }),
    new CircuitOpenError({ breaker: "a", state: "open", retryAfterMs: 1 }),
    new RetryExhaustedError(failure),
  ];
  expect(errors.map(({ name, code }) => [name, code])).toStrictEqual([
    ["AuthError", "ERR_REDRESS_AUTH"],
    ["PermissionError", "ERR_REDRESS_PERMISSION"],
    ["PermanentError", "ERR_REDRESS_PERMANENT"],
    ["ConcurrencyError", "ERR_REDRESS_CONCURRENCY"],
    ["RateLimitError", "ERR_REDRESS_RATE_LIMIT"],
    ["ServerError", "ERR_REDRESS_SERVER_ERROR"],
    ["TransientError", "ERR_REDRESS_TRANSIENT"],
    ["AbortRetryError", "ERR_REDRESS_ABORTED"],
    ["AttemptTimeoutError", "ERR_REDRESS_ATTEMPT_TIMEOUT"],
    ["DeadlineExceededError", "ERR_REDRESS_DEADLINE_EXCEEDED"],
    ["CircuitOpenError", "ERR_REDRESS_CIRCUIT_OPEN"],
    ["RetryExhaustedError", "ERR_REDRESS_RETRY_EXHAUSTED"],
  ]);
});
