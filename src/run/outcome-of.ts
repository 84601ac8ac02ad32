import type { Failure } from "../core/failure/outcome.ts";
import type { RetryTimeline } from "./timeline.ts";

// By identity: the operation's own errors are thrown as they were, and frozen ones cannot carry anything.
const failures = new WeakMap<object, Failure<RetryTimeline>>();

/** Remembers why a call threw this error. */
export function remember(error: unknown, failure: Failure<RetryTimeline>): void {
  if ((typeof error === "object" && error !== null) || typeof error === "function") failures.set(error, failure);
}

/**
 * Why a call that threw this error stopped: the failure that `execute` would have answered. `undefined` for errors that no call threw,
 * and for thrown values that are no objects. Of an error that several calls threw, the latest failure.
 *
 * @example
 * try { await policy.call(op); } catch (error) { log.warn(outcomeOf(error)?.stopReason); throw error; }
 */
export function outcomeOf(error: unknown): Failure<RetryTimeline> | undefined {
  return failures.get(error as object);
}
