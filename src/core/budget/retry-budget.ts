import type { ErrorClass } from "../failure/error-class.ts";

/** What a retry would follow, as its budget hears it. */
export interface FailedBefore {
  readonly errorClass: ErrorClass;
  /** A wait was given up: the mark of overload. */
  readonly timeout: boolean;
}

/**
 * A limit on the retries of many calls together. First attempts never ask it.
 *
 * It is asked last, when nothing else stands against the retry, so a retry that is not made never costs anything.
 */
export interface RetryBudget {
  /**
   * Whether a retry may be made. Without a cost, the budget knows what a retry after this failure costs. A budget that admits takes the cost;
   * whether one that refuses takes it too is its own affair.
   */
  consume(cost?: number, failed?: FailedBefore): boolean;
  /** What is left, in the budget's own unit. */
  remaining(): number;
  /** A call has succeeded, at its first attempt or later. */
  recordSuccess?(): void;
  /** A call has failed for good, last with this class. */
  recordFailure?(errorClass: ErrorClass): void;
}
