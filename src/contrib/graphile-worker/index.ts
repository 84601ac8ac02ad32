// ---- graphile-worker: tasks that run under a policy

export type { WorkerOptions, WorkerPolicy } from "../../workers/delivery/index.ts";
export { type GraphileTaskOptions, graphileTask } from "./graphile-task.ts";
export type { GraphileClient, GraphileHelpers, GraphileJob } from "./shapes.ts";
