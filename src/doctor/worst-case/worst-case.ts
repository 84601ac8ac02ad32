/*
 * The worst that one call can come to, with every attempt failing, every delay as long as its strategy gives, the dependency asking for
 * whatever delay a strategy or a limiter listens to, and every queue full:
 *
 *   rounds    1 + the retries that maxAttempts, the caps of the classes, and the shortest delays before the deadline allow
 *   attempts  rounds x (1 + hedges), but no more than maxAttempts
 *   asleep    the longest delays between the rounds, below the deadline
 *   queued    rounds x the longest waits in the queues of all limiters, below the deadline; a hedge does not wait
 *   total     attempts x attemptTimeoutMs + asleep + queued, cut short by the deadline: a hedge that had to be left out when it was due, for the
 *             load say, is started once an attempt has failed
 *
 *   deliveries  1 + the retries that a sleep handler may leave to a later delivery: all of this holds over all of them together
 *
 * A round is what the retry sees as one attempt: one attempt and its hedges. Without hedges they are the same.
 */
import type { RetrySettings } from "../../run/call/retry-settings.ts";
import { ANY_DELAY, delayRange, delayRangeWhenAsked } from "./ask-strategy.ts";
import { deferralOf, deliveriesOf } from "./deferral.ts";
import { type Delays, delaysOf, firstDelay, retriesBefore, totalAfter } from "./delays.ts";
import type { HedgeLimits } from "./hedge-limits.ts";
import { type LimiterLimits, longestInQueueMs, placesOf } from "./limiter-limits.ts";
import { type Retried, retriedClasses } from "./retried-classes.ts";
import { whateverHedges } from "./whatever-hedges.ts";

/** What the delays of the strategies come to. */
interface Waits {
  readonly rounds: number;
  readonly longest: Delays;
  readonly shortest: Delays;
}

/** The numbers, and those that they come from. */
export interface Worst {
  readonly attempts: number;
  readonly totalMs: number;
  readonly asleepMs: number;
  readonly queuedMs: number;
  /** Attempts of one call in flight at a time, those apart that were cut short. */
  readonly atOnce: number;
  readonly rounds: number;
  /** Attempts of one round: one, and its hedges. */
  readonly perRound: number;
  readonly retried: readonly Retried[];
  /** Rounds that the caps of the classes allow together. */
  readonly roundsByClass: number;
  /** Rounds that the settings allow, however long they take. */
  readonly roundsBySettings: number;
  /** Where the dependency does not say when to come back, and the clock sleeps. */
  readonly usual: Waits;
  /** How often the call may be begun, where its retries are left to later deliveries; else 1. */
  readonly deliveries: number;
  /** A strategy waits as long as the dependency asks. */
  readonly heedsRetryAfter: boolean;
}

export function worstOf(retry: RetrySettings | null, limiters: readonly LimiterLimits[], hedge: HedgeLimits | null): Worst {
  const retried = retriedClasses(retry);
  const { maxAttempts = 1, deadlineMs = Infinity, attemptTimeoutMs = Infinity, sleep, sleeper } = retry ?? {};
  const perRound = Math.min(1 + (hedge?.maxHedges ?? 0), retry === null ? Infinity : maxAttempts);
  const capped = retried.reduce((sum, { cap }) => sum + cap, 0);
  const allowed = Math.min(maxAttempts - 1, capped);
  const waits = (range: typeof delayRange): Waits => {
    const asked = whateverHedges(range, perRound, maxAttempts);
    const longest = delaysOf(retried, "longest", allowed, deadlineMs, asked);
    const shortest = delaysOf(retried, "shortest", allowed, deadlineMs, asked);
    const possible = shortest.ended ? shortest.totalsMs.length : allowed;
    return { rounds: 1 + retriesBefore(deadlineMs, possible, shortest), longest, shortest };
  };
  const usual = waits(delayRange);
  const heedsRetryAfter = retried.some(heeds);
  const any = heedsRetryAfter ? waits(delayRangeWhenAsked) : usual;

  // A sleeper takes the time that it takes.
  const rounds = sleeper === undefined ? any.rounds : allowed + 1;
  const attempts = retry === null ? perRound : Math.min(maxAttempts, rounds * perRound);
  const sleptMs = totalAfter(any.longest, rounds - 1);
  const asleepMs = Math.min(deadlineMs, sleeper !== undefined && rounds > 1 ? Infinity : sleptMs);
  const deferral = deferralOf(sleep);
  // A handler of the user's own takes the time that it takes.
  const isOpen = rounds > 1 && (deferral?.fromMs === null || sleeper !== undefined);
  const perQueueMs = limiters.reduce((sum, limits) => sum + longestInQueueMs(limits), 0);
  const queuedMs = perQueueMs === 0 ? 0 : rounds * perQueueMs;
  return {
    attempts,
    totalMs: Math.min(deadlineMs, isOpen ? Infinity : attempts * attemptTimeoutMs + sleptMs + queuedMs),
    asleepMs,
    queuedMs: Math.min(deadlineMs, queuedMs),
    atOnce: Math.min(attempts, perRound, ...limiters.map(placesOf)),
    rounds,
    perRound,
    retried,
    roundsByClass: capped + 1,
    roundsBySettings: allowed + 1,
    usual,
    deliveries: deliveriesOf(deferral, rounds - 1, any.longest, heedsRetryAfter),
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
