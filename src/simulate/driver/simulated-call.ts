/*
 * The third driver: performs a policy on a simulated clock, against a modelled dependency, without promises. What follows from a failure
 * comes from the same call record, and so from the same decision, circuit and budget as in production; only the waiting is done here.
 *
 * Differs from the asynchronous driver where a simulation has nothing to do: no value, no signal, no abort by the caller. A modelled failure
 * is classified already; the policy's classifier classifies only attempt timeouts.
 */
import { type Classification, classify } from "../../core/failure/classification.ts";
import { type ErrorClass, isErrorClass } from "../../core/failure/error-class.ts";
import { covers } from "../../core/failure/fallback.ts";
import {
  AuthError,
  ConcurrencyError,
  PermanentError,
  PermissionError,
  RateLimitError,
  ServerError,
  TransientError,
} from "../../core/failure/markers.ts";
import type { Failure } from "../../core/failure/outcome.ts";
import { AttemptTimeoutError, DeadlineExceededError } from "../../core/failure/verdicts.ts";
import { refuse } from "../../core/option-rules.ts";
import type { Waiter } from "../../run/alarms.ts";
import { AttemptTimeout } from "../../run/attempt-timeout.ts";
import { CallRecord } from "../../run/call-record.ts";
import { isThenable } from "../../run/isolation.ts";
import type { CallOptions, CallPlan } from "../../run/plan.ts";
import type { Request } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** Told how a call ended: `null` is a success. */
export type Ending = (failure: Failure | null, fellBack: boolean, elapsedMs: number) => void;

/** Immediate retries of one call after which it is certain that it makes them for ever. */
const MOST_IMMEDIATE = 1_000_000;

/** The error of a modelled failure, as hooks and handlers see it. */
const ERRORS: Readonly<Record<ErrorClass, Error>> = {
  AUTH: new AuthError("simulated"),
  PERMISSION: new PermissionError("simulated"),
  PERMANENT: new PermanentError("simulated"),
  CONCURRENCY: new ConcurrencyError("simulated"),
  RATE_LIMIT: new RateLimitError("simulated"),
  SERVER_ERROR: new ServerError("simulated"),
  TRANSIENT: new TransientError("simulated"),
  UNKNOWN: new Error("simulated"),
};

/** The deadline's own error: nothing in a simulation reads its numbers. */
const CUT_SHORT = new DeadlineExceededError({ attempt: 1, deadlineMs: 0 });

const timeoutClasses = new WeakMap<CallPlan, Classification>();

/** How the policy's classifier classifies an attempt timeout. */
function timeoutClass(plan: CallPlan): Classification {
  let known = timeoutClasses.get(plan);
  if (known === undefined) {
    const timeoutMs = plan.retry?.attemptTimeoutMs ?? Infinity;
    known = classify(plan.classifier, new AttemptTimeoutError({ attempt: 1, timeoutMs }));
    timeoutClasses.set(plan, known);
  }
  return known;
}

/** One attempt, as the dependency sees it. */
class SimulatedAttempt implements Request {
  abandoned = false;
  failure: Classification | null | undefined = undefined;
  // Until it is over: a dependency may keep its request for long.
  #call: SimulatedCall | null;
  #abandoned: (() => void) | null = null;

  constructor(call: SimulatedCall) {
    this.#call = call;
  }

  respond(failure: Classification | null): void {
    const call = this.#call;
    if (call === null) return;
    if (failure !== null && !isErrorClass(failure?.errorClass))
      refuse("request.respond.failure", "null for a success, or an object with an errorClass", failure);
    this.#call = null;
    this.failure = failure;
    call.answered(this, failure);
  }

  whenAbandoned(then: () => void): void {
    this.#abandoned = then;
  }

  abandon(): void {
    this.abandoned = true;
    this.#call = null;
    this.#abandoned?.();
  }
}

