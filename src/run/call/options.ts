import type { Hooks } from "../../core/events.ts";
import type { Classifier } from "../../core/failure/classification.ts";
import type { Cost } from "../../core/limit/limiter.ts";
import type { Progress } from "../../core/retry/progress.ts";
import type { Sleeper } from "../time/sleep.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { BeforeSleep, SleepHandler } from "./retry-settings.ts";
import type { RetryTimeline } from "./timeline.ts";

/** What one call may set for itself. */
export interface CallOptions extends Hooks {
  /** The low-cardinality name of the operation in telemetry; instead of the policy's. */
  readonly operation?: string | undefined;
  /** Aborts the call: an attempt in flight, or a sleep, ends at once. */
  readonly signal?: AbortSignal | undefined;
  /** Bounds this call, in milliseconds, > 0, beside the policy's deadline: the sooner one counts. @default Infinity */
  readonly deadlineMs?: number | undefined;
  /**
   * What each attempt costs at the policy's limiter: a number >= 0 or, for a limiter of several dimensions, one for each by its name; a dimension that is
   * left out costs what the limiter says. @default what the limiter counts for an attempt that says nothing, 1
   */
  readonly cost?: Cost | undefined;
  /**
   * Asked about an error before the policy's classifier: its answer counts unless it is `UNKNOWN`. For a caller who knows what the operation throws
   * where the policy, which serves others too, does not.
   */
  readonly classifier?: Classifier | undefined;
  /**
   * What keeps the operation from being invoked again, in a few words, such as "the body is a stream", which stand in the outcome as `refusal`;
   * `undefined` where nothing does. Asked before a retry, with the failure that it would follow, and before a hedge beside attempts in flight, without
   * one. A refused retry ends the call as RETRY_REFUSED; a refused hedge is not made. Policies around it, unless their `nested` is "retry", do not repeat it either. It must answer at once.
   */
  readonly refuseRepeat?: ((failed: AttemptFailure | undefined) => string | undefined) | undefined;
  /** Gets the values of this call that no caller will get, beside the policy's `discard`. */
  readonly discard?: ((value: unknown) => unknown) | undefined;
  /** Asked before the call, before each retry and after each failure; true ends the call as ABORTED. It must answer at once: a promise is a TypeError. */
  readonly abortIf?: (() => boolean) | undefined;
  /** Instead of the policy's sleep handler. */
  readonly sleep?: SleepHandler | undefined;
  /** Instead of the policy's. */
  readonly beforeSleep?: BeforeSleep | undefined;
  /** Instead of the policy's. */
  readonly sleeper?: Sleeper | undefined;
  /**
   * Goes on from what an earlier delivery has left in `outcome.progress`: its attempts, failures and time count, so that caps and the deadlines of the policy and of
   * the call hold over all deliveries. `null` or `undefined` where the call begins. What comes back is not trusted: anything but a progress is an
   * `InvalidProgressError`, and nothing is called.
   */
  readonly resume?: Progress | ResumeOptions | null | undefined;
}

/** How to go on from the progress of an earlier delivery. */
export interface ResumeOptions {
  /** The `outcome.progress` of that delivery, as it came back; `null` or `undefined` where this delivery is the first. */
  readonly progress: unknown;
  /**
   * What becomes of a call whose progress is none: `"fail"` throws an `InvalidProgressError`, and nothing is called; `"restart"` begins anew, with all caps and the
   * whole deadline before it. @default "fail"
   */
  readonly otherwise?: "fail" | "restart" | undefined;
  /**
   * How often the queue has delivered the job, this time included: an integer >= 1, where it counts that itself. Deliveries that the progress does not know of have
   * ended without a word, as when their worker was killed: each counts as one attempt, which it may have made. @default what the progress says
   */
  readonly deliveries?: number | undefined;
}

/** What the calls of a wrapped function, or of a bound call, may set for themselves. */
export interface WrapOptions extends Omit<CallOptions, "resume"> {
  /**
   * Hands the function what `call` tells its operation: the attempt comes first, in front of the wrapper's own parameters. Without its `signal`, a
   * function whose attempt was cut short goes on beside the next one. @default false
   */
  readonly passAttempt?: boolean | undefined;
}

export interface ExecuteOptions extends CallOptions {
  /** `true` captures a timeline into the outcome; a timeline of your own is filled. */
  readonly captureTimeline?: boolean | RetryTimeline | undefined;
}

/** What the operation is told about its attempt. */
export interface AttemptInfo {
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether it was started while an earlier attempt of the call was in flight. */
  readonly hedge: boolean;
  /**
   * Aborts when this attempt is cut short, by its timeout, the deadline or the caller. Once the attempt has given a value, such as a response whose
   * body is still being read, only the caller's signal still aborts it.
   */
  readonly signal: AbortSignal;
  /** Milliseconds left to the deadline of the call, at the moment of asking. */
  readonly remainingMs: number;
  readonly operation?: string | undefined;
  /**
   * Says that the caller begins to get the answer, such as the first item of a stream, while the operation goes on. From then on the call is this
   * attempt: no timeout and no deadline cuts it, nothing is repeated, no fallback takes its place, and attempts in flight beside it are cut. The caller's signal
   * still aborts it. False where the attempt has been cut, or is about to be: what it gives reaches nobody.
   */
  answerBegins(): boolean;
}

export type Operation = (attempt: AttemptInfo) => unknown;
