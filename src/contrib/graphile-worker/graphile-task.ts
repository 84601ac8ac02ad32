import { type OptionTable, refuse, requireOptions, text } from "../../clients/options/index.ts";
import type { AttemptInfo } from "../../index.ts";
import {
  type DeliveryEnd,
  deliver,
  deliveriesOf,
  type WorkerOptions,
  type WorkerPolicy,
  workerRules,
} from "../../workers/delivery/index.ts";
import { deliveriesSince, JobRow } from "./job-row.ts";
import { partPayload, payloadWith } from "./payload.ts";
import type { GraphileHelpers } from "./shapes.ts";
import { awaitItems, withAttempt } from "./task-arguments.ts";

/** How the jobs of graphile-worker are worked on. */
export interface GraphileTaskOptions extends WorkerOptions {
  /** The schema of graphile-worker. @default "graphile_worker" */
  readonly schema?: string | undefined;
}

const table: OptionTable = { rules: { ...workerRules, schema: text } };

/**
 * A task for graphile-worker 0.17 that runs each job under a policy. What is to be retried is put off by exactly the policy's delay, and goes on where it was: over all deliveries,
 * caps and the deadline are the policy's, whatever the job's `max_attempts`. What fails for good says why in its `last_error`.
 *
 * The deadline counts over all deliveries of a job, and a policy's is a minute unless it says otherwise.
 *
 * @param handler a task as graphile-worker has it: gets the payload, as it was added, and the helpers, with its attempt among them
 * @throws TypeError or RangeError for what is no policy or handler, and for a wrong or unknown option
 * @example
 * import { graphileTask } from "redress/graphile-worker";
 *
 * const taskList = { mail: graphileTask(policy, async (payload, { signal }) => send(payload, { signal })) };
 */
export function graphileTask<Helpers extends GraphileHelpers, Payload = unknown>(
  policy: WorkerPolicy,
  handler: (payload: Payload, helpers: Helpers & AttemptInfo) => unknown,
  options: GraphileTaskOptions = {},
): (payload: Payload, helpers: Helpers) => Promise<void> {
  if (typeof Object(policy).execute !== "function") refuse("graphileTask.policy", "a Policy", policy);
  if (typeof handler !== "function") refuse("graphileTask.handler", "a function", handler);
  const { schema = "graphile_worker", ...workerOptions } = requireOptions("graphileTask", options, table);
  return async (payload, helpers) => {
    const { job, abortSignal: signal } = helpers;
    const row = new JobRow(helpers, schema);
    const { data, progress } = partPayload(payload);
    const unchanged = JSON.stringify(data);
    const deliveries = deliveriesOf(progress) + deliveriesSince(job.attempts);
    // The next delivery may be lost before anything can be done about it.
    if (job.attempts >= job.max_attempts - 1) await row.keepAlive(job.attempts);
    // As the handler and the log of the worker show it.
    job.attempts = deliveries;
    const end = await deliver(
      policy,
      async (attempt) => awaitItems(await handler(data as Payload, withAttempt(helpers, attempt))),
      { progress, deliveries, signal },
      workerOptions,
    );
    await settle(row, helpers, unchanged, end);
  };
}

/** @throws for all jobs but those that are done: graphile-worker deletes a job whose task has not thrown */
async function settle(row: JobRow, { job }: GraphileHelpers, data: string, end: DeliveryEnd<unknown>): Promise<void> {
  if (end.kind === "done") return;
  if (end.kind === "later") {
    await row.putOff(payloadWith(data, end.progress), end.delayMs);
    // The worker tells its listeners that a job has failed for good by these counts: this one has not, and the next has.
    job.attempts = Math.min(job.attempts, job.max_attempts - 1);
    throw silent(
      "PutOffError",
      `Put off for ${Math.round(end.delayMs)} ms after ${end.progress.attempts} attempts: ${end.reason}`,
    );
  }
  await row.failForGood(data, end.reason);
  job.attempts = job.max_attempts;
  throw Object.assign(silent("JobFailedError", end.reason), { cause: end.error });
}

/** An error without a stack, which would tell of nothing but this file. */
function silent(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = `${name}: ${message}`;
  return error;
}
