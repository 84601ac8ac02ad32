import type { Classification, FailureCause } from "../failure/classification.ts";
import type { ErrorClass } from "../failure/error-class.ts";
import { CLOCK, REPLICA, type Replicable } from "../replica.ts";

/** What a strategy may look at. */
export interface BackoffContext {
  /** The attempt that failed, 1 for the first. */
  readonly attempt: number;
  readonly classification: Classification;
  readonly errorClass: ErrorClass;
  /** The delay before this attempt in milliseconds, `null` before the second attempt. */
  readonly prevSleepMs: number | null;
  /** Milliseconds left to the deadline. */
  readonly remainingMs: number;
  readonly cause: FailureCause;
  /** The policy's source of chance, 0 <= n < 1. */
  readonly random: () => number;
}

/**
 * Answers the delay before the next attempt in milliseconds. NaN and negative delays count as 0; `Infinity` never fits the deadline.
 * A strategy that throws ends the call with that error. It may listen to how calls fare, as `adaptive` does.
 */
export interface Strategy {
  (context: BackoffContext): number;
  /** A call that this strategy delayed has succeeded. */
  readonly recordSuccess?: () => void;
  /** An attempt has failed for whose class this strategy answers. */
  readonly recordFailure?: (errorClass: ErrorClass) => void;
}

/**
 * A strategy as new on another clock; one without a state serves as it is. Of one that listens, and does not say how to make another,
 * `ofOthers` says what takes its place.
 */
export function freshStrategy(strategy: Strategy, clock: object, ofOthers: StandIn): Strategy {
  const { [REPLICA]: replica, recordSuccess, recordFailure } = strategy as Strategy & Partial<Replicable<Strategy>>;
  if (replica !== undefined) return replica(clock, ofOthers);
  return recordSuccess === undefined && recordFailure === undefined ? strategy : ofOthers(strategy);
}

/** What takes the place of a strategy that nobody can make again. */
export type StandIn = (strategy: Strategy) => Strategy;

/** A strategy that asks another one: what it hears, the other one hears too. */
export function relayed(strategy: (context: BackoffContext) => number, inner: Strategy): Strategy {
  return Object.assign(strategy, {
    [CLOCK]: (inner as { readonly [CLOCK]?: object })[CLOCK],
    ...(inner.recordSuccess && { recordSuccess: () => inner.recordSuccess?.() }),
    ...(inner.recordFailure && { recordFailure: (errorClass: ErrorClass) => inner.recordFailure?.(errorClass) }),
  });
}
