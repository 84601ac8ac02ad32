import { type OptionRule, type OptionTable, objectWith, refuse, requireOptions, text } from "../../clients/options/index.ts";
import { type WorkerOptions, type WorkerPolicy, workerRules } from "../../workers/delivery/index.ts";
import type { PgBossLike } from "./shapes.ts";

/** How the jobs of pg-boss are worked on. */
export interface PgBossHandlerOptions extends WorkerOptions {
  /**
   * Aborts when the worker is shutting down, which pg-boss tells nobody: attempts in flight are aborted, and their jobs go back at once. Abort it before `boss.stop()`.
   */
  readonly shutdown?: AbortSignal | undefined;
  /** The schema of pg-boss. @default what the `PgBoss` was made with; `"pgboss"` where it was given a `db` of your own */
  readonly schema?: string | undefined;
}

// As pg-boss checks it, which puts it into its statements as it is.
const aSchema: OptionRule = {
  ...text,
  text: "the schema of pg-boss: letters, digits and underscores, 50 at the most",
  ok: (value: string) => /^[A-Za-z_]\w{0,49}$/.test(value),
};
const table: OptionTable = {
  rules: { ...workerRules, shutdown: objectWith("an AbortSignal", ["addEventListener"]), schema: aSchema },
};

export function readHandlerOptions(given: PgBossHandlerOptions): PgBossHandlerOptions {
  return requireOptions("pgBossHandler", given, table);
}

export function checkHandler(boss: PgBossLike, policy: WorkerPolicy, handler: unknown): void {
  const { getDb, getJobById } = Object(boss) as Partial<PgBossLike>;
  if (typeof getDb !== "function" || typeof getJobById !== "function")
    refuse("pgBossHandler.boss", "a PgBoss, of version 10", boss);
  if (typeof Object(policy).execute !== "function") refuse("pgBossHandler.policy", "a Policy", policy);
  if (typeof handler !== "function") refuse("pgBossHandler.handler", "a function", handler);
}

/** The schema that the `PgBoss` was made with, which it keeps beside its connections. */
export function schemaOf(boss: PgBossLike): string {
  const { schema } = Object((boss.getDb() as { readonly config?: unknown }).config) as { readonly schema?: unknown };
  return typeof schema === "string" && aSchema.ok(schema as never) ? schema : "pgboss";
}
