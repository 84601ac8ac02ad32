/*
 * Errors by which a policy says how a call ended. To an outer policy they are what they report: a timeout is TRANSIENT, a call that gave up
 * has the class of its last failure, and what was made to fail fast, or left to another process, is PERMANENT.
 */
import { isObject } from "../is-object.ts";
import type { LimitReason, Rejection } from "../limit/limiter.ts";
import { ErrorReader } from "./chain.ts";
import type { FailureCause } from "./classification.ts";
import type { ErrorClass } from "./error-class.ts";
import { httpStatus } from "./http/status.ts";
import { answersHttp } from "./http-answer.ts";
import type { DeadlineOf, Failure } from "./outcome.ts";
import { hasCode, isRedressError, RedressError, setName } from "./redress-error.ts";
import type { StopReason } from "./stop-reason.ts";

/** Thrown by an operation: stop now, without a verdict on the dependency. Also what an aborted call throws when no signal gave a reason. */
export class AbortRetryError extends RedressError {
  static {
    setName(AbortRetryError, "AbortRetryError");
  }
  constructor(message = "The call was aborted.", options?: ErrorOptions) {
    super("ERR_REDRESS_ABORTED", "PERMANENT", message, options);
  }
}

/** What is known of an attempt that is cut short. */
export interface CutAttempt {
  readonly operation?: string | undefined;
  /** The operation has never read the signal of its attempt, so it goes on. */
  readonly goesOn?: boolean;
  /** The limiter that the call was waiting for, where it has made no attempt. */
  readonly limiter?: string | undefined;
  /** There is no call: it is the signal of a scope that aborts. */
  readonly isNoCall?: boolean;
}

const ofOperation = (operation: string | undefined): string => (operation === undefined ? "" : ` of ${operation}`);
const advice = ({ goesOn }: CutAttempt): string =>
  goesOn === true ? " The operation still runs: it has not read the attempt's signal, which would have stopped it." : "";

type AttemptTimeoutFacts = Pick<AttemptTimeoutError, "attempt" | "timeoutMs">;

/** One attempt took longer than `attemptTimeoutMs`. The built-in classifiers say TRANSIENT, a timeout. */
export class AttemptTimeoutError extends RedressError {
  static {
    setName(AttemptTimeoutError, "AttemptTimeoutError");
    answersHttp(AttemptTimeoutError, () => ({ status: 504 }));
  }
  declare readonly attempt: number;
  declare readonly timeoutMs: number;

  constructor({ attempt, timeoutMs }: AttemptTimeoutFacts, cut: CutAttempt = {}) {
    const message = `Attempt ${attempt}${ofOperation(cut.operation)} took longer than ${timeoutMs} ms.${advice(cut)}`;
    super("ERR_REDRESS_ATTEMPT_TIMEOUT", "TRANSIENT", message, undefined, { attempt, timeoutMs });
  }
}

function whenOf(attempt: number, { operation, limiter }: CutAttempt): string {
  if (attempt > 0) return `during attempt ${attempt}${ofOperation(operation)}`;
  const first = `before the first attempt${ofOperation(operation)}`;
  return limiter === undefined ? first : `${first} was admitted by limiter "${limiter}"`;
}

type DeadlineExceededFacts = Pick<DeadlineExceededError, "attempt" | "deadlineMs"> & { readonly deadlineOf?: DeadlineOf };

/**
 * The deadline of the call cut an attempt short. `attempt` is 0 where it passed while the call waited for a limiter, or, in a scope, before it began, and where
 * it is what the signal of a scope aborts with. `cause` is the failure before it, if any. The built-in classifiers say TRANSIENT, a timeout.
 */
export class DeadlineExceededError extends RedressError {
  static {
    setName(DeadlineExceededError, "DeadlineExceededError");
    answersHttp(DeadlineExceededError, () => ({ status: 504 }));
  }
  declare readonly attempt: number;
  /** In milliseconds from the beginning of the call. */
  declare readonly deadlineMs: number;
  /** Whose deadline it was. */
  declare readonly deadlineOf: DeadlineOf;

