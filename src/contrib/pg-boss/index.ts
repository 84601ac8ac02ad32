// ---- pg-boss 10: jobs that run under a policy

export type { WorkerOptions, WorkerPolicy } from "../../workers/delivery/index.ts";
export type { PgBossHandlerOptions } from "./handler-options.ts";
export { pgBossHandler } from "./pg-boss-handler.ts";
export type { PgBossCounts, PgBossJob, PgBossLike } from "./shapes.ts";
