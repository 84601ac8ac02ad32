/*
 * The errors by which a processor and BullMQ understand each other. It knows them by their names, and one by its message. The names are own members: errors of processors that run in a
 * process of their own come to the worker as their own members.
 */

class NamedError extends Error {
  override readonly name: string;

  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** Says that the job was put off: BullMQ leaves it where it is. */
export const movedToDelayed = (options?: ErrorOptions): Error =>
  new NamedError("DelayedError", "The job is put off to a later delivery.", options);

/** Fails a job for good, whatever its `attempts` say. BullMQ keeps the message as `failedReason`, and the stack. */
export function failedForGood(reason: string, cause: unknown): Error {
  const error = new NamedError("UnrecoverableError", reason, { cause });
  // What failed is of interest, not that it failed here.
  if (cause instanceof Error && typeof cause.stack === "string")
    error.stack = `${error.name}: ${reason}\n  caused by ${cause.stack}`;
  return error;
}

const SIGNALS: ReadonlySet<unknown> = new Set(["DelayedError", "WaitingError", "WaitingChildrenError", "UnrecoverableError"]);

/** Whether a handler tells BullMQ something by an error: no failure, and not for a policy to judge. */
export function isSignal(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, message } = error as { readonly name?: unknown; readonly message?: unknown };
  // Its RateLimitError has the name of many others.
  return SIGNALS.has(name) || message === "bullmq:rateLimitExceeded";
}

// Of ErrorCode in BullMQ: the job is gone, its lock is gone, it is not active, its lock is another worker's.
const NOT_OURS: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** Whether BullMQ says that a job is no longer this delivery's. */
export const isNotOurs = (error: unknown): boolean => NOT_OURS.has((error as { readonly code?: unknown } | null)?.code);
