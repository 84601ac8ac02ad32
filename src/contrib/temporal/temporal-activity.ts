/*
 * One attempt of Temporal's is one delivery: `deliver` says what becomes of it, and Temporal does it by what is thrown (activity-failure.ts). Temporal's count of
 * attempts is the count of deliveries, the killed ones included; the policy's own attempts, failures and time travel in the heartbeats (kept-details.ts).
 *
 * Inside, the activity finds Temporal's context as it knows it, with a cancellation signal that also aborts by the policy's bounds. Errors by which an activity speaks
 * to Temporal, and not of a failure, pass through untouched: CancelledFailure, CompleteAsyncError, and an ApplicationFailure that is not to be retried.
 */
import { refuse, requireOptions } from "../../clients/options/index.ts";
import { joinedSignal } from "../../clients/signals/index.ts";
import { AbortRetryError, type AttemptInfo } from "../../index.ts";
import { runInScope } from "../../scope/index.ts";
import { type DeliveryEnd, deliver, type WorkerPolicy } from "../../workers/delivery/index.ts";
import { failureOf } from "./activity-failure.ts";
import { type ActivityOptions, activityTable } from "./activity-options.ts";
import { type KeptDetails, readDetails, toDetails } from "./kept-details.ts";
import { cutBy } from "./retry-policy.ts";
import { type ActivityContext, isTemporal } from "./shapes.ts";
import { boundOf, runWithin } from "./start-to-close.ts";

/** What an activity becomes under a policy: the same, with a promise. */
export type PolicyActivity<Args extends unknown[], Result> = (...args: Args) => Promise<Awaited<Result>>;

/**
 * Puts an activity of Temporal's under a policy: Temporal makes the retries that the policy decides on, each after exactly its delay, and ends the activity for good where
 * the policy does. The activity's own retry policy in Temporal must have no `maximumAttempts`.
 *
 * @throws TypeError for what is no policy, for what is no function, and for a wrong or unknown option
 * @example
 * // import * as activity from "@temporalio/activity";
 * import { temporalActivity } from "redress/temporal";
 *
 * const activities = { sendMail: temporalActivity(policy, sendMail, { activity }) };
 */
export function temporalActivity<Args extends unknown[], Result>(
  policy: WorkerPolicy,
  fn: (...args: Args) => Result,
  options: ActivityOptions,
): PolicyActivity<Args, Result> {
  if (typeof policy?.execute !== "function") refuse("temporalActivity.policy", "a Policy", policy);
  if (typeof fn !== "function") refuse("temporalActivity.fn", "a function", fn);
  const read = requireOptions("temporalActivity", options, activityTable);
  const activity = async (...args: Args): Promise<Awaited<Result>> => new Attempt(policy, read).run(() => fn(...args));
  // Its name, and what Temporal has noted on it (setActivityOptions).
  const { prototype: _, ...noted } = Object.getOwnPropertyDescriptors(fn) as PropertyDescriptorMap;
  return Object.defineProperties(activity, noted);
}

/** One attempt of Temporal's. */
class Attempt {
  readonly #policy: WorkerPolicy;
  readonly #options: ActivityOptions;
  readonly #context: ActivityContext;
  #kept: KeptDetails;
  /** What the activity has thrown that is not for the policy. */
  #passed: { readonly error: unknown } | null = null;

  constructor(policy: WorkerPolicy, options: ActivityOptions) {
    this.#policy = policy;
    this.#options = options;
    this.#context = options.activity.Context.current();
    this.#kept = readDetails(this.#context.info.heartbeatDetails);
  }

