/*
 * One call: what has happened to it, and what follows from that. Everything that the drivers have in common lives here, so that they
 * cannot drift apart; they add the waiting. Reads the clock, asks the core for decisions, tells the observers, reports to the breaker.
 */
import type { BackoffContext, Strategy } from "../core/backoff/strategy.ts";
import type { Permit } from "../core/breaker/circuit.ts";
import type { Hooks } from "../core/events.ts";
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
import { type CallFacts, type FailureFact, Telling } from "./telling.ts";
import { RetryTimeline } from "./timeline.ts";

const NOBODY: readonly Strategy[] = [];

export class CallRecord implements CallFacts {
  readonly plan: CallPlan;
  readonly options: ExecuteOptions | undefined;
  readonly scope: Scope | undefined;
  /** When the call was admitted: what comes before takes no time. */
  startMs = 0;
  /** Tells whoever observes the call; `null` where nobody does. */
  readonly telling: Telling | null;
  attempts = 0;
  last: FailureFact | null = null;
  #history: RetryHistory | null = null;
  #permit: Permit | null = null;
  #abortError: unknown;

  constructor(plan: CallPlan, options: ExecuteOptions | undefined, scope: Scope | undefined) {
    this.plan = plan;
    this.options = options;
    this.scope = scope;
    this.telling = this.#tellingTo(plan.hooks, options);
  }

  get operation(): string | undefined {
    return this.options?.operation ?? this.plan.operation;
  }

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

  /** An attempt wants to hear of the caller's signal. A synchronous call cannot be told: it looks between attempts. */
  watchSignal(): void {}

  /** Before the first attempt: the failure that ends the call without one, if any. */
  admit(): Failure<RetryTimeline> | null {
    const refused = this.#refusal();
    // A call that is refused needs no clock, but the fallback that answers for it may take its time.
    if (refused === null || this.plan.fallback !== null) this.startMs = this.plan.clock.now();
    return refused;
  }

  /** Before a retry: the failure that ends the call instead, if any. */
  barRetry(): Failure<RetryTimeline> | null {
    if (this.isAborted()) return this.stop("ABORTED");
    return this.remainingMs() === 0 ? this.stop("DEADLINE_EXCEEDED") : null;
  }

  beginAttempt(): void {
    this.attempts++;
    this.telling?.attemptBegins();
  }

  /** What a returned value was classified as; `null` for a success. */
  judge(value: unknown): Classification | null {
    const answer = this.plan.retry?.resultClassifier?.(value as never);
    return answer ? toClassification(answer) : null;
  }

