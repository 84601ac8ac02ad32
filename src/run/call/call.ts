/*
 * One call, in order:
 *
 *   aborted already?     -> over: ABORTED
 *   the gate rejects it  -> over: CIRCUIT_OPEN
 *   attempt              -> a success          -> over
 *                        -> a failure: decide  -> over, or ask the sleep handler, sleep, look whether a retry may still be made, attempt
 *   over, with a failure -> a fallback may give the value
 *
 * The order stands here once, for every driver; step.ts says what a driver does. Each step returns what comes next. Once the end has been
 * told, that is how the call ends.
 */
import type { Permit } from "../../core/breaker/circuit.ts";
import { asTimeout, type Classification, type FailureCause, toClassification } from "../../core/failure/classification.ts";
import { type AttemptTimeoutError, type DeadlineExceededError, isAbortRetryError } from "../../core/failure/verdicts.ts";
import { reasonOf } from "../time/abort-reason.ts";
import { Attempt } from "./attempt.ts";
import { type BoundedCall, Bounds } from "./bounds.ts";
import { type CallFailure, callsFailed } from "./call-failure.ts";
import type { CallSettings } from "./call-settings.ts";
import { classifyOnce } from "./classify-once.ts";
import { deadlineErrorOf, timeoutErrorOf } from "./cut-errors.ts";
import { type EndingCall, endWithFallback, endWithFault, endWithout, endWithValue } from "./ending.ts";
import { Failures, judge } from "./failures.ts";
import type { GateWatcher } from "./gate.ts";
import { isThenable } from "./isolation.ts";
import { type CallFacts, type FailureFact, Observers } from "./observers.ts";
import type { Operation } from "./options.ts";
import { retriedForMs } from "./outcome-of.ts";
import { resultOf } from "./outcomes.ts";
import type { CallPlan } from "./plan.ts";
import type { Step } from "./step.ts";

