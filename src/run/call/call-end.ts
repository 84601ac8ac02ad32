import type { CallEnd } from "../../core/events.ts";
import type { Failure } from "../../core/failure/outcome.ts";

/** What of a call is told of its end. */
export interface ObservedEnd {
  readonly ending: "value" | "failure" | "fault" | null;
  /** The value, or the fault. */
  readonly output: unknown;
  readonly failure: Failure | null;
  readonly attempts: number;
  readonly fellBack: boolean;
  readonly bounds: { elapsedMs(): number };
}

/** How a call has ended, as one of its observers is told: the outcome without the timeline, for itself, so that it cannot change what others get. */
export function endOf({ ending, output, failure, attempts, fellBack, bounds }: ObservedEnd): CallEnd {
  if (ending === "failure") {
    const ended = failure as Failure;
    const { timeline: _timeline, ...told } = ended;
    // The error that `call` throws, and the progress, are made when they are first read.
    const error = { enumerable: true, get: () => ended.error };
    const progress = { enumerable: true, get: () => ended.progress };
    return Object.defineProperties(told, { error, progress }) as Failure<never>;
  }
  const elapsedMs = bounds.elapsedMs();
  return ending === "value"
    ? { ok: true, value: output, attempts, elapsedMs, fellBack }
    : { ok: false, stopReason: null, fault: output, attempts, elapsedMs };
}
