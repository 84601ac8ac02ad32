/*
 * What is written to the row of a job while this worker holds it.
 *
 * No job is let go here: nobody else can fetch it until graphile-worker itself has heard that the task has thrown, and lets it go. That adds exp(attempts) seconds to `run_at`: nothing, where
 * `attempts` is far below zero. So the job is due after exactly the policy's delay, keeps its id and its key, and no `max_attempts` cuts it. Where the worker dies in between, the job is
 * locked as it stands, with what it has used up.
 *
 * The functions that graphile-worker documents (`add_job`, `reschedule_jobs`, `permanently_fail_jobs`) leave a locked job alone, or part it from its key.
 */
import { insist } from "../../workers/postgres/index.ts";
import type { GraphileHelpers } from "./shapes.ts";

/** Below zero, `attempts` counts from here. exp(-500) seconds are nothing, and as many workers can be killed one after the other until it is above zero. */
const FROM = -500;

/** For how long a statement is done again: nobody else takes a locked job for four hours. */
const LONGEST_MS = 600_000;

/** How often a job was delivered since its progress was written, this time included. */
export const deliveriesSince = (attempts: number): number => (attempts > 0 ? attempts : attempts - FROM);

export class JobRow {
  readonly #helpers: GraphileHelpers;
  readonly #table: string;

  constructor(helpers: GraphileHelpers, schema: string) {
    this.#helpers = helpers;
    this.#table = `"${schema.replaceAll('"', '""')}"._private_jobs`;
  }

  /** Makes sure that the job is delivered again where this worker is killed, and the next one, whatever its `max_attempts`. */
  keepAlive(attempts: number): Promise<void> {
    return this.#write("attempts = $3::int", FROM + attempts);
  }

  /** The job is due after the delay, once the task has thrown. */
  putOff(payload: string, delayMs: number): Promise<void> {
    const set = "attempts = $3::int, payload = $4::json, run_at = now() + $5::float8 * interval '1 millisecond'";
    return this.#write(set, FROM, payload, delayMs);
  }

  /** The job is not delivered again. graphile-worker writes down the reason, too, unless this worker is killed before. */
  failForGood(payload: string, reason: string): Promise<void> {
    return this.#write("attempts = max_attempts, payload = $3::json, last_error = $4::text", payload, reason);
  }

  async #write(set: string, ...values: readonly unknown[]): Promise<void> {
    const { job, withPgClient } = this.#helpers;
    const { id, locked_by: lockedBy } = job;
    const text = `update ${this.#table} set ${set}, updated_at = now() where id = $1::bigint and locked_by = $2::text returning id`;
    const statement = () => withPgClient((client) => client.query(text, [id, lockedBy, ...values]));
    const { rows } = await insist(statement, LONGEST_MS);
    if (rows.length > 0) return;
    throw new Error(
      `${this.#table} has no job ${id} that is locked by ${lockedBy}: it was unlocked meanwhile, or graphile-worker has another schema, which graphileTask's option schema must name.`,
    );
  }
}
