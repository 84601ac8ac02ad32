/* What is used of pg-boss 10, by shape: no version of it is imported. */

/** A job as `boss.work` gives it: without `includeMetadata`, it has the first four members alone. */
export interface PgBossJob {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  /** A number, as text. */
  readonly expireInSeconds?: unknown;
}

/** What pg-boss counts of a job. */
export interface PgBossCounts {
  /** How often it was delivered before this time. */
  readonly retryCount: number;
  /** Where it has been delivered so often, pg-boss fails it for good. */
  readonly retryLimit: number;
  /** What its last failure has left. */
  readonly output: unknown;
}

/** A `PgBoss`. */
export interface PgBossLike {
  getDb(): { executeSql(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] } | undefined> };
  complete(name: string, id: string, data: object): Promise<unknown>;
  getJobById(name: string, id: string): Promise<PgBossCounts | null>;
}
