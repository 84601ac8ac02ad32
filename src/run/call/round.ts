/*
 * A round: what the retry sees as one attempt of a hedged call. The attempts that are in flight beside each other, and when the next hedge is due.
 *
 *   the delay has passed, none has ended well    -> a hedge, if there may be one
 *   an attempt fails                             -> a hedge at once, if there may be one; else wait for the others
 *   the last of them fails                       -> its failure goes to the decision
 *   the first fails, of a class never retried    -> its failure goes to the decision, the others are cut
 *   a hedge fails so, or is asked to come later  -> no more hedges; the others may still succeed
 *   one succeeds                                 -> over, the others are cut
 */
import type { FailureCause } from "../../core/failure/classification.ts";
import type { Alarms, Waiter } from "../time/waiter.ts";
import type { Attempt, AttemptFlight } from "./attempt.ts";

/** How an attempt has ended. */
export interface EndedAttempt {
  readonly attempt: Attempt;
  readonly cause: FailureCause;
  readonly value: unknown;
}

/** As one who waits, it waits for the next hedge. */
export class Round implements Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;
  /** How long after its latest attempt a hedge is due, and when. */
  waitMs = Infinity;
  dueAtMs = Infinity;
  /** The hedge is due. */
  hasRung = false;
  /** It stands in line for that, or did until it has rung. */
  isWaiting = false;
  /** The number of the attempt whose timeout was set last: each is set once, however often the driver waits. */
  timed = 0;
  /** The attempts in flight, in the order in which they began. */
  readonly inFlight: Attempt[] = [];
  hedges = 0;
  /** No more hedges are started. */
  isClosed = false;
  readonly startMs: number;
  readonly #interrupt: { interrupt(): void };
  /** Attempts that have ended, until a driver that waits for all of them at once takes them. */
  readonly #ended: EndedAttempt[] = [];
  #joined: Attempt | null = null;
  #wake: (() => void) | null = null;

  constructor(call: { interrupt(): void }, startMs: number) {
    this.#interrupt = call;
    this.startMs = startMs;
  }

  ring(): void {
    this.hasRung = true;
    this.#interrupt.interrupt();
  }

  begins(attempt: Attempt, nowMs: number, delayMs: number): void {
    this.inFlight.push(attempt);
    this.waitMs = delayMs;
    this.dueAtMs = nowMs + delayMs;
  }

  /** The driver waits, with this attempt as the latest: for the next hedge, too, where one is due. */
  park({ attempt }: Attempt, hedges: Alarms | null): void {
    this.timed = Math.max(this.timed, attempt);
    if (this.isWaiting || this.dueAtMs === Infinity) return;
    this.isWaiting = true;
    (hedges as Alarms).add(this);
  }

  /** No hedge is due any more, until the next attempt begins. */
  stop(hedges: Alarms | null): void {
    (hedges as Alarms).remove(this);
    this.isWaiting = this.hasRung = false;
    this.dueAtMs = Infinity;
  }

  ends(attempt: Attempt): void {
    const index = this.inFlight.indexOf(attempt);
    if (index !== -1) this.inFlight.splice(index, 1);
  }

  /** Wakes a driver as soon as one of the attempts in flight has ended: by their promises. */
  watch(wake: () => void): void {
    this.#wake = wake;
    const joined = this.#joined?.attempt ?? 0;
    for (const attempt of this.inFlight) {
      if (attempt.attempt <= joined) continue;
      this.#joined = attempt;
      ((attempt.flight as AttemptFlight).pending as PromiseLike<unknown>).then(
        (value) => this.#hear({ attempt, cause: "result", value }),
        (value) => this.#hear({ attempt, cause: "exception", value }),
      );
    }
    if (this.#ended.length > 0) wake();
  }

  /** The attempt that has ended first; `undefined` where none has. */
  takeEnded(): EndedAttempt | undefined {
    // So is one that was cut since.
    let ended = this.#ended.shift();
    while (ended !== undefined && !this.inFlight.includes(ended.attempt)) ended = this.#ended.shift();
    return ended;
  }

  #hear(ended: EndedAttempt): void {
    // One that was cut is looked after.
    if (!this.inFlight.includes(ended.attempt)) return;
    this.#ended.push(ended);
    (this.#wake as () => void)();
  }
}
