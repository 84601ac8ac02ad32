/*
 * One call: what has happened to it, and what follows from that. Everything that the drivers have in common lives here, so that they
 * cannot drift apart; they add the waiting. Reads the clock, asks the core for decisions, tells the observers, reports to the breaker.
 */
import type { BackoffContext, Strategy } from "../core/backoff/strategy.ts";
import type { Permit } from "../core/breaker/circuit.ts";
import type { AttemptContext, AttemptDecision, EventName, Hooks, Tags } from "../core/events.ts";
import { type Classification, classify, type FailureCause, toClassification } from "../core/failure/classification.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Failure, Success } from "../core/failure/outcome.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import {
  AbortRetryError,
  CircuitOpenError,
  DeadlineExceededError,
  isAbortRetryError,
  isCircuitOpenError,
  RetryExhaustedError,
} from "../core/failure/verdicts.ts";
import { type Decision, decide, type RetryHistory, STOP_EVENTS } from "../core/retry/decision.ts";
import { observe } from "./isolation.ts";
import type { CallPlan, ExecuteOptions } from "./plan.ts";
import type { Scope } from "./scope.ts";
import { RetryTimeline } from "./timeline.ts";

/** A classified failure: the thrown error or the returned value, and what it was classified as. */
interface FailureFact {
  readonly classification: Classification;
  readonly cause: FailureCause;
  readonly value: unknown;
}

const NOBODY: readonly Strategy[] = [];

export class CallRecord {
  readonly plan: CallPlan;
  readonly options: ExecuteOptions | undefined;
  readonly scope: Scope | undefined;
  /** Somebody watches: without anybody, nothing is told. */
  readonly observed: boolean;
  readonly startMs: number;
  /** Invocations so far. */
  attempts = 0;
  /** The failure of the latest attempt that was classified. */
  last: FailureFact | null = null;

  readonly #timeline: RetryTimeline | null;
  #history: RetryHistory | null = null;
  #permit: Permit | null = null;
  #attemptOpen = false;
  #attemptFailed = false;
  #abortError: unknown;

  constructor(plan: CallPlan, options: ExecuteOptions | undefined, scope: Scope | undefined) {
    this.plan = plan;
    this.options = options;
    this.startMs = plan.clock.now();
    this.scope = scope;
    const capture = options?.captureTimeline;
    this.#timeline = capture === true ? new RetryTimeline() : capture || null;
    this.observed = this.#timeline !== null || plan.hooks.length > 0 || (options !== undefined && hasHook(options));
  }

  get operation(): string | undefined {
    return this.options?.operation ?? this.plan.operation;
  }

  /** What comes before the first attempt takes no time. */
  elapsedMs(): number {
    return this.attempts === 0 ? 0 : this.plan.clock.now() - this.startMs;
  }

  remainingMs(): number {
    const deadlineMs = this.plan.retry?.deadlineMs ?? Infinity;
    return deadlineMs === Infinity ? Infinity : Math.max(0, deadlineMs - this.elapsedMs());
  }

  /** Whether somebody has cancelled the call: its signal, its `abortIf`, or the end of the scope it belongs to. */
  isAborted(): boolean {
    return this.isCancelled() || this.options?.abortIf?.() === true;
  }

  /** The same without asking `abortIf`. */
  isCancelled(): boolean {
    return this.scope?.ended === true || this.options?.signal?.aborted === true;
  }

  /** Before the first attempt: the failure that ends the call without one, if any. */
  admit(): Failure<RetryTimeline> | null {
    if (this.isAborted()) return this.stop("ABORTED");
    const { breaker } = this.plan;
    if (breaker !== null) {
      const before = breaker.state;
      const decision = breaker.allow();
      this.#tellTransition(before);
      if (!decision.admitted) return this.stop("CIRCUIT_OPEN");
      this.#permit = decision.permit;
    }
    return null;
  }

  /** Before a retry: the failure that ends the call instead, if any. */
  barRetry(): Failure<RetryTimeline> | null {
    if (this.isAborted()) return this.stop("ABORTED");
    return this.remainingMs() === 0 ? this.stop("DEADLINE_EXCEEDED") : null;
  }

  beginAttempt(): void {
    this.attempts++;
    if (!this.observed) return;
    this.#attemptOpen = true;
    this.#attemptFailed = false;
    this.#tellAttempt("onAttemptStart", null, null, 0);
  }

  /** What a returned value was classified as; `null` for a success. */
  judge(value: unknown): Classification | null {
    const answer = this.plan.retry?.resultClassifier?.(value as never);
    return answer ? toClassification(answer) : null;
  }

