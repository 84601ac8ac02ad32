import type { Failure as CoreFailure, Success as CoreSuccess } from "../core/failure/outcome.ts";
import type { RetryTimeline } from "../run/call/timeline.ts";

/** A call that ended with a value. */
export type Success<T> = CoreSuccess<T, RetryTimeline>;

/** A call that ended without a value, and why. */
export type Failure = CoreFailure<RetryTimeline>;

/**
 * How a call ended. `ok` tells which of the two it is.
 *
 * @example
 * const outcome = await policy.execute(op);
 * if (outcome.ok) use(outcome.value);
 * else log.warn(outcome.stopReason, outcome.lastError);
 */
export type Outcome<T> = Success<T> | Failure;
