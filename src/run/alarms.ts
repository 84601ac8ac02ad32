import { type Clock, clearTimer, setTimer, systemClock, type TimerHandle } from "./clock.ts";
import { type Link, LinkedList } from "./linked-list.ts";

/** Something that waits for an alarm. */
export interface Waiter extends Link<Waiter> {
  /** Since when it waits. */
  readonly startMs: number;
  ring(): void;
}

/** What of a clock it takes to wait. */
export interface Alarms extends Pick<Clock, "now" | "alarm"> {
  /** An alarm at an instant, where it matters that the instant is exact: adding what is left of it to `now()` may miss it by a rounding. */
  alarmAt?(atMs: number, ring: () => void): () => void;
}

/**
 * Alarms of one duration. Who comes first is due first, so they stand in a plain queue: adding and removing cost O(1), and one timer,
 * set for the first in the queue, serves them all. On the system clock that timer stays when the queue runs empty, so that one call
 * after the other does not set and clear a timer each; it keeps the process alive only while somebody waits.
 */
export class AlarmQueue {
  readonly #clock: Alarms;
  readonly #durationMs: number;
  readonly #timer: Timer;
  readonly #waiting = new LinkedList<Waiter>();

  constructor(clock: Alarms, durationMs: number) {
    this.#clock = clock;
    this.#durationMs = durationMs;
    const onTimer = (): void => this.#ringDue();
    this.#timer = clock === systemClock ? new SystemTimer(onTimer) : new ClockTimer(clock, onTimer);
  }

  add(waiter: Waiter): void {
    if (this.#waiting.first === null) this.#timer.need(this.#durationMs, waiter.startMs + this.#durationMs);
    this.#waiting.add(waiter);
  }

  /** Does nothing when it does not wait, or waits no more. */
  remove(waiter: Waiter): void {
    if (this.#waiting.remove(waiter) && this.#waiting.first === null) this.#timer.rest();
  }

  #ringDue(): void {
    const nowMs = this.#clock.now();
    const waiting = this.#waiting;
    // Who joins while others are rung waits for the next ring, even if time stands still.
    const { last } = waiting;
    for (let waiter = waiting.first; waiter !== null && waiter.startMs + this.#durationMs <= nowMs; waiter = waiting.first) {
      this.remove(waiter);
      waiter.ring();
      if (waiter === last) break;
    }
    // Those who were rung may have taken their time.
    if (waiting.first === null) return;
    const atMs = waiting.first.startMs + this.#durationMs;
    this.#timer.need(Math.max(0, atMs - this.#clock.now()), atMs);
  }
}

interface Timer {
  /** Rings after `ms`, which is at `atMs`, or earlier. */
  need(ms: number, atMs: number): void;
  /** Nobody waits. */
  rest(): void;
}

class SystemTimer implements Timer {
  readonly #ring: () => void;
  #handle: TimerHandle | null = null;

  constructor(ring: () => void) {
    this.#ring = () => {
      this.#handle = null;
      ring();
    };
  }

  need(ms: number): void {
    // A timer that is set already rings for somebody who came before, so not too late; it will be set anew from there.
    if (this.#handle === null) this.#handle = setTimer(ms, this.#ring);
    else if (typeof this.#handle === "object") this.#handle.ref?.();
  }

  rest(): void {
    if (typeof this.#handle === "object") {
      this.#handle?.unref?.();
    } else {
      clearTimer(this.#handle);
      this.#handle = null;
    }
  }
}

class ClockTimer implements Timer {
  readonly #clock: Alarms;
  readonly #ring: () => void;
  #cancel: (() => void) | null = null;

  constructor(clock: Alarms, ring: () => void) {
    this.#clock = clock;
    this.#ring = () => {
      this.#cancel = null;
      ring();
    };
  }

  need(ms: number, atMs: number): void {
    this.#cancel ??= this.#clock.alarmAt?.(atMs, this.#ring) ?? this.#clock.alarm(ms, this.#ring);
  }

  rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
