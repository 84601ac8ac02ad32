import { checkValue, finiteFrom } from "../core/option-rules.ts";
import { type Clock, sleepByAlarm } from "../run/time/clock.ts";

interface Alarm {
  readonly dueAtMs: number;
  readonly ring: () => void;
}

/**
 * A clock that moves only when told, for tests without waiting. Give it to a policy, breaker or budget as `clock`. It needs no fake timers, and
 * works beside them.
 *
 * @example
 * const clock = new VirtualClock();
 * const call = new Policy({ retry: {}, clock }).call(flaky);
 * await clock.run(); // rings every alarm, in order, until none is left
 * await call;
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  // By due time; alarms that are due at the same instant ring in the order in which they were set.
  #alarms: Alarm[] = [];
  #lastMove: Promise<unknown> = Promise.resolve();

  /** @param startMs what `now()` returns at first, in milliseconds @default 0 */
  constructor(startMs = 0) {
    checkValue("virtualClock.startMs", startMs, { text: "a finite number", type: "number", ok: Number.isFinite });
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Alarms and sleeps that have not rung. 0 when no call is in flight. */
  get pending(): number {
    return this.#alarms.length;
  }

  alarm(ms: number, ring: () => void): () => void {
    const alarm = { dueAtMs: this.#nowMs + ms, ring };
    if (ms < Infinity) {
      const later = this.#alarms.findIndex(({ dueAtMs }) => dueAtMs > alarm.dueAtMs);
      this.#alarms.splice(later === -1 ? this.#alarms.length : later, 0, alarm);
    }
    return () => {
      const at = this.#alarms.indexOf(alarm);
      if (at !== -1) this.#alarms.splice(at, 1);
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepByAlarm(this, ms, signal);
  }

  /** Synchronous calls sleep by moving the clock. */
  sleepSync(ms: number): void {
    this.block(ms);
  }

  /** Lets `ms` pass as a busy thread does: no alarm rings until the clock is next advanced. */
  block(ms: number): void {
    this.#nowMs += checked("block", ms);
  }

  /**
   * Lets `ms` pass: rings the alarms that fall due in that time, each at its own instant, and lets promises settle in between. Where the clock is
   * moving already, the time passes after that.
   */
  async advance(ms: number): Promise<void> {
    checked("advance", ms);
    await this.#move(async () => {
      const endMs = this.#nowMs + ms;
      await this.#ringUntil(endMs);
      this.#nowMs = Math.max(this.#nowMs, endMs);
    });
  }

  /** Advances from alarm to alarm until none is left, and returns how many milliseconds that took. */
  run(): Promise<number> {
    return this.#move(async () => {
      const startMs = this.#nowMs;
      await this.#ringUntil(Infinity);
      return this.#nowMs - startMs;
    });
  }

  /** Moves the clock once it has stopped: two moves at once would ring alarms before the promises of earlier ones have settled. */
  #move<T>(move: () => Promise<T>): Promise<T> {
    const moved = this.#lastMove.then(move, move);
    this.#lastMove = moved;
    return moved;
  }

  async #ringUntil(endMs: number): Promise<void> {
    await settle();
    for (let next = this.#alarms[0]; next !== undefined && next.dueAtMs <= endMs; next = this.#alarms[0]) {
      this.#ring(next);
      await settle();
    }
  }

  #ring(alarm: Alarm): void {
    this.#alarms.shift();
    this.#nowMs = Math.max(this.#nowMs, alarm.dueAtMs);
    alarm.ring();
  }
}

// As it was when this module was loaded. A fake one does not ring by itself, so that waiting for it would never end: it has a clock, or another name.
const setTimeoutAtFirst = globalThis.setTimeout;
const isFake = "clock" in setTimeoutAtFirst || setTimeoutAtFirst.name !== "setTimeout";

/** Lets all promises settle that wait for no timer: a timer of the platform comes after all of them, and so does a message. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    if (!isFake) {
      setTimeoutAtFirst(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function checked(method: string, ms: number): number {
  checkValue(`virtualClock.${method}.ms`, ms, finiteFrom(0));
  return ms;
}
