import { ErrorReader } from "../../core/failure/chain.ts";
import type { Failure } from "../../core/failure/outcome.ts";
import { RedressError } from "../../core/failure/redress-error.ts";
import { isObject } from "../../core/is-object.ts";
import type { RetryTimeline } from "./timeline.ts";

/** A failure, and what is kept of it beside what it tells. */
export interface KeptFailure extends Failure<RetryTimeline> {
  /** How many calls had failed when this one had. */
  readonly order: number;
  /** For how long the call, or one within it, has retried before it gave up; `null` where none has. */
  readonly retriedForMs: number | null;
}

// By identity: the operation's own errors are thrown as they were, and frozen ones cannot carry anything.
const failures = new WeakMap<object, KeptFailure>();

/** The error, of which is kept why a call threw it. */
export function withOutcome(error: unknown, failure: KeptFailure): unknown {
  if (isObject(error) && !RedressError.remember(error, failure)) failures.set(error, failure);
  return error;
}

function failureBehind(error: object): KeptFailure | undefined {
  return (RedressError.failureOf(error) as KeptFailure | undefined) ?? failures.get(error);
}

/**
 * Why a call that threw this error, or one of its causes, stopped: the failure that `execute` would have returned. `undefined` for errors
 * that no call threw, and for thrown values that are no objects. Of an error that several calls threw, the latest failure.
 *
 * @example
 * try { await policy.call(op); } catch (error) { log.warn(outcomeOf(error)?.stopReason); throw error; }
 */
export function outcomeOf(error: unknown): Failure<RetryTimeline> | undefined {
  if (!isObject(error)) return undefined;
  const own = failureBehind(error);
  if (own !== undefined) return own;
  for (const link of new ErrorReader().causes(error)) {
    const failure = failureBehind(link);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

interface Retries {
  /** How many calls had failed then. */
  readonly order: number;
  readonly retriedForMs: number;
}

// Of what others than the call that ended with it have retried, before it did.
const retriedBefore = new WeakMap<object, Retries>();

/** Notes at what ends several calls in a row for how long one of them has retried, whatever the last one has done. */
export function noteRetries(end: unknown, retriedForMs: number | null, order: number): void {
  if (retriedForMs !== null && isObject(end)) retriedBefore.set(end, { order, retriedForMs });
}

/**
 * For how many milliseconds calls have retried what they gave up on with this error, or with one of its causes, since an instant; `null` where
 * none has. Errors are thrown again and again (a constant, a cached rejection): what a call ended with before the instant says nothing.
 *
 * @param sinceOrder how many calls had failed at that instant: an order that no clock disturbs
 */
export function retriedForMs(error: unknown, sinceOrder: number): number | null {
  if (!isObject(error)) return null;
  for (const link of new ErrorReader().causes(error)) {
    for (const retries of [retriedBefore.get(link), failureBehind(link)])
      if (retries !== undefined && retries.order > sinceOrder && retries.retriedForMs !== null) return retries.retriedForMs;
  }
  return null;
}

/** Why a call that ended with this error, or with one of its causes, since an instant was not to be repeated; `null` where none said so. */
export function refusalOf(error: unknown, sinceOrder: number): string | null {
  if (!isObject(error)) return null;
  for (const link of new ErrorReader().causes(error)) {
    const failure = failureBehind(link);
    if (failure?.refusal !== undefined && failure.order > sinceOrder) return failure.refusal;
  }
  return null;
}
