import { setImmediate as turn } from "node:timers/promises";
import { type Clock, sleepByAlarm } from "../../src/run/time/clock.ts";

interface Alarm {
  readonly atMs: number;
  readonly ring: () => void;
}

/**
 * A clock that moves when it is told, and rings all that is due at an instant at once: one turn of the event loop serves any number of calls, where a
 * `VirtualClock` lets promises settle after each.
 */
export class InstantClock implements Clock {
  #nowMs = 0;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#nowMs;
  }

  get pending(): number {
    return this.#alarms.size;
  }

  alarm(ms: number, ring: () => void): () => void {
    return this.alarmAt(this.#nowMs + ms, ring);
  }

  alarmAt(atMs: number, ring: () => void): () => void {
    const alarm = { atMs, ring };
    if (atMs < Infinity) this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepByAlarm(this, ms, signal);
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await turn();
    for (;;) {
      const nextMs = Math.min(...[...this.#alarms].map(({ atMs }) => atMs));
      if (nextMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      // What is set meanwhile rings in the next turn, even if it is due at the same instant.
      for (const alarm of [...this.#alarms]) {
        if (alarm.atMs <= nextMs && this.#alarms.delete(alarm)) alarm.ring();
      }
      await turn();
    }
    this.#nowMs = endMs;
  }
}
