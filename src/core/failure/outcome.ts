import type { LimitReason } from "../limit/limiter.ts";
import type { Progress } from "../retry/progress.ts";
import type { FailureCause } from "./classification.ts";
import type { ErrorClass } from "./error-class.ts";
import type { StopReason } from "./stop-reason.ts";

/** A call that ended with a value. `Timeline` is set where it was asked for. */
export interface Success<T, Timeline = unknown> {
  readonly ok: true;
  readonly value: T;
  /** Invocations of the operation; 0 where a fallback answered a rejected call. Of a resumed call, those of its earlier deliveries included. */
  readonly attempts: number;
  /** Milliseconds from the beginning of the call to its end. Of a resumed call, its earlier deliveries and the delays between them included. */
  readonly elapsedMs: number;
  /** The value is the fallback's, not the operation's. */
  readonly fellBack: boolean;
  readonly timeline?: Timeline;
}

/** What turned an attempt away. */
export interface LimitedBy {
  /** The name of the limiter. */
  readonly limiter: string;
  readonly reason: LimitReason;
  /** When it makes sense to ask again, in milliseconds; `Infinity` for never; `null` where that is not known. */
  readonly retryAfterMs: number | null;
}

/** Whose deadline it was: the policy's, one that the call was given, or one that it inherits from the scope it was made in. */
export type DeadlineOf = "policy" | "call" | "scope";

/** A call that ended without a value, and why. Fields that do not apply are `null`. */
export interface Failure<Timeline = unknown> {
  readonly ok: false;
  readonly stopReason: StopReason;
  /** Invocations of the operation; 0 where the circuit rejected the call or it was aborted before. Of a resumed call, those of its earlier deliveries included. */
  readonly attempts: number;
  /** Milliseconds from the beginning of the call to its end. Of a resumed call, its earlier deliveries and the delays between them included. */
  readonly elapsedMs: number;
  readonly lastClass: ErrorClass | null;
  readonly lastError: unknown;
  readonly lastResult: unknown;
  readonly cause: FailureCause | null;
  /** The delay that was decided on but not slept here, in milliseconds. */
  readonly nextDelayMs: number | null;
  /** Which limiter turned an attempt away, where `stopReason` is LIMITED. */
  readonly limitedBy?: LimitedBy;
  /** Whose deadline it was, where `stopReason` is DEADLINE_EXCEEDED. */
  readonly deadlineOf?: DeadlineOf;
  /** Why the caller did not let the operation be repeated, in the words of `refuseRepeat`, where `stopReason` is RETRY_REFUSED by it. */
  readonly refusal?: string;
  /** What `call` throws for it, made when it is first read. */
  readonly error: unknown;
  /**
   * How far the call has come, where it may be gone on with later, by `execute(op, { resume: progress })` here or in another process: after SCHEDULED, CIRCUIT_OPEN,
   * LIMITED, BUDGET_EXHAUSTED and ABORTED, and where the operation itself was rejected by a circuit or limiter further in. `null` after every other stop, which is the last word, and where a cap
   * leaves no further attempt.
   */
  readonly progress: Progress | null;
  readonly timeline?: Timeline;
}
