/*
 * The third driver: performs a call on a simulated clock, against a modelled dependency, without promises. The order of the call is that of
 * production; here is only the waiting.
 *
 * A modelled failure is classified already: only an attempt timeout is asked of the policy's classifier. There are no values and no signals.
 */
import type { Classification } from "../../core/failure/classification.ts";
import type { Failure } from "../../core/failure/outcome.ts";
import type { AttemptTimeoutError, DeadlineExceededError } from "../../core/failure/verdicts.ts";
import { Call } from "../../run/call/call.ts";
import { type CallSettings, NO_SETTINGS } from "../../run/call/call-settings.ts";
import type { GateChange, GateWatcher } from "../../run/call/gate.ts";
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
  #request: SimulatedRequest | null = null;
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
      const request = new SimulatedRequest((failure) => this.#perform(this.#answered(failure)));
      this.#request = request;
      this.invoke(() => this.#process.service(request));
      const answer = request.takeAnswer();
      if (answer === undefined) {
        this.bounds.park(this.#wake);
        return;
      }
      step = this.#answered(answer);
    }
    if (step === "ask") throw new TypeError("A sleep handler must answer at once in a simulation: it knows no promises.");
    if (step === "over") {
      this.#ending(this.failure, this.fellBack, this.bounds.elapsedMs());
      return;
    }
    this.bounds.park(this.#wake);
    this.#asleep = this.#process.after(this.delayMs, () => {
      this.#asleep = null;
      this.#perform(this.woke());
    });
  }

  #answered(failure: Classification | null): Step {
    if (failure === null) return this.ended("result", undefined);
    this.#process.attemptFailed(failure.errorClass);
    return this.ended("exception", SIMULATED_ERRORS[failure.errorClass]);
  }

  /** The deadline or the attempt's timeout has come. */
  readonly #wake = (): void => {
    const { attempt } = this.bounds;
    this.#asleep?.cancel();
    if (attempt !== null) this.#request?.abandon();
    const step = this.interrupted();
    // A failure that an abort kept from being classified was a timeout all the same.
    const { last } = this;
    if (attempt !== null)
      this.#process.attemptFailed((last?.attempt === attempt.attempt ? last.classification : timeoutClass(this.plan)).errorClass);
    this.#perform(step);
  };

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
    return error === TIMED_OUT ? timeoutClass(this.plan) : (this.#request?.answer as Classification);
  }

  /** A layer is another service: what it has retried, its caller does not know. */
  protected override retriedWithinMs(): null {
    return null;
  }

  override timeoutError(): AttemptTimeoutError {
    return TIMED_OUT;
  }

  override deadlineError(): DeadlineExceededError {
    return CUT_SHORT;
  }
}
