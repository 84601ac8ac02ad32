import { isTimeout } from "./connect-error.ts";

/**
 * The signal of a call for its policy. Connect aborts it when the caller aborts and when the caller's `timeoutMs` has passed. Until the call has an
 * answer, the policy keeps that time itself: a wait that was given up is a failure, of which the breaker hears, and not the caller's change of mind.
 */
export class CallerSignal {
  readonly #abort = new AbortController();
  #keepsTime: boolean;

  /** @param keepsTime whether the policy has the caller's time as a deadline */
  constructor(signal: AbortSignal, keepsTime: boolean) {
    this.#keepsTime = keepsTime;
    const aborted = (): void => {
      if (!this.#keepsTime || !isTimeout(signal.reason)) this.#abort.abort(signal.reason);
    };
    if (signal.aborted) aborted();
    else signal.addEventListener("abort", aborted, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The call has an answer: what is still to come of it ends with the caller's time. */
  answered(): void {
    this.#keepsTime = false;
  }
}
