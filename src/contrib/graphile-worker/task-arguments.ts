import type { AttemptInfo } from "../../index.ts";
import type { GraphileHelpers } from "./shapes.ts";

/** The helpers of a task with its attempt among them, so that tasks stay as they are. `abortSignal` is the attempt's: it aborts for the worker's shutdown, too. */
export function withAttempt<Helpers extends GraphileHelpers>(helpers: Helpers, attempt: AttemptInfo): Helpers & AttemptInfo {
  return {
    ...helpers,
    attempt: attempt.attempt,
    hedge: attempt.hedge,
    operation: attempt.operation,
    answerBegins: () => attempt.answerBegins(),
    // Asked for when they are read: a signal costs, and time passes.
    get signal() {
      return attempt.signal;
    },
    get abortSignal() {
      return attempt.signal;
    },
    get remainingMs() {
      return attempt.remainingMs;
    },
  };
}

/** A task that takes a batch may return a promise for each item: one that fails fails the attempt, when all have ended. */
export async function awaitItems(returned: unknown): Promise<void> {
  if (!Array.isArray(returned)) return;
  for (const item of await Promise.allSettled(returned)) if (item.status === "rejected") throw item.reason;
}
