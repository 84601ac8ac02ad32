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
import { type Classification, type FailureCause, toClassification } from "../../core/failure/classification.ts";
import { isAbortRetryError } from "../../core/failure/verdicts.ts";
import { Attempt } from "./attempt.ts";
import { EndingCall } from "./ending-call.ts";
import { Failures, type RetryDecision } from "./failures.ts";
import { isThenable, observe } from "./isolation.ts";
import { remembered } from "./outcome-of.ts";
import type { Step } from "./step.ts";

export class Call extends EndingCall {
  begin(): Step {
    const { bounds, plan } = this;
    const { gate } = plan;
    if (bounds.isAborted()) return this.stop("ABORTED");
    if (gate !== null) {
      this.permit = gate.admit(this.watcher);
      if (this.permit === null) return this.stop(gate.stopReason);
      // An observer of the circuit's state may have aborted the call.
      if (bounds.isCancelled()) return this.stop("ABORTED");
    }
    bounds.startMs = plan.clock.now();
    return this.#beginAttempt();
  }

  /** The attempt has returned a value, or thrown an error. */
  ended(cause: FailureCause, value: unknown): Step {
    this.bounds.unpark();
    this.bounds.endAttempt();
    const judged = cause === "result" ? this.#judge(value) : null;
    if (cause === "result" && judged === null) return this.succeed(value);
    this.failures ??= new Failures();
    const { failures, plan, attempts } = this;
    if ((cause === "exception" && isAbortRetryError(value)) || this.bounds.isAborted()) {
      if (cause === "exception") failures.aborted(value);
      return this.stop("ABORTED");
    }
    failures.add(attempts, judged ?? this.classify(value), cause, value);
    const decision = failures.decide(plan, this.bounds.spentMs());
    if (!decision.retry) return this.stop(decision.stopReason, decision.nextDelayMs);
    this.observers?.failure("retry", decision.delayMs, undefined);
    const handler = this.settings.sleep ?? plan.retry?.sleep;
    if (handler === undefined) return this.#pause(decision);
    const answer = handler(decision.context, decision.delayMs);
    if (!isThenable(answer)) return this.#heed(answer);
    this.question = answer;
    return "ask";
  }

  /** The question was answered. */
  answered(answer: unknown): Step {
    this.bounds.unpark();
    return this.failure === null ? this.#heed(answer) : this.fallBack(answer);
  }

  /** The question could not be answered. */
  refused(error: unknown): Step {
    this.bounds.unpark();
    if (this.failure === null) throw error;
    return this.over("fault", remembered(error, this.failure));
  }

  /** The delay is over. */
  woke(): Step {
    this.bounds.unpark();
    if (this.bounds.isAborted()) return this.stop("ABORTED");
    return this.bounds.remainingMs() === 0 ? this.stop("DEADLINE_EXCEEDED") : this.#beginAttempt();
  }

  /** A wait was ended early. An attempt in flight is cut short. */
  interrupted(): Step {
    this.bounds.unpark();
    const { attempt, isOverdue } = this.bounds;
    const { signal, scope } = this.settings;
    if (signal?.aborted || (attempt === null && scope?.ended)) {
      attempt?.cutShort(signal?.reason);
      return this.stop("ABORTED");
    }
    if (attempt === null) return this.stop("DEADLINE_EXCEEDED");
    const error = isOverdue ? this.deadlineError() : this.timeoutError();
    attempt.cutShort(error);
    if (!isOverdue) return this.ended("exception", error);
    this.failures ??= new Failures();
    this.failures.add(this.attempts, toClassification("TRANSIENT"), "exception", error);
    return this.stop("DEADLINE_EXCEEDED");
  }

  #beginAttempt(): Step {
    const attempt = ++this.attempts;
    const { bounds } = this;
    if (this.observers !== null) {
      this.observers.attemptBegins(attempt);
      // A hook may have aborted the call, or kept the thread until the deadline: then the operation is not invoked.
      const bar = bounds.isCancelled() ? "ABORTED" : bounds.remainingMs() === 0 ? "DEADLINE_EXCEEDED" : null;
      if (bar !== null) {
        this.attempts--;
        return this.stop(bar);
      }
    }
    bounds.attempt = new Attempt(bounds, attempt, bounds.timeoutAtMs(attempt));
    return "attempt";
  }

  /** What a returned value was classified as; `null` for a success. */
  #judge(value: unknown): Classification | null {
    const answer = this.plan.retry?.resultClassifier?.(value as never);
    return answer ? toClassification(answer) : null;
  }

  /** Does what the sleep handler says. */
  #heed(answer: unknown): Step {
    if (answer === "sleep") return this.#pause(this.failures?.retry as RetryDecision);
    if (answer === "defer") return this.stop("SCHEDULED", this.delayMs);
    if (answer === "abort") return this.stop("ABORTED");
    throw new TypeError(`A sleep handler must answer "sleep", "defer" or "abort", got ${typeof answer}.`);
  }

  /** The retry is going to be made, after the delay. */
  #pause({ delayMs, context }: RetryDecision): Step {
    this.failures?.delay();
    this.observers?.attemptEnds("retry", null, delayMs);
    const beforeSleep = this.settings.beforeSleep ?? this.plan.retry?.beforeSleep;
    if (beforeSleep !== undefined) observe(() => beforeSleep(context, delayMs));
    // A call that has been aborted meanwhile goes on at once, to find that no retry may be made.
    if (this.bounds.isCancelled()) return this.woke();
    if (delayMs > 0 || this.sleeper !== undefined) return "sleep";
    return this.failures?.mustGiveWay(this.plan.clock, this.attempts) ? "sleep" : this.woke();
  }
}
