/* What of BullMQ is met, by shape. */

/** What of a job is met. */
export interface BullmqJob {
  readonly id?: string | undefined;
  readonly token?: string | undefined;
  // Any: jobs of every type of data are jobs.
  // biome-ignore lint/suspicious/noExplicitAny: with `unknown`, handlers of typed jobs would not fit.
  data: any;
  /** How often BullMQ has failed it: retries of BullMQ's own, and ends that were undone by hand. */
  readonly attemptsMade: number;
  /** How often a worker was lost with it. */
  readonly stalledCounter: number;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  updateData(data: any): Promise<void>;
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
  /** Missing in processors that run in a process of their own. */
  extendLock?(token: string, durationMs: number): Promise<number>;
}

/** The worker that runs a job, which the job knows; where that runs in a process of its own, it does not. */
export interface JobWorker {
  readonly name?: string;
  readonly opts?: {
    readonly lockDuration?: number;
    readonly maxStartedAttempts?: number | undefined;
    readonly maxStalledCount?: number;
  };
  /** Set from the moment on at which the worker is closed. */
  readonly closing?: unknown;
  emit?(event: "error", error: Error): unknown;
}

// The types of BullMQ keep it to themselves.
export const workerOf = (job: BullmqJob): JobWorker => (job as { readonly queue?: JobWorker }).queue ?? {};
