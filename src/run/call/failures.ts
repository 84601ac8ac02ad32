import type { Strategy } from "../../core/backoff/strategy.ts";
import { type Classification, type FailureCause, toClassification } from "../../core/failure/classification.ts";
import { AbortRetryError, isAbortRetryError } from "../../core/failure/verdicts.ts";
import { type Decision, decide, type RetryHistory } from "../../core/retry/decision.ts";
import type { Clock } from "../time/clock.ts";
import type { Sleep } from "../time/sleep.ts";
import { ImmediateRetries } from "./immediate-retries.ts";
import { observe } from "./isolation.ts";
import type { FailureFact } from "./observers.ts";
import type { CallPlan } from "./plan.ts";

type RetryDecision = Extract<Decision, { readonly retry: true }>;

/** What a returned value was classified as; `null` for a success. */
export function judge({ retry }: CallPlan, value: unknown): Classification | null {
  const answer = retry?.resultClassifier?.(value as never);
  return answer ? toClassification(answer) : null;
}

/** What the decision is told of an attempt that has failed. */
interface EndedAttempt {
  readonly attempt: number;
  readonly cause: FailureCause;
  /** An aborted attempt is not classified. */
  readonly aborted: boolean;
  readonly elapsedMs: number;
}

/** What the failures of one call have left behind. A call that succeeds at once has none. */
export class Failures implements RetryHistory {
  readonly failures: RetryHistory["failures"] = {};
  prevSleepMs: number | null = null;
  /** The latest failure that was classified. */
  last: FailureFact | null = null;
  /** The decision to retry, until the retry is sure to be made. */
  retry: RetryDecision | null = null;
  /** What the operation threw when the call was aborted: it is not classified, but not lost either. */
  abortError: unknown;
  /** The delay that is being slept. */
  sleep: Sleep | null = null;
  #delayedBy: Set<Strategy> | null = null;
  #immediateRetries: ImmediateRetries | null = null;

  /** An attempt has thrown when the call was aborted, or to abort it. */
  aborted(error: unknown): void {
    this.abortError = isAbortRetryError(error) ? error : new AbortRetryError(undefined, { cause: error });
  }

  add(attempt: number, classification: Classification, cause: FailureCause, value: unknown): void {
    this.last = { attempt, classification, cause, value };
  }

  /** What follows an attempt that has failed. */
  decide({ retry, random }: CallPlan, { attempt, cause, aborted, elapsedMs }: EndedAttempt): Decision {
    const classification = aborted ? null : (this.last?.classification ?? null);
    const decision = decide(retry, this, { attempt, classification, cause, elapsedMs, random });
    if (decision.retry) this.retry = decision;
    return decision;
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
  succeeded(): void {
    if (this.#delayedBy === null) return;
    for (const strategy of this.#delayedBy) observe(() => strategy.recordSuccess?.());
  }
}