  async run<Result>(fn: () => Result): Promise<Awaited<Result>> {
    const { info } = this.#context;
    const cut = cutBy(info);
    if (cut !== null && this.#options.retryPolicy !== "accept") throw this.#refusal(cut);
    const scope = { deadlineMs: leftToClose(info), operation: info.activityType };
    return this.#finish(await runInScope(scope, () => this.#deliver(fn)));
  }

  #deliver<Result>(fn: () => Result): Promise<DeliveryEnd<Awaited<Result>>> {
    const { info, cancellationSignal: signal } = this.#context;
    const boundMs = boundOf(info.startToCloseTimeoutMs);
    const beganAtMs = performance.now();
    const operation = (attempt: AttemptInfo): PromiseLike<Awaited<Result>> | Awaited<Result> => {
      const leftMs = boundMs - (performance.now() - beganAtMs);
      const of = { leftMs, timeoutMs: Math.round(boundMs), attempt: attempt.attempt };
      return runWithin(of, (cut) => this.#invoke(fn, attempt, cut) as Promise<Awaited<Result>>);
    };
    return deliver(this.#policy, operation, { progress: this.#kept.progress, deliveries: info.attempt, signal }, this.#options);
  }

  async #invoke<Result>(fn: () => Result, attempt: AttemptInfo, cut: AbortSignal | undefined): Promise<Awaited<Result>> {
    try {
      const context = this.#contextFor(attempt, cut);
      return (await this.#options.activity.asyncLocalStorage.run(context as never, fn)) as Awaited<Result>;
    } catch (error) {
      // Of an attempt that was cut, it says that it was.
      const isCut = (attempt.signal.aborted || cut?.aborted === true) && !this.#context.cancellationSignal.aborted;
      if (isCut || !isForTemporal(error)) throw error;
      this.#passed = { error };
      throw new AbortRetryError("The activity speaks to Temporal itself.", { cause: error });
    }
  }

  /** Temporal's context as the activity sees it. */
  #contextFor(attempt: AttemptInfo, cut: AbortSignal | undefined): ActivityContext {
    const { info } = this.#context;
    let signal: AbortSignal | undefined;
    // Read when the activity does: an attempt that was cut tells whether it could know.
    const cancellationSignal = (): AbortSignal => {
      signal ??= joinedSignal(attempt.signal, cut) as AbortSignal;
      return signal;
    };
    const heartbeat = (own?: unknown): void => this.#heartbeat({ ...this.#kept, own });
    return Object.create(this.#context, {
      info: { value: { ...info, heartbeatDetails: this.#kept.own }, enumerable: true },
      cancellationSignal: { get: cancellationSignal, enumerable: true },
      heartbeat: { value: heartbeat, enumerable: true },
    });
  }

  #heartbeat(kept: KeptDetails): void {
    this.#kept = kept;
    this.#context.heartbeat(toDetails(kept));
  }

  #finish<T>(end: DeliveryEnd<T>): T {
    if (this.#passed !== null) throw this.#passed.error;
    if (end.kind === "done") return end.value;
    const { info, cancellationSignal, cancellationDetails } = this.#context;
    if (end.kind === "later") {
      // A worker that shuts down gives the activity back; all else that cancels an attempt, Temporal wants to hear of as it said it.
      const isShutdown = cancellationDetails?.workerShutdown === true && cancellationDetails.cancelRequested !== true;
      if (cancellationSignal.aborted && !isShutdown) throw cancellationSignal.reason;
      // Temporal sends the last heartbeat of an attempt that fails before it says that it has. A local activity has none.
      if (!info.isLocal) this.#heartbeat({ ...this.#kept, progress: end.progress });
    }
    throw failureOf(this.#options.activity, end);
  }

  #refusal(message: string): Error {
    const { ApplicationFailure } = this.#options.activity;
    return ApplicationFailure.create({ message, type: "RetryPolicy", nonRetryable: true, details: [] });
  }
}

const isForTemporal = (error: unknown): boolean =>
  isTemporal(error, "CancelledFailure") ||
  isTemporal(error, "CompleteAsyncError") ||
  (isTemporal(error, "ApplicationFailure") && (error as { readonly nonRetryable?: unknown }).nonRetryable === true);

/** What is left of scheduleToClose, by Temporal's own clock: how late a worker has begun is not in it. */
function leftToClose(info: ActivityContext["info"]): number {
  const { scheduleToCloseTimeoutMs, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = info;
  return scheduleToCloseTimeoutMs > 0
    ? scheduleToCloseTimeoutMs - Math.max(0, currentAttemptScheduledTimestampMs - scheduledTimestampMs)
    : Infinity;
}
