/*
 * The worst that one call can come to, with every attempt failing, every delay as long as its strategy gives, and the dependency asking
 * for whatever delay a strategy listens to:
 *
 *   attempts  1 + the retries that maxAttempts, the caps of the classes, and the shortest delays before the deadline allow
 *   asleep    the longest delays between them, below the deadline
 *   total     attempts x attemptTimeoutMs + asleep, cut short by the deadline
 */
import type { RetrySettings } from "../../run/call/retry-settings.ts";
import { ANY_DELAY, delayRange, delayRangeWhenAsked } from "./ask-strategy.ts";
import { type Delays, delaysOf, firstDelay, retriesBefore, totalAfter } from "./delays.ts";
import { type Retried, retriedClasses } from "./retried-classes.ts";

/** What the delays of the strategies come to. */
interface Waits {
  readonly attempts: number;
  readonly longest: Delays;
  readonly shortest: Delays;
}

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
  /** Where the dependency does not say when to come back, and the clock sleeps. */
  readonly usual: Waits;
  /** A strategy waits as long as the dependency asks. */
  readonly heedsRetryAfter: boolean;
}

export function worstOf(retry: RetrySettings | null): Worst {
  const retried = retriedClasses(retry);
  const { maxAttempts = 1, deadlineMs = Infinity, attemptTimeoutMs = Infinity, sleep, sleeper } = retry ?? {};
  const capped = retried.reduce((sum, { cap }) => sum + cap, 0);
  const allowed = Math.min(maxAttempts - 1, capped);
  const waits = (range: typeof delayRange): Waits => {
    const longest = delaysOf(retried, "longest", allowed, deadlineMs, range);
    const shortest = delaysOf(retried, "shortest", allowed, deadlineMs, range);
    const possible = shortest.ended ? shortest.totalsMs.length : allowed;
    return { attempts: 1 + retriesBefore(deadlineMs, possible, shortest), longest, shortest };
  };
  const usual = waits(delayRange);
  const heedsRetryAfter = retried.some(heeds);
  const any = heedsRetryAfter ? waits(delayRangeWhenAsked) : usual;

  // A sleeper takes the time that it takes.
  const attempts = sleeper === undefined ? any.attempts : allowed + 1;
  const sleptMs = totalAfter(any.longest, attempts - 1);
  const asleepMs = Math.min(deadlineMs, sleeper !== undefined && attempts > 1 ? Infinity : sleptMs);
  const isOpen = attempts > 1 && (sleep !== undefined || sleeper !== undefined);
  return {
    attempts,
    totalMs: Math.min(deadlineMs, isOpen ? Infinity : attempts * attemptTimeoutMs + sleptMs),
    asleepMs,
    retried,
    attemptsByClass: capped + 1,
    attemptsBySettings: allowed + 1,
    usual,
    heedsRetryAfter,
  };
}

/** Whether a strategy gives other delays when the dependency says when to come back: at first, or after it has heard of failures. */
function heeds({ errorClass, strategy }: Retried): boolean {
  return [null, errorClass].some((heard) => {
    const own = firstDelay(errorClass, strategy, delayRange, heard) ?? ANY_DELAY;
    const any = firstDelay(errorClass, strategy, delayRangeWhenAsked, heard) ?? ANY_DELAY;
    return own.leastMs !== any.leastMs || own.mostMs !== any.mostMs;
  });
}
