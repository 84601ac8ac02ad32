/*
 * How a call ends, and who hears of it: the observers, the gate, the budget, the strategies that delayed it. Once the end has been told,
 * that is how the call ends; only a fallback may still give a value in place of a failure.
 */
import type { Permit } from "../../core/breaker/circuit.ts";
import { type Classification, classify } from "../../core/failure/classification.ts";
import { covers } from "../../core/failure/fallback.ts";
import type { Failure } from "../../core/failure/outcome.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { AttemptTimeoutError, DeadlineExceededError, isCircuitOpenError } from "../../core/failure/verdicts.ts";
import { Bounds, type CutErrors } from "./bounds.ts";
import type { CallSettings } from "./call-settings.ts";
import type { Failures } from "./failures.ts";
import type { GateWatcher, Heard } from "./gate.ts";
import { isThenable, observe } from "./isolation.ts";
import { type CallFacts, type FailureFact, Observers } from "./observers.ts";
import { remembered } from "./outcome-of.ts";
import { type EndedCall, errorOf, failureOf, successOf } from "./outcomes.ts";
import type { CallPlan } from "./plan.ts";
import type { Step } from "./step.ts";
import type { RetryTimeline } from "./timeline.ts";

/** What every call has. All fields stand here: a class that adds fields to another one's costs as much as the rest of a call. */
export abstract class EndingCall implements CallFacts, EndedCall, CutErrors {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly bounds: Bounds;
  /** Invocations of the operation. */
  attempts = 0;
  /** The promise that the call waits for: of the sleep handler or, once there is a failure, of the fallback. */
  question: PromiseLike<unknown> | null = null;
  failures: Failures | null = null;
  failure: Failure<RetryTimeline> | null = null;
  fellBack = false;

  readonly #give: "value" | "outcome";
  protected readonly observers: Observers | null;
  protected permit: Permit | null = null;
  #ending: "value" | "failure" | "fault" | null = null;
  #result: unknown;

  /** @param give what the driver hands over in the end: the value or an error, or the outcome */
  constructor(plan: CallPlan, settings: CallSettings, give: "value" | "outcome") {
    this.plan = plan;
    this.settings = settings;
    this.bounds = new Bounds(plan, settings, this);
    this.#give = give;
    this.observers = Observers.of(this, plan.hooks, settings);
  }

  get operation(): string | undefined {
    return this.bounds.operation;
  }

  get last(): FailureFact | null {
    return this.failures === null ? null : this.failures.last;
  }

  get timeline(): RetryTimeline | null {
    return this.observers === null ? null : this.observers.timeline;
  }

  /** How long to sleep before the next attempt, in milliseconds. */
  get delayMs(): number {
    return this.failures?.retry?.delayMs ?? 0;
  }

  get sleeper(): CallSettings["sleeper"] {
    return this.settings.sleeper ?? this.plan.retry?.sleeper;
  }

  /** What the driver gives: the value or the outcome. Throws what the call throws. */
  result(): unknown {
    if (this.#ending === "value") return this.#give === "value" ? this.#result : successOf(this, this.#result);
    if (this.#ending === "fault" || this.failure === null) throw this.#result;
    if (this.#give === "outcome") return this.failure;
    throw errorOf(this, this.failure);
  }

  /** Code of the user's that decides has thrown: the call ends with its error, which says nothing about the dependency. */
  crashed(fault: unknown): void {
    if (this.#ending !== null) return;
    this.observers?.attemptEnds("raise", null, 0);
    this.#release("cancel");
    this.bounds.unpark();
    this.bounds.end();
    this.over("fault", fault);
  }

  protected succeed(value: unknown): Step {
    const { observers, failures, plan } = this;
    const budget = plan.retry?.budget;
    if (budget?.recordSuccess !== undefined) observe(() => budget.recordSuccess?.());
    failures?.succeeded();
    observers?.succeeded();
    this.#release("success");
    this.bounds.end();
    return this.over("value", value);
  }

  /** Ends the call without a value, unless a fallback gives one. */
  protected stop(stopReason: StopReason, nextDelayMs: number | null = null): Step {
    const { last, plan, bounds } = this;
    bounds.end();
    const state = stopReason === plan.gate?.stopReason ? plan.gate.state : undefined;
    this.observers?.stopped(stopReason, stopReason === "SCHEDULED" ? (nextDelayMs ?? 0) : 0, state);
    if (stopReason === "ABORTED" || last === null) {
      this.#release("cancel");
    } else {
      const { errorClass } = last.classification;
      // A rejection by a breaker further in says nothing about what this one watches.
      this.#release(last.cause === "exception" && isCircuitOpenError(last.value) ? "cancel" : errorClass);
      observe(() => plan.retry?.budget?.recordFailure?.(errorClass));
    }
    const failure = failureOf(this, stopReason, nextDelayMs);
    this.failure = failure;
    if (plan.fallback === null || !covers(plan.fallback, failure)) return this.over("failure", undefined);
    // A call that was never admitted begins with its fallback, which may take its time.
    if (Number.isNaN(bounds.startMs)) bounds.startMs = plan.clock.now();
    try {
      const value = this.askFallback(failure);
      if (!isThenable(value)) return this.fallBack(value);
      this.question = value;
      return "ask";
    } catch (error) {
      return this.over("fault", remembered(error, failure));
    }
  }

  protected fallBack(value: unknown): Step {
    this.fellBack = true;
    this.observers?.failure("fell_back", 0, this.failure?.stopReason);
    return this.over("value", value);
  }

  protected over(ending: "value" | "failure" | "fault", result: unknown): Step {
    this.#ending = ending;
    this.#result = result;
    return "over";
  }

  // ---- what a simulation does otherwise

  /** Hears of the changes of state that the call causes. */
  protected get watcher(): GateWatcher | null {
    return this.observers;
  }

  protected classify(error: unknown): Classification {
    return classify(this.plan.classifier, error);
  }

  protected askFallback(failure: Failure): unknown {
    return this.plan.fallback?.use(failure as Failure<never>);
  }

  timeoutError(): AttemptTimeoutError {
    return new AttemptTimeoutError({ attempt: this.attempts, timeoutMs: this.plan.retry?.attemptTimeoutMs ?? Infinity });
  }

  deadlineError(): DeadlineExceededError {
    const { attempts: attempt, last, bounds } = this;
    const options = last?.cause === "exception" ? { cause: last.value } : undefined;
    return new DeadlineExceededError({ attempt, deadlineMs: bounds.deadlineMs }, options);
  }

  /** Reports to the gate, once. */
  #release(heard: Heard): void {
    const permit = this.permit;
    if (permit === null) return;
    this.permit = null;
    this.plan.gate?.release(permit, heard, this.watcher);
  }
}
