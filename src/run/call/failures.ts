import type { Strategy } from "../../core/backoff/strategy.ts";
import { type Classification, type FailureCause, toClassification } from "../../core/failure/classification.ts";
import { AbortRetryError, isAbortRetryError, isOurRejection } from "../../core/failure/verdicts.ts";
import type { AttemptEnd } from "../../core/limit/limiter.ts";
import { type Decision, decide, type FailedAttempt, type RetryHistory } from "../../core/retry/decision.ts";
import type { Resumption } from "../../core/retry/progress.ts";
import { WrongAnswer } from "../../core/retry/wrong-answer.ts";
import type { Clock } from "../time/clock.ts";
import type { Sleep } from "../time/sleep.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { CallSettings } from "./call-settings.ts";
import { type DiscardingCall, discard, takesDiscarded } from "./discard.ts";
import { ImmediateRetries } from "./immediate-retries.ts";
import { isThenable } from "./isolation.ts";
import type { EndedCall } from "./outcomes.ts";
import type { CallPlan } from "./plan.ts";
import type { RetrySettings } from "./retry-settings.ts";
import { withoutPromise } from "./without-promise.ts";

type RetryDecision = Extract<Decision, { readonly retry: true }>;

/** What a returned value was classified as; `null` for a success. */
export function judge(call: DiscardingCall, value: unknown): Classification | null {
  try {
    const answer = call.plan.resultClassifier?.(value as never);
    if (isThenable(answer)) throw new WrongAnswer("A result classifier", "an error class, a classification or null", answer);
    return answer ? toClassification(answer) : null;
  } catch (fault) {
    discard(call, value);
    throw withoutPromise(fault);
  }
}

/** What of a call is told of an attempt that has failed. */
interface FailingCall {
  readonly plan: CallPlan;
  readonly attempts: number;
  readonly settings: Pick<CallSettings, "refuseRepeat" | "retriesAround">;
  readonly bounds: { readonly operation: string | undefined; readonly hasBegun: boolean; remainingMs(): number };
  hasCircuitOpened(): boolean;
}

/** What the failures of one call have left behind. A call that succeeds at once has none. */
export class Failures implements RetryHistory {
  readonly failures: RetryHistory["failures"];
  prevSleepMs: number | null;
  /** The latest failure that was classified. */
  last: AttemptFailure | null = null;
  /** The decision to retry, until the retry is sure to be made. */
  retry: RetryDecision | null = null;
  /** What the operation threw when the call was aborted: it is not classified, but not lost either. */
  abortError: unknown;
  /** For how long a call within the last attempt has retried before it gave up; `null` where none has. */
  retriedForMs: number | null = null;
  /** Why a call within the last attempt was not to be repeated; `null` where none said so. */
  refusedWithin: string | null = null;
  /** Why the operation may not be repeated. */
  refusal: string | null = null;
  /** The delay that is being slept. */
  sleep: Sleep | null = null;
  /** The failure whose result was discarded last. */
  #discarded: AttemptFailure | null = null;
  #delayedBy: Set<Strategy> | null = null;
  #immediateRetries: ImmediateRetries | null = null;

  /** @param resume what earlier deliveries of the call have left */
  constructor(resume: Resumption | null) {
    this.failures = { ...resume?.failures };
    this.prevSleepMs = resume?.prevSleepMs ?? null;
  }

  /** An attempt has thrown when the call was aborted, or to abort it. */
  aborted(error: unknown): void {
    this.abortError = isAbortRetryError(error) ? error : new AbortRetryError(undefined, { cause: error });
  }

  add(call: DiscardingCall, attempt: number, classification: Classification, cause: FailureCause, value: unknown): void {
    this.discardResult(call);
    this.last = { attempt, classification, cause, value };
  }

  /** What follows an attempt that has failed. One that was aborted is not classified. */
  decide(call: FailingCall, cause: FailureCause, aborted: boolean): Decision {
    const { retry, random, hookErrors } = call.plan;
    try {
      const failed: FailedAttempt = {
        attempt: call.attempts,
        classification: aborted ? null : (this.last as AttemptFailure).classification,
        cause,
        remainingMs: call.bounds.remainingMs(),
        circuitOpened: call.hasCircuitOpened(),
        retriedForMs: this.retriedForMs,
        repeatRefused: retry !== null && !aborted && this.#isRepeatRefused(call, retry),
        retriesAround: call.settings.retriesAround,
        random,
        tell: (strategy, errorClass) =>
          hookErrors.observe("strategy.recordFailure", strategy, call.bounds, () => strategy.recordFailure?.(errorClass)),
      };
      const decision = decide(retry, this, failed);
      if (decision.retry) this.retry = decision;
      return decision;
    } catch (fault) {
      throw withoutPromise(fault);
    }
  }

  /** By the caller, or by a call within: what may not be repeated there would be repeated from here. */
  #isRepeatRefused({ settings, bounds }: FailingCall, { nested }: RetrySettings): boolean {
    const within = nested === "stop" ? this.refusedWithin : null;
    const begun = bounds.hasBegun ? "its answer has begun" : null;
    this.refusal = within ?? settings.refuseRepeat?.(this.last as AttemptFailure) ?? begun;
    return this.refusal !== null;
  }

  /** Another attempt follows the one whose result was judged a failure: no caller will get that result. */
  discardResult(call: DiscardingCall): void {
    const { last } = this;
    if (last?.cause !== "result" || last === this.#discarded) return;
    discard(call, last.value);
    // What was given away is not in the outcome any more.
    if (takesDiscarded(call)) this.last = { ...last, value: null };
    this.#discarded = this.last;
  }

  /** What the limiter hears of the failure that was added last. A rejection by a policy further in says nothing about the dependency. */
  heardOf(cause: FailureCause, value: unknown): AttemptEnd {
    return cause === "exception" && isOurRejection(value) ? "cancel" : (this.last as AttemptFailure).classification;
  }

  /** The retry is going to be made: its strategy delays the call, and will hear of its success. */
  commit(): RetryDecision {
    const decision = this.retry as RetryDecision;
    this.retry = null;
    const { strategy } = decision;
    if (strategy.recordSuccess !== undefined) {
      this.#delayedBy ??= new Set();
      this.#delayedBy.add(strategy);
    }
    return decision;
  }

  /** Whether the event loop must get a turn before a retry without a delay. */
  mustGiveWay(clock: Clock, attempt: number): boolean {
    this.#immediateRetries ??= new ImmediateRetries();
    return this.#immediateRetries.mustGiveWay(clock, attempt);
  }

  /** The call has succeeded after all. */
  succeeded({ plan: { hookErrors }, bounds }: EndedCall): void {
    if (this.#delayedBy === null) return;
    for (const strategy of this.#delayedBy)
      hookErrors.observe("strategy.recordSuccess", strategy, bounds, () => strategy.recordSuccess?.());
  }
}