  constructor(facts: DeadlineExceededFacts, options?: ErrorOptions, cut: CutAttempt = {}) {
    const { attempt, deadlineMs, deadlineOf = "policy" } = facts;
    const which =
      deadlineOf === "scope"
        ? `The deadline of the scope, ${Math.round(deadlineMs)} ms after the call began,`
        : `The deadline of ${deadlineMs} ms`;
    const message =
      cut.isNoCall === true ? "The deadline of the scope has passed." : `${which} passed ${whenOf(attempt, cut)}.${advice(cut)}`;
    super("ERR_REDRESS_DEADLINE_EXCEEDED", "TRANSIENT", message, options, { attempt, deadlineMs, deadlineOf });
  }
}

type CircuitOpenFacts = Pick<CircuitOpenError, "breaker" | "state" | "retryAfterMs"> & { readonly held?: boolean | undefined };

/**
 * A circuit rejected the call: the operation was not invoked. A server that lets it through answers 503 with `Retry-After`: Express, Fastify, Koa and Hono
 * read that off the error, as off all that a policy throws when it stops a call itself.
 */
export class CircuitOpenError extends RedressError {
  static {
    setName(CircuitOpenError, "CircuitOpenError");
    answersHttp(CircuitOpenError, ({ retryAfterMs }) => ({ status: 503, retryAfterMs }));
  }
  /** The name of the circuit. */
  declare readonly breaker: string;
  declare readonly state: "open" | "half_open";
  /** Milliseconds until the next probe may be admitted; 0 when a place may come free any time, Infinity when only `reset()` closes it. */
  declare readonly retryAfterMs: number;
  /** Whether the circuit was opened by hand. */
  declare readonly held: boolean;

  constructor({ breaker, state, retryAfterMs, held = false }: CircuitOpenFacts) {
    const why =
      state === "half_open"
        ? "half-open: call rejected, its probes are still under way"
        : held
          ? "held open by hand: call rejected until reset()"
          : retryAfterMs === Infinity
            ? "open: call rejected until reset(), it has no recovery time"
            : `open: call rejected, next probe in ${Math.ceil(retryAfterMs)} ms`;
    super("ERR_REDRESS_CIRCUIT_OPEN", "PERMANENT", `Circuit "${breaker}" is ${why}.`);
    // One by one: this error is made in numbers, and `facts` would take a fifth of its time.
    this.breaker = breaker;
    this.state = state;
    this.retryAfterMs = retryAfterMs;
    this.held = held;
  }
}

/** A limiter turned the call away before its first attempt: the operation was not invoked. */
export class LimitedError extends RedressError {
  static {
    setName(LimitedError, "LimitedError");
    answersHttp(LimitedError, ({ retryAfterMs }) => ({ status: 503, retryAfterMs }));
  }
  /** The name of the limiter. */
  declare readonly limiter: string;
  declare readonly reason: LimitReason;
  /** When it makes sense to ask again, in milliseconds; `Infinity` for never; `null` where that is not known. */
  declare readonly retryAfterMs: number | null;