export class SimulatedCall extends CallRecord implements Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  readonly #process: SimulatedProcess;
  readonly #ending: Ending;
  // The attempt in flight, once the dependency has not answered it at once.
  #current: SimulatedAttempt | null = null;
  #timeout: AttemptTimeout | null = null;
  #asleep: SimulatedEvent | null = null;

  constructor(process: SimulatedProcess, ending: Ending, options?: CallOptions) {
    super(process.plan, options, undefined);
    this.#process = process;
    this.#ending = ending;
  }

  start(): void {
    const refused = this.admit();
    this.#process.circuitUsed();
    if (refused !== null) {
      this.#fail(refused);
      return;
    }
    this.plan.deadlines?.add(this);
    this.#attempt();
  }

  /** Makes attempts until one is in flight, a delay is waited for, or the call is over. */
  #attempt(): void {
    const { timeouts, clock } = this.plan;
    // All of these happen now.
    const nowMs = clock.now();
    let attempt: SimulatedAttempt;
    let immediate = 0;
    do {
      if (++immediate > MOST_IMMEDIATE)
        throw new Error(`A call has made ${MOST_IMMEDIATE} attempts at one instant: give its retries a delay or a cap.`);
      this.beginAttempt();
      this.#process.attemptStarted();
      attempt = new SimulatedAttempt(this);
      this.#process.service(attempt);
      if (attempt.failure === undefined) {
        this.#current = attempt;
        if (timeouts === null) return;
        this.#timeout = new AttemptTimeout(this, nowMs);
        timeouts.add(this.#timeout);
        return;
      }
    } while (this.#settled(attempt.failure) && this.#mayRetry());
  }

  /** The dependency has answered. Where it answers at once, `#attempt` reads the answer from the attempt itself. */
  answered(attempt: SimulatedAttempt, failure: Classification | null): void {
    if (this.#current === attempt) this.#arrived(failure);
  }

  /** The attempt in flight takes too long. */
  timedOut(): void {
    this.#abandon();
    this.#arrived(timeoutClass(this.plan));
  }

  /** The deadline has passed. */
  ring(): void {
    const inFlight = this.#current !== null;
    this.#abandon();
    if (inFlight) this.#process.attemptFailed("TRANSIENT");
    this.#fail(inFlight ? this.cutByDeadline(CUT_SHORT) : this.stop("DEADLINE_EXCEEDED"));
  }

  #abandon(): void {
    this.#current?.abandon();
  }

  #arrived(failure: Classification | null): void {
    if (this.#settled(failure) && this.#mayRetry()) this.#attempt();
  }

  /** Decides what follows the end of an attempt. Returns true where a retry is due at once. */
  #settled(failure: Classification | null): boolean {
    this.#current = null;
    this.#dropTimeout();
    if (failure === null) {
      this.succeed();
      this.#end(null, false);
      return false;
    }
    this.#process.attemptFailed(failure.errorClass);
    const decision = this.decide("exception", ERRORS[failure.errorClass], failure);
    if (!decision.retry) {
      this.#fail(this.stop(decision.stopReason, decision.nextDelayMs));
      return false;
    }
    const { delayMs, context } = decision;
    this.tellRetry(delayMs);
    const handler = this.plan.retry?.sleep;
    if (handler !== undefined) {
      const answer = handler(context, delayMs);
      if (isThenable(answer)) throw new TypeError("A sleep handler must answer at once in a simulation: it knows no promises.");
      const stopped = this.stopBySleepHandler(answer, delayMs);
      if (stopped !== null) {
        this.#fail(stopped);
        return false;
      }
    }
    this.endAttempt(delayMs, context);
    if (delayMs === 0) return true;
    this.#asleep = this.#process.after(delayMs, () => {
      this.#asleep = null;
      if (this.#mayRetry()) this.#attempt();
    });
    return false;
  }

  #mayRetry(): boolean {
    const failure = this.barRetry();
    if (failure !== null) this.#fail(failure);
    return failure === null;
  }

  #fail(failure: Failure): void {
    const { fallback } = this.plan;
    const fellBack = fallback !== null && covers(fallback, failure);
    if (fellBack) this.fellBack(failure);
    this.#end(failure, fellBack);
  }

  #end(failure: Failure | null, fellBack: boolean): void {
    this.#current = null;
    this.#dropTimeout();
    this.#asleep?.cancel();
    this.plan.deadlines?.remove(this);
    this.#process.circuitUsed();
    this.#ending(failure, fellBack, this.elapsedMs());
  }

  #dropTimeout(): void {
    if (this.#timeout !== null) this.plan.timeouts?.remove(this.#timeout);
    this.#timeout = null;
  }
}
