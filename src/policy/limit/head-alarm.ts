import { alarmsOn } from "../../run/time/alarms.ts";
import type { Clock } from "../../run/time/clock.ts";
import type { Alarms, Waiter } from "../../run/time/waiter.ts";

/** One alarm, for whoever is the first in a line. */
export class HeadAlarm implements Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;
  dueAtMs = Infinity;
  readonly #rang: (dueAtMs: number) => void;
  readonly #alarms: Alarms;

  constructor(clock: Clock, rang: (dueAtMs: number) => void) {
    this.#rang = rang;
    this.#alarms = alarmsOn(clock);
  }

  /** Makes sure that it rings at an instant, also where it was set for that already: its timer may have been lost. */
  set(atMs: number): void {
    this.#alarms.remove(this);
    this.dueAtMs = atMs;
    this.#alarms.add(this);
  }

  cancel(): void {
    this.#alarms.remove(this);
  }

  ring(): void {
    this.#rang(this.dueAtMs);
  }
}
