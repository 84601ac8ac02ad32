import { joinedSignal } from "../../clients/signals/index.ts";
import type { AttemptInfo } from "../../index.ts";
import { type DeliveryEnd, deliver, type Failed, type Later, type WorkerPolicy } from "../../workers/delivery/index.ts";
import { type DeliveredJob, deliveredJob, type FailedOutput } from "./delivered-job.ts";
import { Expiry, expiryOf } from "./expiry.ts";
import { checkHandler, type PgBossHandlerOptions, readHandlerOptions, schemaOf } from "./handler-options.ts";
import { complete, type DeliveredRow, failForGood, keepAlive, preparePutOff } from "./job-row.ts";
import type { PgBossJob, PgBossLike } from "./shapes.ts";

/**
 * A handler for `boss.work` of pg-boss 10 that runs each job under a policy. What is to be retried is put off by the policy's delay, rounded up to a second, and goes on where it was: over
 * all deliveries, caps and the deadline are the policy's, whatever the job's `retryLimit`. What fails for good says why in the `message` of its output.
 *
 * The deadline counts over all deliveries of a job, and a policy's is a minute unless it says otherwise. A handler that takes longer than the job's `expireInSeconds` is aborted shortly before.
 *
 * @param handler gets the job, with its data as they were sent, and its attempt. Jobs of a batch run side by side.
 * @throws TypeError or RangeError for what is no PgBoss, policy or handler, and for a wrong or unknown option
 * @example
 * import { pgBossHandler } from "redress/pg-boss";
 *
 * await boss.work("mail", { includeMetadata: true }, pgBossHandler(boss, policy, async (job) => send(job.data)));
 */
export function pgBossHandler<Job extends PgBossJob>(
  boss: PgBossLike,
  policy: WorkerPolicy,
  handler: (job: Job, attempt: AttemptInfo) => unknown,
  options: PgBossHandlerOptions = {},
): (jobs: Job[]) => Promise<unknown> {
  checkHandler(boss, policy, handler);
  const { shutdown, schema, ...workerOptions } = readHandlerOptions(options);
  const run = async (job: Job, delivered: DeliveredJob, row: DeliveredRow): Promise<DeliveryEnd<unknown>> => {
    if (delivered.isNearLast) await keepAlive(row, delivered.progress);
    const expiry = new Expiry(row.withinMs);
    const own = { ...job, data: delivered.data };
    const delivery = { ...delivered, signal: joinedSignal(shutdown, expiry.signal) };
    return deliver(policy, (attempt) => handler(own, attempt), delivery, workerOptions).finally(() => expiry.clear());
  };
  return async (jobs) => {
    const isBatch = jobs.length > 1;
    const endings = jobs.map(async (job) => {
      const withinMs = expiryOf(job);
      const delivered = await deliveredJob(boss, job, withinMs);
      if (delivered === null) return undefined;
      const { name, id } = job;
      const row = { boss, schema: schema ?? schemaOf(boss), name, id, retryCount: delivered.retryCount, withinMs };
      return settle(row, await run(job, delivered, row), isBatch);
    });
    // All of them, whatever becomes of one: what pg-boss does when this has ended, it does to the whole batch.
    const settled = await Promise.allSettled(endings);
    for (const one of settled) if (one.status === "rejected") throw one.reason;
    return isBatch ? undefined : (settled[0] as PromiseFulfilledResult<unknown> | undefined)?.value;
  };
}

/** @throws where pg-boss is to fail what of its batch has not ended */
async function settle(row: DeliveredRow, end: DeliveryEnd<unknown>, isBatch: boolean): Promise<unknown> {
  if (end.kind === "done") {
    // Others of its batch may be put off, which fails all that are not completed by then.
    if (isBatch) await complete(row, end.value);
    return end.value;
  }
  if (end.kind === "later") return putOff(row, end);
  await failForGood(row, outputOf(row, end));
  return undefined;
}

async function putOff(row: DeliveredRow, { delayMs, progress, reason }: Later): Promise<never> {
  const delaySeconds = Math.ceil(delayMs / 1_000);
  const isOurs = await preparePutOff(row, progress, delaySeconds);
  const what = isOurs ? `Put off for ${delaySeconds} s after ${progress.attempts} attempts` : "Expired before it was put off";
  const error = new Error(`${what}: ${reason}`);
  error.name = "PutOffError";
  // pg-boss writes errors down with their stack, which says nothing of what has failed.
  error.stack = `${error.name}: ${error.message}`;
  throw error;
}

function outputOf({ retryCount }: DeliveredRow, { failure, error, reason }: Failed): FailedOutput {
  const { name, message, code, stack } = Object(error) as { readonly [member: string]: unknown };
  const redress = { stopReason: failure?.stopReason ?? null, attempts: failure?.attempts ?? null, deliveries: retryCount + 1 };
  return { message: reason, redress, error: textsOf({ name, message, code, stack }) };
}

/** What PostgreSQL can keep: text without NUL and halves of characters. */
function textsOf(members: Readonly<Record<string, unknown>>): object {
  const texts = Object.entries(members).filter(([, text]) => typeof text === "string") as [string, string][];
  return Object.fromEntries(texts.map(([name, text]) => [name, text.replaceAll("\0", "").replace(/\p{Cs}/gu, "\uFFFD")]));
}
