/*
 * The worst that one call can come to, with every attempt failing and every delay as long as its strategy answers:
 *
 *   attempts  1 + the retries that maxAttempts, the caps of the classes, and the shortest delays before the deadline allow
 *   asleep    the longest delays between them, below the deadline
 *   total     attempts x attemptTimeoutMs + asleep, cut short by the deadline
 */
import type { RetrySettings } from "../run/retry-settings.ts";
import { type Delays, delaysOf, retriesBefore, totalAfter } from "./delays.ts";
import { type Retried, retriedClasses } from "./retried.ts";

/** The numbers, and those that they come from. */
export interface Worst {
  readonly attempts: number;
  readonly totalMs: number;
  readonly asleepMs: number;
  readonly retried: readonly Retried[];
  /** Attempts that the caps of the classes allow together. */
  readonly attemptsByClass: number;
  /** Attempts that the settings allow, however long they take. */
  readonly attemptsBySettings: number;
  readonly longest: Delays;
  readonly shortest: Delays;
}

export function worstOf(retry: RetrySettings | null): Worst {
  const retried = retriedClasses(retry);
  const { maxAttempts = 1, deadlineMs = Infinity, attemptTimeoutMs = Infinity } = retry ?? {};
  const capped = retried.reduce((sum, { cap }) => sum + cap, 0);
  const allowed = Math.min(maxAttempts - 1, capped);
  const longest = delaysOf(retried, "longest", allowed, deadlineMs);
  const shortest = delaysOf(retried, "shortest", allowed, deadlineMs);
  const possible = shortest.ended ? shortest.totalsMs.length : allowed;
  const retries = retriesBefore(deadlineMs, possible, shortest);

  const attempts = retries + 1;
  const sleptMs = totalAfter(longest, retries);
  const asleepMs = Math.min(sleptMs, deadlineMs);
  const byTimeoutsMs = attempts * attemptTimeoutMs + sleptMs;
  return {
    attempts,
    totalMs: Math.min(deadlineMs, byTimeoutsMs),
    asleepMs,
    retried,
    attemptsByClass: capped + 1,
    attemptsBySettings: allowed + 1,
    longest,
    shortest,
  };
}