  /** What follows a failure. A thrown error is classified here, once, unless the call was aborted. */
  decide(cause: FailureCause, value: unknown, judged: Classification | null): Decision {
    const { plan } = this;
    const fromOperation = cause === "exception" && isAbortRetryError(value);
    if (fromOperation) this.#abortError = value;
    const classification = fromOperation || this.isAborted() ? null : (judged ?? classify(plan.classifier, value));
    if (classification !== null) this.#failed({ classification, cause, value });
    this.#history ??= { failures: {}, prevSleepMs: null, delayedBy: null };
    const elapsedMs = this.elapsedMs();
    return decide(plan.retry, this.#history, { attempt: this.attempts, classification, cause, elapsedMs, random: plan.random });
  }

  /** What an attempt is cut short with when the deadline passes. */
  deadlineError(): DeadlineExceededError {
    const { attempts: attempt, last } = this;
    const deadlineMs = this.plan.retry?.deadlineMs ?? Infinity;
    return new DeadlineExceededError({ attempt, deadlineMs }, last?.cause === "exception" ? { cause: last.value } : undefined);
  }

  /** The deadline cut the attempt in flight short: that is its failure. */
  cutByDeadline(error: DeadlineExceededError): Failure<RetryTimeline> {
    this.#failed({ classification: toClassification("TRANSIENT"), cause: "exception", value: error });
    return this.stop("DEADLINE_EXCEEDED");
  }

  /** A retry was decided on; its sleep handler, if any, has yet to be asked. */
  tellRetry(delayMs: number): void {
    if (this.observed) this.#emit("retry", this.attempts, delayMs, this.#failureTags());
  }

  /** The sleep handler has answered: the failure that ends the call, if that is what it wants. */
  stopBySleepHandler(answer: unknown, delayMs: number): Failure<RetryTimeline> | null {
    if (answer === "sleep") return null;
    if (answer === "defer") return this.stop("SCHEDULED", delayMs);
    if (answer === "abort") return this.stop("ABORTED");
    throw new TypeError(`A sleep handler must answer "sleep", "defer" or "abort", got ${typeof answer}.`);
  }

  /** The retry is going to be made, after the delay. */
  endAttempt(delayMs: number, context: BackoffContext): void {
    this.#closeAttempt("retry", null, delayMs);
    const beforeSleep = this.options?.beforeSleep ?? this.plan.retry?.beforeSleep;
    if (beforeSleep !== undefined) observe(() => beforeSleep(context, delayMs));
  }

  /** The user's code that decides has thrown: the breaker learns nothing about the dependency. */
  crashed(): void {
    this.#closeAttempt("raise", null, 0);
    this.#report("cancel");
  }

  succeed(): void {
    const budget = this.plan.retry?.budget;
    if (budget?.recordSuccess !== undefined) observe(() => budget.recordSuccess?.());
    for (const strategy of this.#history?.delayedBy ?? NOBODY) observe(() => strategy.recordSuccess?.());
    if (this.observed) {
      this.#emit("success", this.attempts, 0, this.#tags({}));
      this.#closeAttempt("success", null, 0);
    }
    this.#report("success");
  }

  /** The outcome of a call that has a value. */
  success<T>(value: T, fellBack: boolean): Success<T, RetryTimeline> {
    return {
      ok: true,
      value,
      attempts: this.attempts,
      elapsedMs: this.plan.clock.now() - this.startMs,
      fellBack,
      ...(this.#timeline !== null && { timeline: this.#timeline }),
    };
  }

  stop(stopReason: StopReason, nextDelayMs: number | null = null): Failure<RetryTimeline> {
    const { last } = this;
    const lastError = last?.cause === "exception" ? last.value : null;
    if (this.observed) {
      this.#emit(
        STOP_EVENTS[stopReason],
        this.attempts,
        stopReason === "SCHEDULED" ? (nextDelayMs ?? 0) : 0,
        stopReason === "CIRCUIT_OPEN"
          ? this.#tags({ state: this.plan.breaker?.state })
          : stopReason === "ABORTED"
            ? this.#tags({ stop_reason: stopReason })
            : this.#failureTags(stopReason),
      );
      this.#closeAttempt(
        stopReason === "SCHEDULED" ? "scheduled" : stopReason === "ABORTED" ? "aborted" : "raise",
        stopReason,
        stopReason === "SCHEDULED" ? (nextDelayMs ?? 0) : 0,
      );
    }
    if (stopReason === "ABORTED" || last === null) {
      this.#report("cancel");
    } else {
      const { errorClass } = last.classification;
      // A rejection by a breaker further in says nothing about what this one watches.
      this.#report(isCircuitOpenError(lastError) ? "cancel" : errorClass);
      observe(() => this.plan.retry?.budget?.recordFailure?.(errorClass));
    }
    return {
      ok: false,
      stopReason,
      attempts: this.attempts,
      elapsedMs: this.elapsedMs(),
      lastClass: last?.classification.errorClass ?? null,
      lastError,
      lastResult: last?.cause === "result" ? last.value : null,
      cause: last?.cause ?? null,
      nextDelayMs,
      ...(this.#timeline !== null && { timeline: this.#timeline }),
    };
  }

  /** A fallback gave the value. */
  fellBack({ stopReason }: Failure): void {
    if (this.observed) this.#emit("fell_back", this.attempts, 0, this.#failureTags(stopReason));
  }

  /** What `call` throws for this failure. */
  errorFor(failure: Failure): unknown {
    const { stopReason, cause, lastError } = failure;
    const { breaker, retry } = this.plan;
    if (stopReason === "CIRCUIT_OPEN" && breaker !== null) {
      const { name, state, retryAfterMs } = breaker;
      return new CircuitOpenError({ breaker: name, state: state === "half_open" ? state : "open", retryAfterMs });
    }
    if (stopReason === "ABORTED") {
      const signal = this.options?.signal;
      if (signal?.aborted) return signal.reason;
      return this.#abortError ?? new AbortRetryError(undefined, cause === "exception" ? { cause: lastError } : undefined);
    }
    const wrap = cause !== "exception" || stopReason === "SCHEDULED" || retry?.onExhausted === "wrap";
    return wrap ? new RetryExhaustedError(failure) : lastError;
  }

  #failed(fact: FailureFact): void {
    this.last = fact;
    this.#attemptFailed = true;
  }

  /** Reports to the breaker, once a call, and tells of the change of state that it causes. */
  #report(how: "success" | "cancel" | ErrorClass): void {
    const { breaker } = this.plan;
    const permit = this.#permit;
    if (breaker === null || permit === null) return;
    this.#permit = null;
    const before = breaker.state;
    if (how === "success") breaker.recordSuccess(permit);
    else if (how === "cancel") breaker.recordCancel(permit);
    else breaker.recordFailure(how, permit);
    this.#tellTransition(before);
  }

