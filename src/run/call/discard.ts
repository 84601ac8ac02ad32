/*
 * Values that no caller will get: what an attempt gives after it was cut short, and results that were judged failures and are followed by
 * another attempt. The `discard` of the policy and of the call take them. Without one, the body of a response is cancelled, as it would keep its connection until it is
 * collected; every other value is left alone.
 */
import { isResponse } from "../../core/failure/default-result-classifier.ts";
import { isObject } from "../../core/is-object.ts";
import { abandonPromise } from "./isolation.ts";
import type { CallPlan } from "./plan.ts";

/** What of a call says who takes them. */
export interface DiscardingCall {
  readonly plan: CallPlan;
  readonly settings: { readonly discard: CallPlan["discard"] };
}

/** Whether there is somebody to give them to. */
export const takesDiscarded = ({ plan, settings }: DiscardingCall): boolean =>
  plan.discard !== undefined || settings.discard !== undefined;

export function discard(call: DiscardingCall, value: unknown): void {
  const { plan, settings } = call;
  const give = (to: CallPlan["discard"]): void => {
    if (to !== undefined) plan.hookErrors.observe("discard", to, plan, () => to(value));
  };
  if (takesDiscarded(call)) {
    give(plan.discard);
    give(settings.discard);
  } else if (isObject(value) && isResponse(value)) cancelBody(value);
}

/** A body that is being read is locked, and stays as it is. */
function cancelBody(response: { readonly body?: unknown }): void {
  try {
    abandonPromise((response.body as ReadableStream).cancel());
  } catch {
    // There is none, or it cannot be released: that is left to the collector.
  }
}

/** An attempt is abandoned: should its operation still give a value, no caller will get it. */
export function discardLate(call: DiscardingCall, pending: PromiseLike<unknown>): void {
  pending.then(
    (value) => discard(call, value),
    () => {},
  );
}
