import { ErrorClass } from "../../index.ts";
import type { ActivityInfo } from "./shapes.ts";

/** The types of the failures that Temporal is to retry. */
const RETRIED: readonly string[] = [...Object.values(ErrorClass), "SCHEDULED", "CIRCUIT_OPEN", "LIMITED", "WorkerShutdown"];
const retried = new Set(RETRIED.map((type) => type.toLowerCase()));

/**
 * What of an activity's own retry policy cuts the attempts of ours, and what to do; `null` where nothing does. Delays, coefficients and intervals do not: a delay that
 * comes with the failure goes before them.
 */
export function cutBy({ activityType, retryPolicy }: ActivityInfo): string | null {
  const { maximumAttempts, nonRetryableErrorTypes } = retryPolicy ?? {};
  const of = `The retry policy of activity "${activityType}" in Temporal`;
  const most = maximumAttempts ?? 0;
  if (most > 0 && most < Infinity)
    return `${of} has maximumAttempts: ${most}, which would cut the attempts of this one: leave it out of proxyActivities({ retry }), and set maxAttempts here.`;
  // Temporal's server compares them as they are, its workers without case.
  const type = nonRetryableErrorTypes?.find((name) => retried.has(String(name).toLowerCase()));
  return type === undefined
    ? null
    : `${of} has "${type}" among its nonRetryableErrorTypes, a type of failures that are to be retried: leave it out of proxyActivities({ retry }).`;
}
