import type { Clock } from "./clock.ts";
import type { Alarms, Waiter } from "./waiter.ts";
import { WaitingQueue } from "./waiting-queue.ts";

/** What of a clock it takes to wait. */
export interface InstantClock extends Pick<Clock, "now" | "alarm"> {
  /** An alarm at an instant: adding what is left of it to `now()` may miss it by a rounding. */
  alarmAt(atMs: number, ring: () => void): () => void;
}

/** On a clock whose alarms ring at exact instants, and are sure to. */
export class InstantAlarms implements Alarms {
  readonly #clock: InstantClock;
  readonly #waiting = new WaitingQueue();
  #atMs = Infinity;
  #cancel: (() => void) | null = null;
  readonly #ring = (): void => {
    this.#cancel = null;
    this.#waiting.ringUntil(this.#atMs);
    this.#need();
  };

  constructor(clock: InstantClock) {
    this.#clock = clock;
  }

  add(waiter: Waiter): void {
    this.#waiting.addByInstant(waiter);
    this.#need();
  }

  remove(waiter: Waiter): void {
    if (!this.#waiting.remove(waiter) || this.#waiting.first !== null) return;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Makes sure that an alarm rings for the first waiter, or earlier. */
  #need(): void {
    const { first } = this.#waiting;
    if (first === null || (this.#cancel !== null && this.#atMs <= first.dueAtMs)) return;
    this.#cancel?.();
    this.#atMs = first.dueAtMs;
    this.#cancel = this.#clock.alarmAt(first.dueAtMs, this.#ring);
  }
}
