/* What a FakePolicy may be told to answer, how that is checked, and what stands in it for what was left out. */
import { ERROR_CLASSES, type ErrorClass, NEVER_RETRIED } from "../core/failure/error-class.ts";
import {
  AuthError,
  ConcurrencyError,
  PermanentError,
  PermissionError,
  RateLimitError,
  ServerError,
  TransientError,
} from "../core/failure/markers.ts";
import type { DeadlineOf, LimitedBy } from "../core/failure/outcome.ts";
import { StopReason } from "../core/failure/stop-reason.ts";
import {
  DeadlineExceededError,
  isAbortRetryError,
  isCircuitOpenError,
  isDeadlineExceededError,
  isLimitedError,
  isRetryExhaustedError,
} from "../core/failure/verdicts.ts";
import { isObject } from "../core/is-object.ts";
import {
  checkedByOwner,
  finiteFrom,
  type OptionRule,
  type OptionTable,
  oneOf,
  refuse,
  requireOptions,
  tableOf,
  text,
  trueOrFalse,
  wholeFrom,
  zeroOrMore,
} from "../core/option-rules.ts";
import type { Failure, Success } from "../policy/outcome.ts";
import { defaultClassifier, defaultResultClassifier } from "../run/default-classifiers.ts";

/** A call that ends with a value. */
export interface FakeSuccess extends Partial<Omit<Success<unknown>, "ok" | "value" | "timeline">> {
  readonly ok: true;
  readonly value: unknown;
}

/** A call that ends without one. What is left out is filled in as the policy itself would have it. */
export interface FakeFailure extends Partial<Omit<Failure, "ok" | "stopReason" | "timeline" | "progress">> {
  readonly ok: false;
  readonly stopReason: StopReason;
}

/** What one call is answered with. */
export type FakeAnswer =
  | { readonly value: unknown }
  | { readonly error: unknown }
  | { readonly outcome: FakeSuccess | FakeFailure };

export type FakePolicyOptions = FakeAnswer | { readonly script: readonly FakeAnswer[] };

/** How a call ends, complete. */
interface FakedSuccess {
  readonly ok: true;
  readonly value: unknown;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly fellBack: boolean;
}

export interface FakedFailure {
  readonly ok: false;
  readonly stopReason: StopReason;
  readonly attempts: number;
  /** `null` for what the policy's deadline is, of a call that it ended, and 0 of any other. */
  readonly elapsedMs: number | null;
  /** The last failure; `null` where the call made no attempt that was classified. */
  readonly last: { readonly cause: "exception" | "result"; readonly value: unknown; readonly errorClass: ErrorClass } | null;
  readonly nextDelayMs: number | null;
  readonly limitedBy: LimitedBy | null;
  readonly deadlineOf: DeadlineOf | null;
  readonly refusal: string | null;
  /** What `call` throws, where that was said. */
  readonly thrown: { readonly error: unknown } | null;
}

export type Faked = FakedSuccess | FakedFailure;

/** A field of an outcome that does not apply is `null` there, and may be here. */
const orNull = (rule: OptionRule): OptionRule => ({
  ...rule,
  text: `${rule.text}, or null`,
  type: "",
  ok: (value: unknown) => value === null || ((rule.type === "" || typeof value === rule.type) && rule.ok(value as never)),
});

const attempts = wholeFrom(0);
const limitedTable: OptionTable = {
  rules: {
    limiter: text,
    reason: oneOf(["full", "queue_timeout", "rate", "throttled"]),
    retryAfterMs: orNull(zeroOrMore),
  },
  required: ["limiter", "reason"],
};
const successTable: OptionTable = {
  rules: { ok: trueOrFalse, value: checkedByOwner, attempts, elapsedMs: finiteFrom(0), fellBack: trueOrFalse },
};
const failureTable: OptionTable = {
  rules: {
    ok: trueOrFalse,
    stopReason: oneOf(Object.keys(StopReason)),
    attempts,
    elapsedMs: finiteFrom(0),
    lastClass: orNull(oneOf(ERROR_CLASSES)),
    lastError: checkedByOwner,
    lastResult: checkedByOwner,
    cause: orNull(oneOf(["exception", "result"])),
    nextDelayMs: orNull(zeroOrMore),
    limitedBy: tableOf(limitedTable),
    deadlineOf: oneOf(["policy", "call", "scope"]),
    refusal: text,
    error: checkedByOwner,
  },
  required: ["stopReason"],
};
const answerTable: OptionTable = { rules: { value: checkedByOwner, error: checkedByOwner, outcome: checkedByOwner } };
const policyTable: OptionTable = { rules: { ...answerTable.rules, script: checkedByOwner } };