/** All fields of a call stand in this one class: adding fields in a subclass costs as much as the rest of a call. */
export class Call implements EndingCall, CallFacts, BoundedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly give: "value" | "outcome";
  readonly bounds: Bounds;
  readonly observers: Observers | null;
  /** Invocations of the operation. */
  attempts = 0;
  permit: Permit | null = null;
  failures: Failures | null = null;
  /** The promise that the call waits for: of the sleep handler or, once there is a failure, of the fallback. */
  question: PromiseLike<unknown> | null = null;
  /** The promise of the attempt in flight: what it still gives is discarded where the attempt is abandoned. */
  pending: PromiseLike<unknown> | null = null;
  failure: CallFailure | null = null;
  fellBack = false;
  ending: "value" | "failure" | "fault" | null = null;
  output: unknown;

  /** @param give what the driver hands over in the end: the value or an error, or the outcome */
  constructor(plan: CallPlan, settings: CallSettings, give: "value" | "outcome") {
    this.plan = plan;
    this.settings = settings;
    this.give = give;
    this.bounds = new Bounds(this);
    this.observers = Observers.of(this, settings);
  }

  get last(): FailureFact | null {
    return this.failures === null ? null : this.failures.last;
  }

  /** How long to sleep before the next attempt, in milliseconds. */
  get delayMs(): number {
    return this.failures?.prevSleepMs ?? 0;
  }

  get sleeper(): CallSettings["sleeper"] {
    return this.settings.sleeper ?? this.plan.retry?.sleeper;
  }

  /** Whether the driver throws the result. */
  get throws(): boolean {
    return this.ending === "fault" || (this.ending === "failure" && this.give === "value");
  }

  /** What the driver gives, once: the value, the outcome, or the error to throw. */
  result(): unknown {
    return resultOf(this);
  }

  begin(): Step {
    const { bounds, plan } = this;
    const { gate } = plan;
    plan.inFlight.enter();
    this.observers?.callBegins();
    if (bounds.isAborted()) return endWithout(this, "ABORTED");
    if (gate !== null) {
      this.permit = gate.admit(this.watcher);
      if (this.permit === null) return endWithout(this, gate.stopReason);
      // An observer of the circuit's state may have aborted the call.
      if (bounds.isCancelled()) return endWithout(this, "ABORTED");
    }
    bounds.startMs = plan.clock.now();
    return this.#beginAttempt();
  }

  /** Invokes the operation for the attempt that was begun. */
  invoke(operation: Operation): unknown {
    const attempt = this.bounds.attempt as Attempt;
    return this.observers === null ? operation(attempt) : this.observers.invoke(() => operation(attempt));
  }

  /** The attempt has returned a value, or thrown an error. */
  ended(cause: FailureCause, value: unknown): Step {
    const { bounds, plan, attempts } = this;
    const attempt = bounds.attempt as Attempt;
    bounds.unpark();
    // Whatever the operation made of it, and whatever the classifier says: an attempt that was cut short has timed out.
    const timedOut = bounds.isOverdue || attempt.timeout?.hasRung === true;
    bounds.endAttempt();
    if (cause === "result") attempt.followCaller(this.settings.signal);
    const judged = cause === "result" ? judge(plan, value) : null;
    if (cause === "result" && judged === null) return endWithValue(this, value);
    this.failures ??= new Failures();
    const { failures } = this;
    const aborted = (cause === "exception" && isAbortRetryError(value)) || bounds.isAborted();
    if (!aborted) {
      const classification = judged ?? this.classify(value);
      failures.add(attempts, timedOut ? asTimeout(classification) : classification, cause, value);
    } else if (cause === "exception") failures.aborted(value);
    failures.retriedForMs = cause === "exception" ? this.retriedWithinMs(value, attempt) : null;
    const decision = failures.decide(plan, {
      attempt: attempts,
      cause,
      aborted,
      remainingMs: bounds.remainingMs(),
      circuitOpened: this.#hasCircuitOpened(),
    });
    if (!decision.retry) return endWithout(this, decision.stopReason, decision.nextDelayMs);
    this.observers?.failure("retry", decision.delayMs, undefined);
    const handler = this.settings.sleep ?? plan.retry?.sleep;
    if (handler === undefined) return this.#pause(failures);
    const answer = handler(decision.context, decision.delayMs);
    if (!isThenable(answer)) return this.#heed(answer);
    this.question = answer;
    return "ask";
  }

  /** The question was answered. */
  answered(answer: unknown): Step {
    this.bounds.unpark();
    return this.failure === null ? this.#heed(answer) : endWithFallback(this, answer);
  }

  /** The question could not be answered. */
  refused(error: unknown): Step {
    this.bounds.unpark();
    return endWithFault(this, error);
  }

  /** The delay is over. */
  woke(): Step {
    this.bounds.unpark();
    if (this.bounds.isAborted()) return endWithout(this, "ABORTED");
    if (this.bounds.remainingMs() === 0) return endWithout(this, "DEADLINE_EXCEEDED");
    return this.#hasCircuitOpened() ? endWithout(this, "CIRCUIT_OPEN") : this.#beginAttempt();
  }

  /** A wait was ended early. An attempt in flight is cut short. */
  interrupted(): Step {
    this.bounds.unpark();
    const { attempt, isOverdue } = this.bounds;
    const { signal, scope } = this.settings;
    if (signal?.aborted || (attempt === null && scope?.ended)) {
      attempt?.cutShort(reasonOf(signal));
      return endWithout(this, "ABORTED");
    }
    if (attempt === null) return endWithout(this, "DEADLINE_EXCEEDED");
    const error = isOverdue ? this.deadlineError() : this.timeoutError();
    attempt.cutShort(error);
    if (!isOverdue) return this.ended("exception", error);
    this.failures ??= new Failures();
    this.failures.add(this.attempts, asTimeout(toClassification("TRANSIENT")), "exception", error);
    return endWithout(this, "DEADLINE_EXCEEDED");
  }

  /** Code of the user's that decides has thrown. */
  crashed(fault: unknown): Step {
    return endWithFault(this, fault);
  }

  /** Hears of the changes of state that the call causes. */
  get watcher(): GateWatcher | null {
    return this.observers;
  }

  askFallback(failure: CallFailure): unknown {
    return this.plan.fallback?.use(failure as never);
  }

  protected classify(error: unknown): Classification {
    return classifyOnce(this, error);
  }

  /** For how long a call within the attempt has retried the failure that ended both; `null` where none has. */
  protected retriedWithinMs(error: unknown, attempt: Attempt): number | null {
    return callsFailed() === attempt.order ? null : retriedForMs(error, attempt.order);
  }

  timeoutError(): AttemptTimeoutError {
    return timeoutErrorOf(this);
  }

  deadlineError(): DeadlineExceededError {
    return deadlineErrorOf(this);
  }

  /** Whether the circuit that has admitted the call is open now. */
  #hasCircuitOpened(): boolean {
    return this.permit !== null && this.plan.gate?.hasOpened() === true;
  }

  #beginAttempt(): Step {
    const { bounds, observers } = this;
    const attempt = ++this.attempts;
    this.failures?.discardResult(this.plan);
    observers?.attemptBegins(attempt);
    bounds.attempt = new Attempt(bounds, attempt, bounds.timeoutAtMs(attempt), callsFailed());
    return observers === null ? "attempt" : this.unlessBarred();
  }

  /** The attempt, unless what ran meanwhile, such as a hook, has aborted the call or kept the thread until the deadline. */
  unlessBarred(): Step {
    const { bounds } = this;
    const bar = bounds.isCancelled() ? "ABORTED" : bounds.remainingMs() === 0 ? "DEADLINE_EXCEEDED" : null;
    if (bar === null) return "attempt";
    this.attempts--;
    return endWithout(this, bar);
  }

  /** Does what the sleep handler says. */
  #heed(answer: unknown): Step {
    if (answer === "sleep") return this.#pause(this.failures as Failures);
    if (answer === "defer") return endWithout(this, "SCHEDULED", this.delayMs);
    if (answer === "abort") return endWithout(this, "ABORTED");
    throw new TypeError(`A sleep handler must answer "sleep", "defer" or "abort", got ${typeof answer}.`);
  }

  /** The retry is going to be made, after the delay. */
  #pause(failures: Failures): Step {
    const { settings, plan } = this;
    const { delayMs, context } = failures.commit();
    this.observers?.attemptEnds("retry", null, delayMs);
    const beforeSleep = settings.beforeSleep ?? plan.retry?.beforeSleep;
    if (beforeSleep !== undefined) {
      // One of the call's own may be another function for every call.
      const owner = settings.beforeSleep === undefined ? beforeSleep : plan.hookErrors;
      plan.hookErrors.observe("beforeSleep", owner, this.bounds, () => beforeSleep(context, delayMs));
    }
    // A call that has been aborted meanwhile goes on at once, to find that no retry may be made.
    if (this.bounds.isCancelled()) return this.woke();
    const mustSleep = delayMs > 0 || this.sleeper !== undefined || failures.mustGiveWay(plan.clock, this.attempts);
    return mustSleep ? "sleep" : this.woke();
  }
}