  /** What follows a failure. A thrown error is classified here, once, unless the call was aborted. */
  decide(cause: FailureCause, value: unknown, judged: Classification | null): Decision {
    const { plan, attempts: attempt } = this;
    const fromOperation = cause === "exception" && isAbortRetryError(value);
    const aborted = fromOperation || this.isAborted();
    // What was thrown at that moment is not classified, but not lost either.
    if (aborted && cause === "exception")
      this.#abortError = fromOperation ? value : new AbortRetryError(undefined, { cause: value });
    const classification = aborted ? null : (judged ?? classify(plan.classifier, value));
    if (classification !== null) this.last = { attempt, classification, cause, value };
    this.#history ??= { failures: {}, prevSleepMs: null, delayedBy: null };
    return decide(plan.retry, this.#history, {
      attempt,
      classification,
      cause,
      elapsedMs: this.elapsedMs(),
      random: plan.random,
    });
  }

  /** What an attempt is cut short with when the deadline passes. */
  deadlineError(): DeadlineExceededError {
    const { attempts: attempt, last } = this;
    const deadlineMs = this.plan.retry?.deadlineMs ?? Infinity;
    return new DeadlineExceededError({ attempt, deadlineMs }, last?.cause === "exception" ? { cause: last.value } : undefined);
  }

  /** The deadline cut the attempt in flight short: that is its failure. */
  cutByDeadline(error: DeadlineExceededError): Failure<RetryTimeline> {
    const classification = toClassification("TRANSIENT");
    this.last = { attempt: this.attempts, classification, cause: "exception", value: error };
    return this.stop("DEADLINE_EXCEEDED");
  }

  /** A retry was decided on; its sleep handler, if any, has yet to be asked. */
  tellRetry(delayMs: number): void {
    this.telling?.failure("retry", delayMs, undefined);
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
    this.telling?.attemptEnds("retry", null, delayMs);
    const beforeSleep = this.options?.beforeSleep ?? this.plan.retry?.beforeSleep;
    if (beforeSleep !== undefined) observe(() => beforeSleep(context, delayMs));
  }

  succeed(): void {
    const budget = this.plan.retry?.budget;
    if (budget?.recordSuccess !== undefined) observe(() => budget.recordSuccess?.());
    for (const strategy of this.#history?.delayedBy ?? NOBODY) observe(() => strategy.recordSuccess?.());
    this.telling?.event("success", this.attempts, 0, {});
    this.telling?.attemptEnds("success", null, 0);
    this.#report("success");
  }

  /** The outcome of a call that has a value. */
  success<T>(value: T, fellBack: boolean): Success<T, RetryTimeline> {
    const elapsedMs = this.plan.clock.now() - this.startMs;
    return { ok: true, value, attempts: this.attempts, elapsedMs, fellBack, ...this.#timeline() };
  }

  stop(stopReason: StopReason, nextDelayMs: number | null = null): Failure<RetryTimeline> {
    const { last } = this;
    const lastError = last?.cause === "exception" ? last.value : null;
    this.#tellStop(stopReason, stopReason === "SCHEDULED" ? (nextDelayMs ?? 0) : 0);
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
      ...this.#timeline(),
    };
  }

  /** The user's code that decides has thrown: the breaker learns nothing about the dependency. */
  crashed(): void {
    this.telling?.attemptEnds("raise", null, 0);
    observe(() => this.#report("cancel"));
  }

  /** A fallback gave the value. */
  fellBack({ stopReason }: Failure): void {
    this.telling?.failure("fell_back", 0, stopReason);
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

  #refusal(): Failure<RetryTimeline> | null {
    if (this.isAborted()) return this.stop("ABORTED");
    const { breaker } = this.plan;
    if (breaker === null) return null;
    const before = breaker.state;
    const decision = breaker.allow();
    this.#tellTransition(before);
    if (!decision.admitted) return this.stop("CIRCUIT_OPEN");
    this.#permit = decision.permit;
    return null;
  }

  #tellingTo(policyHooks: readonly Hooks[], options: ExecuteOptions | undefined): Telling | null {
    if (options === undefined) return policyHooks.length === 0 ? null : new Telling(this, policyHooks, null);
    const { captureTimeline: capture, onMetric, onLog, onAttemptStart, onAttemptEnd } = options;
    const hooks = (onMetric ?? onLog ?? onAttemptStart ?? onAttemptEnd) ? [...policyHooks, options] : policyHooks;
    const timeline = capture === true ? new RetryTimeline() : capture || null;
    return timeline === null && hooks.length === 0 ? null : new Telling(this, hooks, timeline);
  }

  #timeline(): { readonly timeline?: RetryTimeline } | undefined {
    const timeline = this.telling?.timeline;
    return timeline ? { timeline } : undefined;
  }

  #tellStop(stopReason: StopReason, sleepMs: number): void {
    const { telling, attempts } = this;
    if (telling === null) return;
    const event = STOP_EVENTS[stopReason];
    if (stopReason === "CIRCUIT_OPEN") telling.event(event, attempts, 0, { state: this.plan.breaker?.state });
    else if (stopReason === "ABORTED") telling.event(event, attempts, 0, { stop_reason: stopReason });
    else telling.failure(event, sleepMs, stopReason);
    telling.attemptEnds(
      stopReason === "SCHEDULED" ? "scheduled" : stopReason === "ABORTED" ? "aborted" : "raise",
      stopReason,
      sleepMs,
    );
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
    if (this.telling === null || state === before) return;
    const opened = state === "open";
    const event = opened ? "circuit_opened" : state === "closed" ? "circuit_closed" : "circuit_half_open";
    this.telling.event(event, 0, 0, { state, class: opened ? this.last?.classification.errorClass : undefined });
  }
}
