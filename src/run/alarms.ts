import { type Clock, clearTimer, setTimer, systemClock, type TimerHandle } from "./clock.ts";

/** Something that waits for an alarm: a link of the queue it stands in. */
export interface Waiter {
  prev: Waiter | null;
  next: Waiter | null;
  dueAtMs: number;
  ring(): void;
}

/**
 * Alarms of one duration. Who comes first is due first, so they stand in a plain queue: adding and removing cost O(1), and one timer,
 * set for the first in the queue, serves them all. On the system clock that timer stays when the queue runs empty, so that one call
 * after the other does not set and clear a timer each; it keeps the process alive only while somebody waits.
 */
export class AlarmQueue {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #timer: Timer;
  #first: Waiter | null = null;
  #last: Waiter | null = null;

  constructor(clock: Clock, durationMs: number) {
    this.#clock = clock;
    this.#durationMs = durationMs;
    const onTimer = (): void => this.#ringDue();
    this.#timer = clock === systemClock ? new SystemTimer(onTimer) : new ClockTimer(clock, onTimer);
  }

  add(waiter: Waiter, nowMs: number): void {
    waiter.dueAtMs = nowMs + this.#durationMs;
    waiter.prev = this.#last;
    if (this.#last === null) {
      this.#first = waiter;
      this.#timer.need(this.#durationMs);
    } else {
      this.#last.next = waiter;
    }
    this.#last = waiter;
  }

  /** Does nothing when it does not wait, or waits no more. */
  remove(waiter: Waiter): void {
    const { prev, next } = waiter;
    if (prev === null && this.#first !== waiter) return;
    if (prev === null) this.#first = next;
    else prev.next = next;
    if (next === null) this.#last = prev;
    else next.prev = prev;
    waiter.prev = waiter.next = null;
    if (this.#first === null) this.#timer.rest();
  }

  #ringDue(): void {
    const nowMs = this.#clock.now();
    // Those who join while others are rung are not due yet, unless time stands still: then they are due at the next ring.
    const last = this.#last;
    for (let waiter = this.#first; waiter !== null && waiter.dueAtMs <= nowMs; waiter = this.#first) {
      this.remove(waiter);
      waiter.ring();
      if (waiter === last) break;
    }
    if (this.#first !== null) this.#timer.need(Math.max(0, this.#first.dueAtMs - nowMs));
  }
}

interface Timer {
  /** Rings after `ms` or earlier. */
  need(ms: number): void;
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
    if (this.#handle === null) this.#handle = setTimer(Math.ceil(ms), this.#ring);
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
  readonly #clock: Clock;
  readonly #ring: () => void;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = () => {
      this.#cancel = null;
      ring();
    };
  }

  need(ms: number): void {
    this.#cancel ??= this.#clock.alarm(ms, this.#ring);
  }

  rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