/** Complete answers of checked options: one for each call, or one for all. */
export function readAnswers(options: unknown): { readonly all: Faked } | { readonly script: readonly Faked[] } {
  const read = requireOptions("fakePolicy", options, policyTable) as Readonly<Record<string, unknown>>;
  const kind = theOne("fakePolicy", read, ["value", "error", "outcome", "script"]);
  if (kind !== "script") return { all: answerOf("fakePolicy", kind, read[kind]) };
  if (!Array.isArray(read["script"]) || read["script"].length === 0)
    refuse("fakePolicy.script", "a non-empty array of answers", read["script"]);
  return { script: read["script"].map((answer, index) => readAnswer(`fakePolicy.script[${index}]`, answer)) };
}

function readAnswer(owner: string, options: unknown): Faked {
  const read = requireOptions(owner, options, answerTable) as Readonly<Record<string, unknown>>;
  const kind = theOne(owner, read, ["value", "error", "outcome"]);
  return answerOf(owner, kind, read[kind]);
}

/** Which of these options is there, also where it is `undefined`: a call may well return that. */
function theOne(owner: string, read: object, kinds: readonly string[]): string {
  const given = kinds.filter((kind) => kind in read);
  if (given.length !== 1) refuse(owner, `an object with one of ${kinds.join(", ")}`, read);
  return given[0] as string;
}

function answerOf(owner: string, kind: string, answer: unknown): Faked {
  if (kind === "value") return readSuccess(`${owner}.value`, { ok: true, value: answer });
  if (kind === "error") return readFailure(owner, failureBy(answer));
  const path = `${owner}.outcome`;
  const { ok } = requireOptions(path, answer, { rules: { ...successTable.rules, ...failureTable.rules }, required: ["ok"] }) as {
    readonly ok: boolean;
  };
  return ok
    ? readSuccess(
        `${path}.value`,
        requireOptions(path, answer, { ...successTable, flat: true }) as FakeSuccess,
        path,
        answer as object,
      )
    : readFailure(path, requireOptions(path, answer, failureTable) as FakeFailure);
}

function readSuccess(
  valuePath: string,
  { value, attempts, elapsedMs = 0, fellBack = false }: FakeSuccess,
  path?: string,
  given?: object,
): Faked {
  if (given !== undefined && path !== undefined && !("value" in given)) refuse(path, "an outcome with a value", given);
  if (isObject(value) && typeof (value as { readonly then?: unknown }).then === "function")
    refuse(valuePath, "what the operation's promise resolves with, and no promise", value);
  return { ok: true, value, attempts: attempts ?? (fellBack ? 0 : 1), elapsedMs, fellBack };
}

/** How a call ends that throws this error, where nothing else is said: an error by which policies stop stands for that stop. */
function failureBy(error: unknown): FakeFailure {
  if (isCircuitOpenError(error)) return { ok: false, stopReason: "CIRCUIT_OPEN", error };
  if (isLimitedError(error)) {
    const { limiter, reason, retryAfterMs } = error;
    return { ok: false, stopReason: "LIMITED", limitedBy: { limiter, reason, retryAfterMs }, error };
  }
  if (isDeadlineExceededError(error)) {
    const { attempt, deadlineMs, deadlineOf } = error;
    const elapsed = deadlineMs < Infinity ? { elapsedMs: deadlineMs } : {};
    const last = attempt === 0 ? {} : { lastError: error };
    return { ok: false, stopReason: "DEADLINE_EXCEEDED", attempts: attempt, deadlineOf, error, ...elapsed, ...last };
  }
  if (isRetryExhaustedError(error)) {
    const { stopReason, attempts, elapsedMs, lastClass, lastError, lastResult, nextDelayMs } = error;
    return { ok: false, stopReason, attempts, elapsedMs, lastClass, lastError, lastResult, nextDelayMs, error };
  }
  if (isAbortRetryError(error)) return { ok: false, stopReason: "ABORTED", attempts: 1, error };
  const { errorClass } = asClassification(defaultClassifier(error));
  const stopReason = NEVER_RETRIED.has(errorClass) ? "NON_RETRYABLE_CLASS" : "MAX_ATTEMPTS_GLOBAL";
  return { ok: false, stopReason, lastError: error, lastClass: errorClass, cause: "exception", error };
}

const asClassification = (answer: ErrorClass | { readonly errorClass: ErrorClass }): { readonly errorClass: ErrorClass } =>
  typeof answer === "string" ? { errorClass: answer } : answer;

