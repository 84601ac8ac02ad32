import { type Failure, type Outcome, outcomeOf as outcomeOfFailure } from "../../index.ts";
import type { ResponseHead } from "./response-head.ts";

/** Stands in the context of a request, which undici hands on to `request()`, `stream()` and `pipeline()`; also where an interceptor copies it. */
const CALL = Symbol.for("redress.undici.call");

/** What becomes of a call. */
export interface CallRecord {
  outcome: Outcome<ResponseHead> | undefined;
}

/** A context by which the outcome can be found later. */
export function contextOf(record: CallRecord): object {
  return { [CALL]: record };
}

/**
 * What happened in the call that gave this answer of undici's `request()`, `stream()` or `pipeline()`, or that threw this error: how many attempts it took and, where
 * it gave up, why. `undefined` for what no call gave, and for the `Response` of a `fetch`, which says nothing of its request.
 *
 * @example
 * import { outcomeOf } from "redress/undici";
 *
 * const warn = (response: { readonly statusCode: number; readonly context: object }) => {
 *   if (response.statusCode >= 400) log.warn(outcomeOf(response));
 * };
 * use(warn);
 */
export function outcomeOf(of: unknown): Outcome<ResponseHead> | Failure | undefined {
  return recordIn(of)?.outcome ?? outcomeOfFailure(of);
}

function recordIn(of: unknown): CallRecord | undefined {
  if (typeof of !== "object" || of === null) return undefined;
  return recordOf((of as { readonly context?: unknown }).context);
}

/** The call that a context speaks of. */
export function recordOf(context: unknown): CallRecord | undefined {
  if (typeof context !== "object" || context === null) return undefined;
  return (context as { readonly [CALL]?: CallRecord })[CALL];
}