  #tellTransition(before: string): void {
    const state = this.plan.breaker?.state;
    if (!this.observed || state === before) return;
    const opened = state === "open";
    this.#emit(
      opened ? "circuit_opened" : state === "closed" ? "circuit_closed" : "circuit_half_open",
      0,
      0,
      this.#tags({ state, class: opened ? this.last?.classification.errorClass : undefined }),
    );
  }

  #failureTags(stopReason?: StopReason): Tags {
    const { last } = this;
    return this.#tags({
      class: last?.classification.errorClass,
      err: last?.cause === "exception" ? errorName(last.value) : undefined,
      stop_reason: stopReason,
      cause: last?.cause,
    });
  }

  /** The tags that have a value, and the operation. */
  #tags(tags: { readonly [Tag in keyof Tags]: Tags[Tag] | undefined }): Tags {
    return Object.freeze(
      Object.fromEntries(Object.entries({ ...tags, operation: this.operation }).filter(([, value]) => value !== undefined)),
    );
  }

  #hooks(): readonly Hooks[] {
    return this.options === undefined ? this.plan.hooks : [...this.plan.hooks, this.options];
  }

  #emit(event: EventName, attempt: number, sleepMs: number, tags: Tags): void {
    this.#timeline?.events.push({
      attempt,
      event,
      elapsedMs: this.elapsedMs(),
      sleepMs,
      errorClass: tags.class ?? null,
      stopReason: tags.stop_reason ?? null,
      cause: tags.cause ?? null,
    });
    const retryAfterMs = event === "retry" ? this.last?.classification.retryAfterMs : undefined;
    for (const hooks of this.#hooks()) {
      observe(() => hooks.onMetric?.(event, attempt, sleepMs, tags));
      observe(() =>
        hooks.onLog?.(event, {
          attempt,
          sleep_ms: sleepMs,
          ...tags,
          ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
        }),
      );
    }
  }

  #closeAttempt(decision: AttemptDecision, stopReason: StopReason | null, sleepMs: number): void {
    if (!this.#attemptOpen) return;
    this.#attemptOpen = false;
    this.#tellAttempt("onAttemptEnd", decision, stopReason, sleepMs);
  }

  #tellAttempt(
    hook: "onAttemptStart" | "onAttemptEnd",
    decision: AttemptDecision | null,
    stopReason: StopReason | null,
    sleepMs: number,
  ): void {
    const failed = this.#attemptFailed ? this.last : null;
    const context: AttemptContext = Object.freeze({
      attempt: this.attempts,
      operation: this.operation ?? null,
      elapsedMs: this.elapsedMs(),
      classification: failed?.classification ?? null,
      cause: failed?.cause ?? null,
      error: failed?.cause === "exception" ? failed.value : null,
      result: failed?.cause === "result" ? failed.value : null,
      decision,
      stopReason,
      sleepMs,
    });
    for (const hooks of this.#hooks()) observe(() => hooks[hook]?.(context));
  }
}

function hasHook(hooks: Hooks): boolean {
  return (hooks.onMetric ?? hooks.onLog ?? hooks.onAttemptStart ?? hooks.onAttemptEnd) !== undefined;
}

/** The constructor name of an error; of what is no object, its type. */
function errorName(error: unknown): string {
  try {
    return (typeof error === "object" && error?.constructor?.name) || typeof error;
  } catch {
    return "object";
  }
}