/** Stops that may come before the first attempt. */
const MAY_BE_FIRST: ReadonlySet<StopReason> = new Set(["ABORTED", "CIRCUIT_OPEN", "LIMITED", "DEADLINE_EXCEEDED"]);

function readFailure(path: string, given: FakeFailure): Faked {
  const { stopReason, elapsedMs, nextDelayMs, limitedBy, deadlineOf, refusal } = given;
  const mayBeFirst = MAY_BE_FIRST.has(stopReason);
  const tellsLast = [given.lastClass, given.cause, given.lastError, given.lastResult].some((told) => told != null);
  const fallsTo = tellsLast || !mayBeFirst || stopReason === "DEADLINE_EXCEEDED" ? 1 : 0;
  const attempts = given.attempts ?? fallsTo;
  if (attempts === 0 && (tellsLast || !mayBeFirst))
    refuse(
      `${path}.attempts`,
      `at least 1 where ${tellsLast ? "an attempt has failed" : `the call stopped with ${stopReason}`}`,
      attempts,
      RangeError,
    );
  const hasLast = attempts > 0 && (tellsLast || stopReason !== "ABORTED");
  if (limitedBy != null && stopReason !== "LIMITED")
    refuse(`${path}.limitedBy`, "left out unless stopReason is LIMITED", limitedBy);
  if (deadlineOf != null && stopReason !== "DEADLINE_EXCEEDED")
    refuse(`${path}.deadlineOf`, "left out unless stopReason is DEADLINE_EXCEEDED", deadlineOf);
  if (refusal != null && stopReason !== "RETRY_REFUSED")
    refuse(`${path}.refusal`, "left out unless stopReason is RETRY_REFUSED", refusal);
  return {
    ok: false,
    stopReason,
    attempts,
    elapsedMs: elapsedMs ?? (stopReason === "DEADLINE_EXCEEDED" ? null : 0),
    last: hasLast ? lastOf(path, given, attempts) : null,
    nextDelayMs: nextDelayMs ?? (stopReason === "SCHEDULED" ? 0 : null),
    limitedBy: stopReason === "LIMITED" ? { retryAfterMs: null, ...(limitedBy ?? { limiter: "fake", reason: "full" }) } : null,
    deadlineOf: deadlineOf ?? null,
    refusal: refusal ?? null,
    thrown: "error" in given ? { error: given.error } : null,
  };
}

function lastOf(path: string, given: FakeFailure, attempts: number): NonNullable<FakedFailure["last"]> {
  const cause = given.cause ?? (given.lastResult != null ? "result" : "exception");
  if (cause === "result") {
    if (!("lastResult" in given)) refuse(`${path}.lastResult`, "given where cause is result", undefined);
    if (given.lastError != null) refuse(`${path}.lastError`, "left out where the last failure was a result", given.lastError);
    const judged = given.lastClass ?? defaultResultClassifier(given.lastResult as never);
    return { cause, value: given.lastResult, errorClass: judged == null ? "UNKNOWN" : asClassification(judged).errorClass };
  }
  // With its cause, anything may have been thrown: \`null\`, too.
  const isTold = given.lastError != null || (given.cause === "exception" && "lastError" in given);
  const value = isTold ? given.lastError : errorFor(given, attempts);
  return { cause, value, errorClass: given.lastClass ?? asClassification(defaultClassifier(value)).errorClass };
}

const MARKERS: Readonly<Record<Exclude<ErrorClass, "UNKNOWN">, new (message: string) => Error>> = {
  AUTH: AuthError,
  CONCURRENCY: ConcurrencyError,
  PERMANENT: PermanentError,
  PERMISSION: PermissionError,
  RATE_LIMIT: RateLimitError,
  SERVER_ERROR: ServerError,
  TRANSIENT: TransientError,
};

/** An operation's error, of the class that the stop needs. */
function errorFor({ stopReason, lastClass, elapsedMs }: FakeFailure, attempt: number): unknown {
  if (stopReason === "DEADLINE_EXCEEDED" && lastClass == null)
    return new DeadlineExceededError({ attempt, deadlineMs: elapsedMs ?? 60_000 });
  const usual =
    stopReason === "NON_RETRYABLE_CLASS" ? "PERMANENT" : stopReason === "MAX_UNKNOWN_ATTEMPTS" ? "UNKNOWN" : "TRANSIENT";
  const errorClass = lastClass ?? usual;
  const message = `The operation of a FakePolicy has failed: ${errorClass}.`;
  return errorClass === "UNKNOWN" ? new Error(message) : new MARKERS[errorClass](message);
}
