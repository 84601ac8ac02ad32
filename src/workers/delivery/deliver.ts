/*
 * What becomes of one delivery of a job, whatever the queue:
 *
 *   the call has a value, its own or a fallback's          -> done
 *   its retry is left to a later delivery                  -> later, after the delay that was decided
 *   a circuit or limiter has rejected it, here or further in -> later, by what that says
 *   the worker is shutting down                            -> later, at once
 *   anything else                                          -> failed, for good
 *
 * `later` is only said where the caps leave another attempt. A queue does what is said, and gives the progress back with the next delivery: so caps and the deadline hold
 * over all of them. What a delivery has not lived to say, the queue's own count of deliveries does.
 */
import {
  type AttemptInfo,
  type CallOptions,
  type Failure,
  isInvalidProgressError,
  isLimitedError,
  isRetryExhaustedError,
  type Outcome,
  type Policy,
  type Progress,
  rejectionBehind,
  type SleepHandler,
} from "../../index.ts";
import type { WorkerOptions } from "./worker-options.ts";

/** What of a policy a worker needs. */
export type WorkerPolicy = Pick<Policy<never, unknown>, "execute">;

/** A job as its queue has delivered it. */
export interface Delivery {
  /** What an earlier delivery has left, as it came back: of anybody's making. `undefined` or `null` for none. */
  readonly progress: unknown;
  /** How often the queue has delivered the job, this time included; left out where it does not count. */
  readonly deliveries?: number | undefined;
  /** Aborts when the worker is shutting down. */
  readonly signal?: AbortSignal | undefined;
}

/** What becomes of the job. */
export type DeliveryEnd<T> = Done<T> | Later | Failed;

interface Done<T> {
  readonly kind: "done";
  readonly value: T;
}

export interface Later {
  readonly kind: "later";
  /** In how many milliseconds it is to be delivered again, >= 0. */
  readonly delayMs: number;
  /** What the next delivery goes on from. */
  readonly progress: Progress;
  readonly failure: Failure;
  /** Why, in one line: the stop reason, and what has failed. */
  readonly reason: string;
}

export interface Failed {
  readonly kind: "failed";
  /** How the call ended; `null` where it threw instead of ending: a mistake in the policy, or a progress that is none. */
  readonly failure: Failure | null;
  /** What `call` would throw. */
  readonly error: unknown;
  /** Why, in one line: the stop reason, and what has failed. Without a failure, what was thrown. */
  readonly reason: string;
}

/** A job that was put off by a circuit comes back no sooner than this: a place that may come free any time is no reason to ask all the time. */
const SOONEST_MS = 1_000;
/** Jobs that are put off together do not come back together: by so much of the delay, at the most. */
const SPREAD_RATIO = 0.1;

/** Sleeps through delays up to this one, and leaves longer ones to a later delivery; with 0, all of them. */
export const sleepingUpTo =
  (sleepUpToMs: number): SleepHandler =>
  (_context, sleepMs) =>
    sleepUpToMs > 0 && sleepMs <= sleepUpToMs ? "sleep" : "defer";

/** Runs one delivery of a job under a policy. Never rejects. */
export async function deliver<T>(
  policy: WorkerPolicy,
  operation: (attempt: AttemptInfo) => T | PromiseLike<T>,
  { progress, deliveries, signal }: Delivery,
  options: WorkerOptions,
): Promise<DeliveryEnd<T>> {
  const { sleepUpToMs = 0, otherwise } = options;
  const call: CallOptions = {
    resume: { progress, otherwise, deliveries },
    signal,
    sleep: sleepingUpTo(sleepUpToMs),
  };
  try {
    const outcome = (await policy.execute(operation as never, call)) as Outcome<T>;
    return outcome.ok ? { kind: "done", value: outcome.value } : endOf(outcome, options, signal);
  } catch (error) {
    return { kind: "failed", failure: null, error, reason: mistakeOf(error) };
  }
}

