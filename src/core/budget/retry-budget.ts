import type { ErrorClass } from "../failure/error-class.ts";

/**
 * A limit on the retries of many calls together. First attempts never ask it.
 *
 * It is asked last, when nothing else stands against the retry, so a retry that is not made never costs anything.
 */
export interface RetryBudget {
  /** Takes `cost` and returns true, or takes nothing and returns false. Without a cost, the budget knows what one retry of this class costs. */
  consume(cost?: number, errorClass?: ErrorClass): boolean;
  /** What is left, in the budget's own unit. */
  remaining(): number;
  /** A call has succeeded, at its first attempt or later. */
  recordSuccess?(): void;
  /** A call has failed for good, last with this class. */
  recordFailure?(errorClass: ErrorClass): void;
}
