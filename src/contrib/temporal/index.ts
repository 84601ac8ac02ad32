// ---- Temporal: activities whose retries a policy decides on, and Temporal makes

export { type Activities, activitiesWithPolicy, type PolicyActivities } from "./activities-with-policy.ts";
export type { ActivityFailureDetails } from "./activity-failure.ts";
export type { ActivityOptions } from "./activity-options.ts";
export type { ActivityContext, ActivityInfo, ActivityModule, ActivityRetryPolicy, ApplicationFailureFacts } from "./shapes.ts";
export { type PolicyActivity, temporalActivity } from "./temporal-activity.ts";

// ---- what it shares with the other queues

export type { WorkerOptions, WorkerPolicy } from "../../workers/delivery/index.ts";
