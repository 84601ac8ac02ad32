/* What of the module @temporalio/activity is used, by shape: two versions of it never fight. */

/** What Temporal tells of an activity, and of its attempt. Which attempt is Temporal's own count: every time that the activity was started. */
export interface ActivityInfo {
  readonly attempt: number;
  readonly activityType: string;
  readonly isLocal: boolean;
  /** What the last heartbeat of an earlier attempt has said. */
  readonly heartbeatDetails: unknown;
  readonly scheduledTimestampMs: number;
  readonly currentAttemptScheduledTimestampMs: number;
  readonly scheduleToCloseTimeoutMs: number;
  readonly startToCloseTimeoutMs: number;
  readonly retryPolicy?: ActivityRetryPolicy | undefined;
}

export interface ActivityRetryPolicy {
  readonly maximumAttempts?: number | undefined;
  readonly nonRetryableErrorTypes?: readonly string[] | null | undefined;
}

export interface ActivityContext {
  readonly info: ActivityInfo;
  readonly cancellationSignal: AbortSignal;
  readonly heartbeat: (details?: unknown) => void;
  readonly cancellationDetails?: { readonly workerShutdown?: boolean; readonly cancelRequested?: boolean } | undefined;
}

export interface ApplicationFailureFacts {
  message: string;
  type: string;
  nonRetryable: boolean;
  details: unknown[];
  cause?: Error;
  nextRetryDelay?: number;
}

/** The module `@temporalio/activity`. */
export interface ActivityModule {
  readonly Context: { current(): ActivityContext };
  readonly ApplicationFailure: { create(facts: ApplicationFailureFacts): Error };
  readonly asyncLocalStorage: { run(context: never, inside: () => unknown): unknown };
}

/**
 * Whether an error is Temporal's, of this name. It marks the prototypes of its errors, so that copies and versions of its packages know them; before it did, they
 * had their names only.
 */
export function isTemporal(error: unknown, name: string): boolean {
  if (typeof error !== "object" || error === null) return false;
  const given = error as { readonly name?: unknown; readonly [marker: symbol]: unknown };
  try {
    return given[Symbol.for(`__temporal_is${name}`)] === true || given.name === name;
  } catch {
    return false;
  }
}
