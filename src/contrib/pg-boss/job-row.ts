/*
 * What is written to the row of a job, which is this worker's for as long as it is active and its `retry_count` is that of this delivery: what has expired meanwhile is
 * somebody else's, and left alone.
 *
 * No job is put off here. It stays active, so that nobody else can fetch it, and pg-boss's own `fail` puts it off when the handler has thrown: in one statement, to the delay that
 * was prepared, under its own id. Were the row free at once, pg-boss's `complete` and `fail`, which ask for nothing but the id, could hit its next delivery. Where the worker dies
 * in between, the job expires as it stands, with what it has used up.
 */
import { DATA_KEY, PROGRESS_KEY } from "../../workers/delivery/index.ts";
import { insist } from "../../workers/postgres/index.ts";
import type { PgBossLike } from "./shapes.ts";

/** One delivery of a job. */
export interface DeliveredRow {
  readonly boss: PgBossLike;
  readonly schema: string;
  readonly name: string;
  readonly id: string;
  readonly retryCount: number;
  /** For how long statements are done again. */
  readonly withinMs: number;
}

// As `withProgress` and `partData` do, in the database: numbers of any size stay what they are, and data that a handler has changed is not written.
const MEMBERS = `CASE WHEN jsonb_typeof(data) = 'object' THEN data ELSE jsonb_build_object('${DATA_KEY}', data) END`;
const WITH_PROGRESS = `${MEMBERS} || jsonb_build_object('${PROGRESS_KEY}', $4::jsonb)`;
const WITHOUT_PROGRESS = `CASE WHEN data -> '${PROGRESS_KEY}' IS NULL THEN data
  WHEN data -> '${DATA_KEY}' IS NOT NULL AND data - '${PROGRESS_KEY}' - '${DATA_KEY}' = '{}' THEN data -> '${DATA_KEY}'
  ELSE data - '${PROGRESS_KEY}' END`;

const update = ({ schema }: DeliveredRow, set: string): string =>
  `UPDATE ${schema}.job SET ${set} WHERE name = $1 AND id = $2::uuid AND state = 'active' AND retry_count = $3 RETURNING id`;

/** @returns whether the job was this worker's */
const write = (row: DeliveredRow, set: string, ...values: readonly unknown[]): Promise<boolean> =>
  execute(row, update(row, set), values);

async function execute(row: DeliveredRow, text: string, values: readonly unknown[]): Promise<boolean> {
  const { boss, name, id, retryCount, withinMs } = row;
  const result = await insist(() => boss.getDb().executeSql(text, [name, id, retryCount, ...values]), withinMs);
  // A PgBoss that was stopped answers nothing.
  return (result?.rows.length ?? 0) > 0;
}

/** Makes sure that this delivery and the one after it may be lost, whatever the `retryLimit` of the job: by then, there is more to come. */
export function keepAlive(row: DeliveredRow, progress: unknown): Promise<boolean> {
  if (progress === undefined) return write(row, "retry_limit = retry_count + 2");
  return write(row, `retry_limit = retry_count + 2, data = ${WITH_PROGRESS}`, JSON.stringify(progress));
}

/** Prepares that `fail` puts the job off, and that the deliveries after it may be lost. It is kept for as long as it was to be kept before. */
export function preparePutOff(row: DeliveredRow, progress: unknown, delaySeconds: number): Promise<boolean> {
  const set = `data = ${WITH_PROGRESS}, retry_limit = retry_count + 3, retry_delay = $5::int, retry_backoff = false,
    keep_until = GREATEST(keep_until, now() + $5::int * interval '1 second' + (keep_until - start_after))`;
  return write(row, set, JSON.stringify(progress), delaySeconds);
}

/**
 * Ends the job for good, with its data as they were, and sends it to its dead letter queue, as pg-boss's own `fail` does where no retry is left. In one statement: between two, a worker that is
 * killed would leave pg-boss to end the job, with words of its own.
 */
export async function failForGood(row: DeliveredRow, output: object): Promise<void> {
  const set = `state = 'failed', completed_on = now(), output = $4::jsonb, data = ${WITHOUT_PROGRESS}, retry_limit = retry_count`;
  const text = `WITH ended AS (${update(row, set)}, name, data, output, retry_limit, keep_until, start_after, dead_letter),
    sent AS (INSERT INTO ${row.schema}.job (name, data, output, retry_limit, keep_until)
      SELECT dead_letter, data, output, retry_limit, keep_until + (keep_until - start_after) FROM ended WHERE dead_letter <> name)
    SELECT id FROM ended`;
  await execute(row, text, [JSON.stringify(output)]);
}

export const complete = ({ boss, name, id, withinMs }: DeliveredRow, value: unknown): Promise<unknown> =>
  insist(() => boss.complete(name, id, value as object), withinMs);
