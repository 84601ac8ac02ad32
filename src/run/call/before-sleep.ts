import type { BackoffContext } from "../../core/backoff/strategy.ts";
import type { CallSettings } from "./call-settings.ts";
import type { CallPlan } from "./plan.ts";
import type { RetrySettings } from "./retry-settings.ts";

/** A call that is about to sleep. */
interface SleepyCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly bounds: { readonly operation: string | undefined };
}

/** Tells the call's `beforeSleep`, or else the retry's, of a delay that is going to be slept. */
export function tellBeforeSleep({ plan, settings, bounds }: SleepyCall, context: BackoffContext, delayMs: number): void {
  const beforeSleep = settings.beforeSleep ?? (plan.retry as RetrySettings).beforeSleep;
  if (beforeSleep === undefined) return;
  // One of the call's own may be another function for every call.
  const owner = settings.beforeSleep === undefined ? beforeSleep : plan.hookErrors;
  plan.hookErrors.observe("beforeSleep", owner, bounds, () => beforeSleep(context, delayMs));
}
