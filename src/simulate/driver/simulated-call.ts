/*
 * The third driver: performs a call on a simulated clock, against a modelled dependency, without promises. The order of the call is that of
 * production; here is only the waiting.
 *
 * A modelled failure is classified already: only an attempt timeout is asked of the policy's classifier. There are no values and no signals.
 */
import type { Classification } from "../../core/failure/classification.ts";
import type { Failure } from "../../core/failure/outcome.ts";
import { type AttemptTimeoutError, type DeadlineExceededError, isAbortRetryError } from "../../core/failure/verdicts.ts";
import type { LimitPermit } from "../../core/limit/limiter.ts";
import type { Attempt } from "../../run/call/attempt.ts";
import { Call } from "../../run/call/call.ts";
import { type CallSettings, NO_SETTINGS } from "../../run/call/call-settings.ts";
import type { GateChange, GateWatcher } from "../../run/call/gate.ts";
import type { HedgeCause } from "../../run/call/rounds.ts";
import type { Step } from "../../run/call/step.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import { CUT_SHORT, SIMULATED_ERRORS, TIMED_OUT, timeoutClass } from "./simulated-errors.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { SimulatedRequest } from "./simulated-request.ts";

/** Told how a call ended: `null` is a success. */
export type Ending = (failure: Failure | null, fellBack: boolean, elapsedMs: number) => void;

/** Immediate retries of one call after which it is certain that it makes them for ever. */
const MOST_IMMEDIATE = 1_000_000;

export class SimulatedCall extends Call implements GateWatcher {
  readonly #process: SimulatedProcess;
  readonly #ending: Ending;
  /** The requests of the attempts in flight. */
  readonly #requests = new Map<Attempt, SimulatedRequest>();
  /** What the dependency has answered to the attempt that ends. */
  #answer: Classification | null = null;
  /** Since when it waits for its limiter; `null` where it does not. */
  #waitsSinceMs: number | null = null;
  #asleep: SimulatedEvent | null = null;

  constructor(process: SimulatedProcess, ending: Ending, settings: CallSettings = NO_SETTINGS) {
    super(process.plan, settings, "outcome");
    this.#process = process;
    this.#ending = ending;
  }

  start(): void {
    this.#perform(this.begin());
  }

  #perform(first: Step): void {
    let step = first;
    for (let attempts = 0; step === "attempt"; attempts++) {
      if (attempts === MOST_IMMEDIATE)
        throw new Error(`A call has made ${MOST_IMMEDIATE} attempts at one instant: give its retries a delay or a cap.`);
      this.#process.attemptStarted();
      const attempt = this.bounds.attempt as Attempt;
      const request = new SimulatedRequest((failure) => this.#perform(this.#answered(attempt, failure)));
      this.#requests.set(attempt, request);
      this.invoke(() => this.#process.service(request));
      const answer = request.takeAnswer();
      if (answer === undefined) {
        this.bounds.park(this.#wake);
        return;
      }
      step = this.#answered(attempt, answer);
    }
    if (step === "watch") {
      this.bounds.park(this.#wake);
      return;
    }
    if (step === "queue") {
      this.#waitsSinceMs = this.plan.clock.now();
      this.#process.secondary?.queued();
      this.bounds.park(this.#wakeSoon);
      return;
    }
    if (step === "ask") throw new TypeError("A sleep handler must answer at once in a simulation: it knows no promises.");
    if (step === "over") {
      this.#tellSecondary();
      this.#ending(this.failure, this.fellBack, this.bounds.elapsedMs());
      return;
    }
    this.bounds.park(this.#wake);
    this.#asleep = this.#process.after(this.delayMs, () => {
      this.#asleep = null;
      this.#perform(this.woke());
    });
  }

  #answered(attempt: Attempt, failure: Classification | null): Step {
    this.#requests.delete(attempt);
    if (failure === null) return this.ended("result", undefined, attempt);
    this.#process.attemptFailed(failure.errorClass);
    this.#answer = failure;
    return this.ended("exception", SIMULATED_ERRORS[failure.errorClass], attempt);
  }

  /** The deadline, the timeout of an attempt or a hedge has come. */
  readonly #wake = (): void => {
    const { attempt } = this.bounds;
    const before = this.last;
    this.#asleep?.cancel();
    const mayFail = attempt !== null && (this.bounds.isOverdue || this.bounds.timedOut() !== null);
    const step = this.interrupted();
    const { last } = this;
    // A failure that an abort kept from being classified was a timeout all the same.
    if (mayFail)
      this.#process.attemptFailed((last !== before && last !== null ? last.classification : timeoutClass(this.plan)).errorClass);
    this.#perform(step);
  };

  /** The limiter has answered, or something has come first: what follows is no part of what brought it about. */
  readonly #wakeSoon = (): void => {
    this.flight?.turn?.stopWaiting();
    this.#process.secondary?.waited(this.plan.clock.now() - (this.#waitsSinceMs ?? 0));
    this.#process.after(0, () => this.#perform(this.interrupted()));
  };

  /** How the call has ended, as far as hedges and limiters are concerned. */
  #tellSecondary(): void {
    const { secondary } = this.#process;
    const limitedBy = this.failure?.limitedBy;
    if (limitedBy !== undefined) secondary?.limited(limitedBy.limiter, limitedBy.reason);
    if (this.failure === null && this.flight?.subject?.hedge) secondary?.hedgeWon();
  }

  override beginAttempt(permit: LimitPermit | null, hedge: HedgeCause | null): Step {
    if (hedge !== null) this.#process.secondary?.hedged();
    return super.beginAttempt(permit, hedge);
  }

  override cut(attempt: Attempt, reason: unknown): void {
    super.cut(attempt, reason);
    if (isAbortRetryError(reason)) this.#process.secondary?.attemptCut();
    this.#requests.get(attempt)?.abandon();
    this.#requests.delete(attempt);
  }

  override get watcher(): GateWatcher {
    return this;
  }

  changed(change: GateChange): void {
    this.#process.changed(change);
    super.watcher?.changed(change);
  }

  /** A fallback gives a value, whatever it is. */
  override askFallback(): undefined {}

  protected override classify(error: unknown): Classification {
    return error === TIMED_OUT ? timeoutClass(this.plan) : (this.#answer as Classification);
  }

  /** A layer is another service: what it has retried, its caller does not know. */
  protected override heedWithin(): void {}

  override timeoutError(): AttemptTimeoutError {
    return TIMED_OUT;
  }

  override deadlineError(): DeadlineExceededError {
    return CUT_SHORT;
  }
}
