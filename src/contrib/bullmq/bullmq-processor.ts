/*
 * One delivery of a job, in this order:
 *
 *   1. the progress is taken out of the job's data
 *   2. the handler runs under the policy
 *   3. done    -> its value is the job's
 *      later   -> the lock is still held? the progress is kept, then the job is moved: a worker that is lost in between leaves an active job, which comes back and goes on
 *      failed  -> the job is failed for good
 *
 * An error by which the handler tells BullMQ something goes to BullMQ as it is.
 */

import { objectWith, refuse, requireOptions, text } from "../../clients/options/index.ts";
import { joinedSignal } from "../../clients/signals/index.ts";
import { AbortRetryError, type AttemptInfo, type Policy } from "../../index.ts";
import {
  type DeliveryEnd,
  deliver,
  type Later,
  type WorkerOptions,
  type WorkerPolicy,
  workerRules,
} from "../../workers/delivery/index.ts";
import { failedForGood, isNotOurs, isSignal, movedToDelayed } from "./job-errors.ts";
import { type Kept, takeProgress } from "./kept-progress.ts";
import { type BullmqJob, workerOf } from "./shapes.ts";
import { settingsCheck } from "./worker-settings.ts";

/** What `bullmqProcessor` can be told. */
export interface BullmqProcessorOptions extends WorkerOptions {
  /**
   * Aborts when the process is to end: attempts in flight are aborted, and their jobs go back to the queue at once, with what they have used up. Without it, `worker.close()` waits
   * for the jobs that it has begun.
   */
  readonly shutdown?: AbortSignal | undefined;
  /** The name in a job's data under which its progress is kept. Handlers do not see it. @default "redress" */
  readonly progressKey?: string | undefined;
}

const rules = {
  ...workerRules,
  shutdown: objectWith("an AbortSignal", ["addEventListener", "throwIfAborted"]),
  progressKey: text,
};

/** What `new Worker` takes. Its three parameters are what makes BullMQ give a signal. */
export type BullmqProcessor<Job, Value> = (job: Job, token?: string, signal?: AbortSignal) => Promise<Value>;

/**
 * A processor for BullMQ's `Worker` that runs jobs under a policy without sleeping through its delays. A failure that the policy retries puts the job off by exactly the policy's delay; one
 * that it does not fails the job for good, whatever its `attempts` and `backoff` say, with the stop reason in `failedReason`. Caps and the deadline hold over all deliveries of a
 * job, those of killed workers included.
 *
 * The policy's `deadlineMs` counts the delays too, and is a minute unless set: an hour is more likely wanted.
 *
 * @param handler is given the job and the attempt: its number, a signal that aborts with it, and the milliseconds that are left
 * @throws TypeError or RangeError for what is no policy, for what is no handler, and for a wrong or unknown option
 * @example
 * import { bullmqProcessor } from "redress/bullmq";
 *
 * const policy = new Policy({ retry: { maxAttempts: 8, deadlineMs: 3_600_000 } });
 * const processor = bullmqProcessor(policy, (job, { signal }) => fetch(job.data.url, { signal }));
 */
export function bullmqProcessor<Value, Job extends BullmqJob = BullmqJob>(
  policy: WorkerPolicy & Pick<Policy<never, unknown>, "describe">,
  handler: (job: Job, attempt: AttemptInfo) => Value | PromiseLike<Value>,
  options: BullmqProcessorOptions = {},
): BullmqProcessor<Job, Value> {
  const { execute, describe } = (policy ?? {}) as { readonly execute?: unknown; readonly describe?: unknown };
  if (typeof execute !== "function" || typeof describe !== "function")
    refuse("bullmqProcessor.policy", "a Policy, such as new Policy({ retry: {} })", policy, TypeError);
  if (typeof handler !== "function") refuse("bullmqProcessor.handler", "a function", handler, TypeError);
  const { shutdown, progressKey = "redress", ...own } = requireOptions("bullmqProcessor", options, { rules });
  const checkWorker = settingsCheck(policy);

  return async (job, token, signal) => {
    checkWorker(job);
    const kept = await takeProgress(job, progressKey);
    let said: { readonly error: unknown } | null = null;
    const operation = async (attempt: AttemptInfo): Promise<Value> => {
      try {
        return await handler(job, attempt);
      } catch (error) {
        if (!isSignal(error)) throw error;
        said = { error };
        // Ends the call without a verdict: this is between the handler and BullMQ.
        throw new AbortRetryError("The handler has told BullMQ what becomes of the job.", { cause: error });
      }
    };
    const delivery = { progress: kept.progress, deliveries: kept.deliveries, signal: joinedSignal(shutdown, signal) };
    const end = await deliver<Value>(policy, operation, delivery, own);
    const told = said as { readonly error: unknown } | null;
    if (told !== null) throw told.error;
    if (end.kind === "done") return end.value;
    if (end.kind === "failed") throw failedForGood(end.reason, end.error);
    if (isCancelled(job, end, shutdown, signal)) throw failedForGood(`ABORTED: ${textOf(signal?.reason)}`, end.failure.error);
    throw await putOff({ job, token: token ?? job.token ?? "" }, kept, end);
  };
}

/** Whether somebody has cancelled this one job, by `worker.cancelJob`: where the worker itself is to end, the job goes back. */
function isCancelled(
  job: BullmqJob,
  { failure }: Extract<DeliveryEnd<unknown>, { kind: "later" }>,
  shutdown: AbortSignal | undefined,
  signal: AbortSignal | undefined,
): boolean {
  const isEnding = shutdown?.aborted === true || workerOf(job).closing !== undefined;
  return failure.stopReason === "ABORTED" && signal?.aborted === true && !isEnding;
}

const textOf = (reason: unknown): string => (reason instanceof Error ? reason.message : String(reason)).slice(0, 500);

// BullMQ's own default. The worker renews it, or is about to give it back.
const LOCK_MS = 30_000;

/** @returns the error for BullMQ */
async function putOff(
  { job, token }: { readonly job: BullmqJob; readonly token: string },
  kept: Kept,
  { delayMs, progress }: Later,
): Promise<unknown> {
  try {
    // Another delivery may have gone on with the job meanwhile: what it keeps is not to be touched.
    if ((await job.extendLock?.(token, workerOf(job).opts?.lockDuration ?? LOCK_MS)) === 0)
      return new Error(`The lock of job ${job.id} was lost before it was put off: another delivery goes on with it.`);
    await kept.keep(progress);
    // BullMQ counts in whole milliseconds.
    await job.moveToDelayed(Date.now() + Math.ceil(delayMs), token);
    return movedToDelayed();
  } catch (error) {
    if (isNotOurs(error)) return error;
    // The queue cannot be reached. The job stays active and comes back as one whose worker was lost: failing it now would end it for what is not its failure.
    const message = `Job ${job.id} was not put off, and comes back when BullMQ finds it stalled`;
    workerOf(job).emit?.("error", new Error(message, { cause: error }));
    return movedToDelayed({ cause: error });
  }
}
