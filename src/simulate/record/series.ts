/* What a report tells over time. */
import type { LimitReason } from "../../core/limit/limiter.ts";

/** The calls that a limiter turned away for one reason, in each interval. */
export interface LimitedColumn {
  readonly limiter: string;
  readonly reason: LimitReason;
  readonly counts: readonly number[];
}

/** The limit of a limiter that adapts, at the end of each interval, on average over the clients. */
export interface AdaptiveLimitColumn {
  readonly limiter: string;
  readonly limits: readonly number[];
}

/**
 * What happened in each interval, as columns of equal length. Counts are of the interval, states are those at its end.
 */
export interface Series {
  /** Milliseconds that each entry stands for. */
  readonly intervalMs: number;
  /** When each interval began, in milliseconds from the beginning. */
  readonly atMs: readonly number[];
  /** Calls that were made. */
  readonly offered: readonly number[];
  /** Attempts that began. */
  readonly attempts: readonly number[];
  /** Requests to the dependency, or, behind other services, to the last one. */
  readonly requests: readonly number[];
  /** Calls that ended with the operation's value: the goodput. */
  readonly succeeded: readonly number[];
  /** Of the calls that were made in this interval, those that succeeded, in this interval or later. */
  readonly served: readonly number[];
  /** Calls that ended without a value, rejected ones included. */
  readonly failed: readonly number[];
  /** Calls that a circuit rejected. */
  readonly rejected: readonly number[];
  /** Calls that failed, and for which a fallback gave a value. */
  readonly fellBack: readonly number[];
  /** Calls under way. */
  readonly inFlight: readonly number[];
  /** The median and the 99th percentile of the calls that succeeded, in milliseconds; `null` where none did. */
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  /** Circuits that were open, or half-open, on average over the interval; empty without a breaker. */
  readonly breakersOpen: readonly number[];
  readonly breakersHalfOpen: readonly number[];
  /**
   * What is left in the retry budgets at the end of the interval, on average over the clients, in the budget's own unit; empty without a
   * retry, and where its budget is `unlimited`.
   */
  readonly budgetLevel: readonly number[];
  /** Hedges, and attempts that were cut short, as `HedgeCounts` has them; empty without a hedge. */
  readonly hedged: readonly number[];
  readonly hedgesWon: readonly number[];
  readonly hedgesRefused: readonly number[];
  readonly attemptsCut: readonly number[];
  /**
   * How long an attempt has before a hedge is started, in milliseconds, at the end of the interval, on average over the clients; `null` while none
   * of them knows; empty without a hedge.
   */
  readonly hedgeDelayMs: readonly (number | null)[];
  /** Calls that waited in the queues of limiters; empty without a limiter. */
  readonly waiting: readonly number[];
  /** The median and the 99th percentile of the waits that ended, in milliseconds; `null` where none did; empty without a limiter. */
  readonly waitedP50Ms: readonly (number | null)[];
  readonly waitedP99Ms: readonly (number | null)[];
  /** Calls that limiters turned away, a column for each limiter and reason. */
  readonly limited: readonly LimitedColumn[];
  /** A column for each limiter whose limit adapts. */
  readonly adaptiveLimits: readonly AdaptiveLimitColumn[];
}
