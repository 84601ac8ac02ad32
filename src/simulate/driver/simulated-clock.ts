import { type Clock, sleepByAlarm } from "../../run/time/clock.ts";
import type { InstantClock } from "../../run/time/instant-alarms.ts";
import { EventQueue, type SimulatedEvent } from "./event-queue.ts";

/** Events at one instant after which it is certain that time stands still. */
const MOST_AT_ONCE = 10_000_000;

/**
 * A clock that jumps from one event to the next, without a promise in between. An attempt that takes exactly as long as its timeout has timed
 * out: alarms ring before any other event at the same instant.
 */
export class SimulatedClock implements Clock, InstantClock {
  readonly #events = new EventQueue();
  #nowMs = 0;

  now(): number {
    return this.#nowMs;
  }

  /** Adds an event that is no alarm, and returns it to be cancelled: no closure is made for that. An event at `Infinity` never happens. */
  after(ms: number, ring: () => void): SimulatedEvent {
    if (typeof ms !== "number" || !(ms >= 0)) throw new RangeError(`A delay in a simulation must be a number >= 0, got ${ms}.`);
    return this.#events.add(this.#nowMs + ms, ring);
  }

  alarm(ms: number, ring: () => void): () => void {
    return this.alarmAt(this.#nowMs + ms, ring);
  }

  alarmAt(atMs: number, ring: () => void): () => void {
    const event = this.#events.add(Math.max(atMs, this.#nowMs), ring, true);
    return () => event.cancel();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepByAlarm(this, ms, signal);
  }

  sleepSync(): void {
    throw new TypeError("A simulation does not block: synchronous calls have no place in it.");
  }

  /** Lets all events happen until `endMs`, inclusive. `tick` is called at each multiple of `everyMs` before that, ahead of the events at that instant. */
  run(endMs: number, everyMs = Infinity, tick: (nowMs: number) => void = () => {}): void {
    let atOnce = 0;
    let tickAtMs = everyMs;
    const moveTo = (toMs: number): void => {
      for (; tickAtMs <= toMs && tickAtMs < endMs; tickAtMs += everyMs) {
        this.#nowMs = tickAtMs;
        tick(tickAtMs);
      }
      this.#nowMs = toMs;
    };
    for (
      let next = this.#events.first;
      next !== undefined && next.atMs <= endMs && next.atMs < Infinity;
      next = this.#events.first
    ) {
      if (next.atMs > this.#nowMs) {
        moveTo(next.atMs);
        atOnce = 0;
      } else if (++atOnce > MOST_AT_ONCE) {
        throw new Error(
          `Time stands still at ${this.#nowMs} ms: ${MOST_AT_ONCE} events at one instant. Give the dependency a latency, or the retries a delay.`,
        );
      }
      this.#events.remove(next);
      next.ring();
    }
    if (endMs < Infinity) moveTo(endMs);
  }
}