  constructor({ limiter, reason, retryAfterMs, why }: Omit<Rejection, "kind">, operation?: string) {
    const after =
      retryAfterMs === null || retryAfterMs === Infinity ? "" : `; there may be room in ${Math.ceil(retryAfterMs)} ms`;
    const call = operation === undefined ? "call" : `call of ${operation}`;
    super("ERR_REDRESS_LIMITED", "PERMANENT", `Limiter "${limiter}" turned the ${call} away (${reason}): ${why}${after}.`);
    this.limiter = limiter;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * A call gave up. Thrown for failed results, for SCHEDULED, and for every stop with `onExhausted: "wrap"`. `cause` is the last error.
 *
 * The built-in classifiers give it the class of the last failure; PERMANENT for SCHEDULED, whose retry is left to another process, and where
 * no failure was classified.
 */
export class RetryExhaustedError extends RedressError {
  static {
    setName(RetryExhaustedError, "RetryExhaustedError");
  }
  declare readonly stopReason: StopReason;
  declare readonly attempts: number;
  declare readonly elapsedMs: number;
  declare readonly lastClass: ErrorClass | null;
  declare readonly lastError: unknown;
  declare readonly lastResult: unknown;
  declare readonly nextDelayMs: number | null;

  constructor(failure: Omit<Failure, "ok" | "error" | "progress">, operation?: string) {
    const { stopReason, attempts, elapsedMs, lastClass, lastError, lastResult, nextDelayMs, cause, refusal } = failure;
    const stopped = operation === undefined ? "Stopped" : `${operation}: stopped`;
    const because =
      cause === null ? "" : `, ${lastClass} (${describeFailure(cause, cause === "result" ? lastResult : lastError)})`;
    const next = nextDelayMs === null ? "" : `, next delay ${Math.round(nextDelayMs)} ms`;
    super(
      "ERR_REDRESS_RETRY_EXHAUSTED",
      stopReason === "SCHEDULED" ? "PERMANENT" : (lastClass ?? "PERMANENT"),
      `${stopped} with ${stopReason} after ${attempts} ${attempts === 1 ? "attempt" : "attempts"} in ${Math.round(elapsedMs)} ms${because}${next}${refusal === undefined ? "" : `: ${refusal}`}.`,
      cause === "exception" ? { cause: lastError } : undefined,
      { stopReason, attempts, elapsedMs, lastClass, lastError, lastResult, nextDelayMs },
    );
  }
}

/** The HTTP status, where there is one, and what the error says of itself. Of a result, which may be anybody's data, only its status. */
function describeFailure(cause: FailureCause, failed: unknown): string {
  const status = isObject(failed) && !isRedressError(failed) ? httpStatus(new ErrorReader(), failed, null) : undefined;
  const known = status === undefined ? [] : [`HTTP ${status}`];
  if (cause === "result") return known[0] ?? "a result";
  try {
    return [...known, `${failed}`].join(", ");
  } catch {
    return [...known, "an error without text"].join(", ");
  }
}

export const isAbortRetryError = (error: unknown): error is AbortRetryError => hasCode(error, "ERR_REDRESS_ABORTED");
export const isAttemptTimeoutError = (error: unknown): error is AttemptTimeoutError =>
  hasCode(error, "ERR_REDRESS_ATTEMPT_TIMEOUT");
export const isDeadlineExceededError = (error: unknown): error is DeadlineExceededError =>
  hasCode(error, "ERR_REDRESS_DEADLINE_EXCEEDED");
export const isCircuitOpenError = (error: unknown): error is CircuitOpenError => hasCode(error, "ERR_REDRESS_CIRCUIT_OPEN");
export const isLimitedError = (error: unknown): error is LimitedError => hasCode(error, "ERR_REDRESS_LIMITED");
/** A rejection by a breaker or limiter, of whichever policy: it says nothing about the dependency. */
export const isOurRejection = (error: unknown): boolean => isCircuitOpenError(error) || isLimitedError(error);
/**
 * The rejection by a circuit or limiter that an error is, or is caused by; `undefined` where there is none. Its `retryAfterMs` says when to come back: what was made
 * to fail fast in a request may be put off in a worker.
 */
export function rejectionBehind(error: unknown): CircuitOpenError | LimitedError | undefined {
  for (const link of new ErrorReader().causes(error)) if (isOurRejection(link)) return link as CircuitOpenError | LimitedError;
  return undefined;
}
export const isRetryExhaustedError = (error: unknown): error is RetryExhaustedError =>
  hasCode(error, "ERR_REDRESS_RETRY_EXHAUSTED");
