import type { FailureCause } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { DeadlineOf, LimitedBy } from "../../core/failure/outcome.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { STOPS } from "../../core/failure/stops.ts";
import { rejectionBehind } from "../../core/failure/verdicts.ts";
import type { RetryHistory } from "../../core/retry/decision.ts";
import { type Progress, progressOf, type Resumption, whyNotResumed } from "../../core/retry/progress.ts";
import type { DecisionSettings } from "../../core/retry/settings.ts";
import { KnownCall } from "./call-context.ts";
import { type KeptFailure, withOutcome } from "./outcome-of.ts";
import { type EndedCall, errorOf, type ThrownFailure } from "./outcomes.ts";
import type { RetryTimeline } from "./timeline.ts";

let failed = 0;

/** How many calls have failed so far. */
export const callsFailed = (): number => failed;

/** Why a call ended without a value, as `execute` returns it. The error that `call` throws instead is made when it is asked for. */
export class CallFailure implements KeptFailure, ThrownFailure {
  readonly ok = false;
  readonly stopReason: StopReason;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly lastClass: ErrorClass | null;
  readonly lastError: unknown;
  readonly lastResult: unknown;
  readonly cause: FailureCause | null;
  readonly nextDelayMs: number | null;
  declare readonly timeline?: RetryTimeline;
  declare readonly limitedBy?: LimitedBy;
  declare readonly deadlineOf?: DeadlineOf;
  declare readonly refusal?: string;
  /** Until the error is made. */
  #call: EndedCall | null;
  #error: unknown;
  /** Until the progress is made. */
  #left: Left | null;
  #progress: Progress | null = null;
  readonly #order = ++failed;
  readonly #retriedForMs: number | null;

  constructor(call: EndedCall, stopReason: StopReason, nextDelayMs: number | null) {
    const { attempts, last, plan, failures } = call;
    const timeline = call.observers?.timeline;
    this.stopReason = stopReason;
    this.attempts = attempts;
    this.elapsedMs = call.bounds.elapsedMs();
    this.lastClass = last === null ? null : last.classification.errorClass;
    this.lastError = last?.cause === "exception" ? last.value : null;
    this.lastResult = last?.cause === "result" ? last.value : null;
    this.cause = last === null ? null : last.cause;
    this.nextDelayMs = nextDelayMs;
    if (timeline) this.timeline = timeline;
    const { rejection } = call;
    if (rejection !== null) {
      const { limiter, reason, retryAfterMs } = rejection;
      this.limitedBy = { limiter, reason, retryAfterMs };
    }
    if (stopReason === "DEADLINE_EXCEEDED") this.deadlineOf = call.bounds.deadlineOf;
    const refusal = failures?.refusal ?? null;
    if (refusal !== null && stopReason === "RETRY_REFUSED") this.refusal = refusal;
    if (last?.cause === "result") withOutcome(last.value, this);
    this.#left = STOPS[stopReason].canResume === true || stopReason === "NON_RETRYABLE_CLASS" ? leftOf(call) : null;
    this.#call = call;
    const hasRetried = plan.retry !== null && last !== null && (attempts > 1 || STOPS[stopReason].isLimit === true);
    const within = failures?.retriedForMs ?? null;
    this.#retriedForMs = hasRetried ? Math.max(this.elapsedMs, within ?? 0) : within;
  }

  get error(): unknown {
    if (this.#call !== null) this.throwing(errorOf(this.#call, this));
    return this.#error;
  }

  get progress(): Progress | null {
    if (this.#left !== null) this.#progress = progressAfter(this, this.#left);
    this.#left = null;
    return this.#progress;
  }

  /** @internal The error that is thrown for it, where that was made already. */
  get hasError(): boolean {
    return this.#call === null;
  }

  /** @internal Takes the error that is thrown for it. Returns it. */
  throwing(error: unknown): unknown {
    this.#call = null;
    this.#error = withOutcome(error, this);
    return error;
  }

  /** @internal How many calls had failed when this one had. */
  get order(): number {
    return this.#order;
  }

  /** @internal For how long this call, or one within it, has retried before it gave up; `null` where none has. */
  get retriedForMs(): number | null {
    return this.#retriedForMs;
  }
}

/** What the progress of a call is made of, when it is asked for. */
interface Left {
  readonly history: Pick<RetryHistory, "failures" | "prevSleepMs">;
  readonly resume: Resumption | null;
  readonly known: KnownCall | null;
  readonly retry: DecisionSettings | null;
}

const NO_HISTORY = { failures: {}, prevSleepMs: null };

/** Of a call that was turned away before it began: that costs it no object. */
const NOTHING: Left = { history: NO_HISTORY, resume: null, known: null, retry: null };

function leftOf({ attempts, settings: { resume }, failures, known, plan }: EndedCall): Left {
  if (attempts === 0 && resume === null && known === null) return NOTHING;
  return { history: failures ?? resume ?? NO_HISTORY, resume, known, retry: plan.retry };
}

/** `null` where the stop is the last word after all, and where the caps leave no further attempt. */
function progressAfter(failure: CallFailure, { history, resume, known, retry }: Left): Progress | null {
  const { attempts, elapsedMs, stopReason, nextDelayMs, lastError } = failure;
  // Of what is never retried, only a rejection further in says when to come back.
  if (STOPS[stopReason].canResume !== true && rejectionBehind(lastError) === undefined) return null;
  // The retry comes after the delay, wherever it is made.
  const waitMs = stopReason === "SCHEDULED" ? (nextDelayMs as number) : 0;
  const deliveries = (resume?.deliveries ?? 0) + 1;
  // Observers may have said so when they were told of the end.
  const carried = known === null ? resume?.carried : KnownCall.carriedBy(known);
  const progress = progressOf(history, { attempts, elapsedMs, deliveries, carried }, waitMs);
  return whyNotResumed(retry, progress) === null ? progress : null;
}
