import type { Failure } from "../../core/failure/outcome.ts";
import { RedressError } from "../../core/failure/redress-error.ts";
import { isObject } from "../../core/is-object.ts";
import type { RetryTimeline } from "./timeline.ts";

// By identity: the operation's own errors are thrown as they were, and frozen ones cannot carry anything.
const failures = new WeakMap<object, Failure<RetryTimeline>>();

/** The error, of which is remembered why a call threw it. */
export function remembered(error: unknown, failure: Failure<RetryTimeline>): unknown {
  if (isObject(error) && !RedressError.remember(error, failure)) failures.set(error, failure);
  return error;
}

/**
 * Why a call that threw this error stopped: the failure that `execute` would have answered. `undefined` for errors that no call threw,
 * and for thrown values that are no objects. Of an error that several calls threw, the latest failure.
 *
 * @example
 * try { await policy.call(op); } catch (error) { log.warn(outcomeOf(error)?.stopReason); throw error; }
 */
export function outcomeOf(error: unknown): Failure<RetryTimeline> | undefined {
  if (!isObject(error)) return undefined;
  return (RedressError.failureOf(error) as Failure<RetryTimeline> | undefined) ?? failures.get(error);
}
