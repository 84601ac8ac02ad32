/* What of a worker's own settings would cut a job's attempts short. They are known with the first job: processors are made before their workers. */
import type { Policy } from "../../index.ts";
import { type BullmqJob, workerOf } from "./shapes.ts";

/**
 * A check for each job. Of a small `maxStalledCount` the worker's `error` event tells once.
 *
 * @param policy says how many attempts there may be
 * @returns a function that throws where the worker counts deliveries by itself
 */
export function settingsCheck(policy: Pick<Policy<never, unknown>, "describe">): (job: BullmqJob) => void {
  let isChecked = false;
  return (job) => {
    const worker = workerOf(job);
    const { maxStartedAttempts, maxStalledCount } = worker.opts ?? {};
    if (maxStartedAttempts !== undefined && maxStartedAttempts > 0)
      throw new TypeError(
        `bullmqProcessor: the worker must have no maxStartedAttempts, got ${maxStartedAttempts}: it counts every delivery of a job that is put off. The policy's maxAttempts bounds them.`,
      );
    if (isChecked) return;
    isChecked = true;
    const maxAttempts = policy.describe().retry?.maxAttempts ?? 1;
    // Of attempts without a limit, there is no number to recommend.
    if (maxStalledCount !== undefined && typeof maxAttempts === "number" && maxStalledCount < maxAttempts)
      worker.emit?.("error", new RangeError(stalledText(worker.name, maxStalledCount, maxAttempts)));
  };
}

const stalledText = (name = "", maxStalledCount: number, maxAttempts: number): string =>
  `bullmqProcessor: the worker of "${name}" has maxStalledCount ${maxStalledCount}: BullMQ fails a job that has lost more workers, though the policy allows ${maxAttempts} attempts. ` +
  `To leave that to the policy, set maxStalledCount: ${maxAttempts}.`;
