/* What is used of graphile-worker 0.17, by shape: no version of it is imported. */

/** A job as graphile-worker has fetched it. Its counts are the worker's own copy, by which it says whether a job has failed for good. */
export interface GraphileJob {
  readonly id: string;
  attempts: number;
  readonly max_attempts: number;
  /** Of the worker that holds the job. */
  readonly locked_by: string | null;
}

export interface GraphileClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** The second argument of a task: graphile-worker's `JobHelpers`. */
export interface GraphileHelpers {
  readonly job: GraphileJob;
  /** Aborts when the worker is shutting down, after its `gracefulShutdownAbortTimeout`. */
  readonly abortSignal?: AbortSignal | undefined;
  withPgClient<T>(callback: (client: GraphileClient) => Promise<T>): Promise<T>;
}
