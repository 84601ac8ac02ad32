/*
 * How far a call has come, as plain JSON that leaves the process and comes back: with a job that a queue delivers again, or in a row of a table. Attempts,
 * failures, time and the last delay go on from there, so that caps and the deadline hold over all deliveries of a call.
 */
import { ErrorClass } from "../failure/error-class.ts";
import type { StopReason } from "../failure/stop-reason.ts";
import type { RetryHistory } from "./decision.ts";
import type { DecisionSettings } from "./settings.ts";

/** How far a call has come when it was left to be gone on with later: what `outcome.progress` holds, and `resume` takes. Plain JSON. */
export interface Progress {
  readonly version: 1;
  /** Invocations of the operation, in all deliveries so far. */
  readonly attempts: number;
  /** How often they failed, by class. */
  readonly failures: Readonly<Partial<Record<ErrorClass, number>>>;
  /** Milliseconds that the call has taken, with the delays that were decided between its deliveries. How late a delivery came is not in it. */
  readonly elapsedMs: number;
  /** The delay before the attempt that comes next, in milliseconds, from which some strategies go on; `null` where no delay was decided yet. */
  readonly prevSleepMs: number | null;
  /** How often the call was begun, this time included. */
  readonly deliveries: number;
  /** What observers let travel with it, such as the context of a trace: short texts by name. Left out where there are none. */
  readonly carried?: Readonly<Record<string, string>>;
}

/** What a call goes on from. */
export type Resumption = Omit<Progress, "version">;

export const MOST_CARRIED = 8;
const LONGEST_CARRIED_NAME = 64;
export const LONGEST_CARRIED = 1_024;

/** Whether a text may travel with the progress of a call. */
export const canCarry = (name: string, text: unknown): boolean =>
  /^[a-z][a-z0-9._-]*$/.test(name) &&
  name.length <= LONGEST_CARRIED_NAME &&
  typeof text === "string" &&
  text.length <= LONGEST_CARRIED;

/**
 * Whether a call that goes on may make another attempt: caps that are used up, or have been lowered meanwhile, hold. Why it may not; `null` where it may.
 */
export function whyNotResumed(settings: DecisionSettings | null, { attempts, failures }: Resumption): StopReason | null {
  if (attempts === 0) return null;
  if (settings === null) return "NO_RETRY";
  for (const errorClass of Object.values(ErrorClass))
    if ((failures[errorClass] ?? 0) > (settings.maxRetriesPerClass[errorClass] ?? Infinity)) return "MAX_ATTEMPTS_PER_CLASS";
  if ((failures.UNKNOWN ?? 0) > settings.maxUnknownRetries) return "MAX_UNKNOWN_ATTEMPTS";
  return attempts >= settings.maxAttempts ? "MAX_ATTEMPTS_GLOBAL" : null;
}

interface Counted extends Pick<Resumption, "attempts" | "elapsedMs" | "deliveries"> {
  readonly carried?: Resumption["carried"] | undefined;
}

/**
 * The progress of a call that is left to be gone on with.
 *
 * @param waitMs the delay that was decided on, and passes until then
 */
export function progressOf(
  { failures, prevSleepMs }: Pick<RetryHistory, "failures" | "prevSleepMs">,
  { attempts, elapsedMs, deliveries, carried }: Counted,
  waitMs: number,
): Progress {
  return Object.freeze({
    version: 1,
    attempts,
    failures: Object.freeze({ ...failures }),
    elapsedMs: elapsedMs + waitMs,
    prevSleepMs,
    deliveries,
    ...(carried !== undefined && { carried }),
  });
}
