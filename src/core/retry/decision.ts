/**
 * Decides what follows a failed attempt. The first rule that applies wins:
 *   1. the call was aborted                                    -> stop, ABORTED
 *   -. the policy has no retry                                 -> stop, NO_RETRY
 *   2. this class failed more often than its cap allows        -> stop, MAX_ATTEMPTS_PER_CLASS
 *   3. the class is never retried: AUTH, PERMISSION, PERMANENT -> stop, NON_RETRYABLE_CLASS
 *   3b the dependency or the caller said not to retry          -> stop, RETRY_REFUSED
 *   4. more UNKNOWN failures than the cap allows               -> stop, MAX_UNKNOWN_ATTEMPTS
 *   5. the deadline has passed                                 -> stop, DEADLINE_EXCEEDED
 *   6. there is no strategy for the class and no default       -> stop, NO_STRATEGY
 *   7. it was the last attempt, as any is without retries      -> stop, MAX_ATTEMPTS_GLOBAL
 *   8. the delay does not fit the time left                    -> stop, DEADLINE_EXCEEDED
 *   8a the circuit has opened since the call was admitted      -> stop, CIRCUIT_OPEN
 *   8b a policy further in has retried for at least the delay  -> stop, ALREADY_RETRIED
 *   9. the budget refuses                                      -> stop, BUDGET_EXHAUSTED
 *  10. otherwise                                               -> retry, after the delay
 * Reads no clock and emits nothing: the driver does. The budget is asked last, so a retry that is not made never costs anything.
 */
import type { BackoffContext, Strategy } from "../backoff/strategy.ts";
import type { RetryBudget } from "../budget/retry-budget.ts";
import type { Classification, FailureCause } from "../failure/classification.ts";
import { type ErrorClass, NEVER_RETRIED } from "../failure/error-class.ts";
import type { StopReason } from "../failure/stop-reason.ts";
import type { DecisionSettings, RetriesAround } from "./settings.ts";
import { WrongAnswer } from "./wrong-answer.ts";

/** What the driver knows about a failed attempt. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** `null` when the call was aborted: an aborted attempt is not classified. */
  readonly classification: Classification | null;
  readonly cause: FailureCause;
  /** Milliseconds left to the deadline of the call; 0 where it has passed. */
  readonly remainingMs: number;
  /** The circuit that admitted the call is open now. */
  readonly circuitOpened: boolean;
  /** For how many milliseconds a policy further in has tried, during this attempt, before it gave up on this failure; `null` where none has. */
  readonly retriedForMs: number | null;
  /** The caller does not let the operation be repeated after this failure. */
  readonly repeatRefused: boolean;
  /** What the code around the call makes of its retries; `null` for what the settings say. */
  readonly retriesAround: RetriesAround | null;
  readonly random: () => number;
  /** Lets a strategy that listens hear of the failure. It has no say: what it throws changes nothing. */
  readonly tell: (strategy: Strategy, errorClass: ErrorClass) => void;
}

/** What the decision must remember of the earlier attempts of one call: plain data. */
export interface RetryHistory {
  /** How often the call has failed with each class. */
  readonly failures: Partial<Record<ErrorClass, number>>;
  /** The delay before the last attempt, in milliseconds; `null` before the second. */
  prevSleepMs: number | null;
}

export type Decision =
  | { readonly retry: true; readonly delayMs: number; readonly context: BackoffContext; readonly strategy: Strategy }
  | { readonly retry: false; readonly stopReason: StopReason; readonly nextDelayMs: number | null };

const stop = (stopReason: StopReason, nextDelayMs: number | null = null): Decision => ({ retry: false, stopReason, nextDelayMs });

export function decide(settings: DecisionSettings | null, history: RetryHistory, failed: FailedAttempt): Decision {
  const { attempt, classification, cause, remainingMs, retriesAround, random } = failed;
  if (classification === null) return stop("ABORTED");
  if (settings === null) return stop("NO_RETRY");

  const { errorClass } = classification;
  const failures = (history.failures[errorClass] ?? 0) + 1;
  history.failures[errorClass] = failures;
  if (failures > (settings.maxRetriesPerClass[errorClass] ?? Infinity)) return stop("MAX_ATTEMPTS_PER_CLASS");

  if (NEVER_RETRIED.has(errorClass)) return stop("NON_RETRYABLE_CLASS");
  if (classification.retry === false || failed.repeatRefused) return stop("RETRY_REFUSED");
  if (errorClass === "UNKNOWN" && failures > settings.maxUnknownRetries) return stop("MAX_UNKNOWN_ATTEMPTS");

  if (remainingMs <= 0) return stop("DEADLINE_EXCEEDED");

  const strategy = settings.strategies[errorClass] ?? settings.strategy;
  if (strategy === undefined) return stop("NO_STRATEGY");
  if (strategy.recordFailure !== undefined) failed.tell(strategy, errorClass);
  if (attempt >= settings.maxAttempts || retriesAround === "none") return stop("MAX_ATTEMPTS_GLOBAL");

  const context: BackoffContext = {
    attempt,
    classification,
    errorClass,
    prevSleepMs: history.prevSleepMs,
    remainingMs,
    cause,
    random,
  };
  const delayMs = retriesAround === "instant" ? 0 : toDelay(strategy(context));
  if (delayMs >= remainingMs) return stop("DEADLINE_EXCEEDED", delayMs);
  if (failed.circuitOpened) return stop("CIRCUIT_OPEN", delayMs);
  const { nested, budget } = settings;
  if (nested === "stop" && failed.retriedForMs !== null && delayMs <= failed.retriedForMs)
    return stop("ALREADY_RETRIED", delayMs);
  if (budget !== undefined && !admitsRetry(budget, classification)) return stop("BUDGET_EXHAUSTED", delayMs);

  history.prevSleepMs = delayMs;
  return { retry: true, delayMs, context, strategy };
}

/** NaN and negative delays count as none. What is no number at all is a mistake in the strategy. */
function toDelay(delay: unknown): number {
  if (typeof delay !== "number") throw new WrongAnswer("A strategy", "a number of milliseconds", delay);
  return delay > 0 ? delay : 0;
}

/**
 * Whether a budget allows a retry, or a hedge. A hedge that follows no failure tells none.
 *
 * @throws TypeError for an answer that is none, such as a promise of one
 */
export function admitsRetry(budget: RetryBudget, failure: Classification | null): boolean {
  const failed = failure === null ? undefined : { errorClass: failure.errorClass, timeout: failure.timeout === true };
  const answer: unknown = budget.consume(undefined, failed);
  if (typeof answer !== "boolean") throw new WrongAnswer("The consume() of a budget", "true or false", answer);
  return answer;
}
