import { isPlain, refuse } from "../../clients/options/index.ts";
import type { WorkerPolicy } from "../../workers/delivery/index.ts";
import type { ActivityOptions } from "./activity-options.ts";
import { type PolicyActivity, temporalActivity } from "./temporal-activity.ts";

/** Activities by name, as a worker takes them. */
// biome-ignore lint/suspicious/noExplicitAny: functions of any parameters, each with its own
export type Activities = Readonly<Record<string, (...args: any[]) => unknown>>;

/** The same activities under a policy: what `proxyActivities<typeof activities>` is given stays the same. */
export type PolicyActivities<Given extends Activities> = {
  readonly [Name in keyof Given]: PolicyActivity<Parameters<Given[Name]>, ReturnType<Given[Name]>>;
};

/**
 * Puts all activities of a worker under one policy, as `temporalActivity` does with each.
 *
 * @throws TypeError for what is no policy, for what is no plain object of functions, and for a wrong or unknown option
 * @example
 * // import * as activity from "@temporalio/activity";
 * import { activitiesWithPolicy } from "redress/temporal";
 *
 * const activities = activitiesWithPolicy(policy, { sendMail }, { activity });
 */
export function activitiesWithPolicy<Given extends Activities>(
  policy: WorkerPolicy,
  activities: Given,
  options: ActivityOptions,
): PolicyActivities<Given> {
  if (!isPlain(activities)) refuse("activitiesWithPolicy.activities", "a plain object of functions", activities);
  const wrap = ([name, fn]: [string, Activities[string]]) => {
    if (typeof fn !== "function") refuse(`activitiesWithPolicy.activities.${name}`, "a function", fn);
    return [name, temporalActivity(policy, fn, options)];
  };
  return Object.fromEntries(Object.entries(activities).map(wrap)) as PolicyActivities<Given>;
}