function endOf(failure: Failure, options: WorkerOptions, signal: AbortSignal | undefined): Later | Failed {
  const { error } = failure;
  const reason = reasonOf(failure);
  const again = putOff(failure, options, signal?.aborted === true);
  return again === null ? { kind: "failed", failure, error, reason } : { kind: "later", ...again, failure, reason };
}

/**
 * When a job whose call has failed is to be delivered again, and what that delivery goes on from; `null` where this was the last word.
 *
 * @param isShuttingDown whether an abort is the worker's, which says nothing about the job
 */
export function putOff(
  failure: Omit<Failure, "timeline">,
  options: WorkerOptions,
  isShuttingDown: boolean,
): Pick<Later, "delayMs" | "progress"> | null {
  const { progress, stopReason } = failure;
  const delayMs = progress === null ? null : delayOf(failure, options, isShuttingDown);
  if (progress === null || delayMs === null) return null;
  // The progress knows of the delay that was decided; any other passes just as well.
  const elapsedMs = progress.elapsedMs + (stopReason === "SCHEDULED" ? 0 : delayMs);
  return { delayMs, progress: { ...progress, elapsedMs } };
}

function delayOf(failure: Omit<Failure, "timeline">, options: WorkerOptions, isShuttingDown: boolean): number | null {
  const { stopReason, nextDelayMs, error } = failure;
  if (stopReason === "SCHEDULED") return nextDelayMs ?? 0;
  // An operation that stops itself, by an AbortRetryError, means it.
  if (stopReason === "ABORTED") return isShuttingDown ? 0 : null;
  const { rejectedDelayMs = 30_000, random = Math.random } = options;
  // More fails than retries can help with now. That is a reason to come back later, and none to lose the job.
  if (stopReason === "BUDGET_EXHAUSTED") return Math.max(nextDelayMs ?? 0, rejectedDelayMs) * (1 + SPREAD_RATIO * random());
  const rejection = rejectionBehind(error) ?? null;
  const saidMs = rejection === null ? (failure.limitedBy?.retryAfterMs ?? nextDelayMs) : rejection.retryAfterMs;
  // Of a limiter: no room will ever be enough. Of a circuit: until it is closed by hand.
  if (saidMs === Infinity && (rejection === null || isLimitedError(rejection))) return null;
  const delayMs = saidMs === null || saidMs === Infinity ? rejectedDelayMs : Math.max(saidMs, SOONEST_MS);
  return delayMs * (1 + SPREAD_RATIO * random());
}

/** Why a call has failed, in one line that stays short whatever was thrown: `MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED`. */
function reasonOf({ stopReason, error, cause, lastError, lastClass, attempts, elapsedMs }: Failure): string {
  const isStop = isRetryExhaustedError(error) && error !== lastError;
  if (!isStop) return `${stopReason}: ${textOf(error)}`;
  // That it has stopped is said by the stop reason: what has failed is the news.
  if (cause === "exception") return `${stopReason}: ${textOf(lastError)}`;
  const count = `${attempts} ${attempts === 1 ? "attempt" : "attempts"} in ${Math.round(elapsedMs)} ms`;
  return cause === "result"
    ? `${stopReason}: a result of class ${lastClass} after ${count}`
    : `${stopReason}: after ${count}, all in earlier deliveries`;
}

/** Why a delivery has failed whose call threw instead of ending. */
const mistakeOf = (error: unknown): string => (isInvalidProgressError(error) ? textOf(error) : `a mistake: ${textOf(error)}`);

const LONGEST_TEXT = 500;

/** What an error says, as one line that every store takes: PostgreSQL, for one, has no text with a NUL in it. */
function textOf(error: unknown): string {
  try {
    const said = error instanceof Error && error.message !== "" ? error.message : String(error);
    const short = said.length > LONGEST_TEXT ? `${said.slice(0, LONGEST_TEXT)}...` : said;
    // Line ends and other control characters, and halves of characters.
    return short.replace(/\p{Cc}+/gu, " ").replace(/\p{Cs}/gu, "\uFFFD");
  } catch {
    return "an error without text";
  }
}
