/* A clock that is moved by hand, without promises, and whose alarms ring as late, or as early, as a script says. */
import type { Clock } from "redress";

interface Alarm {
  readonly dueAtMs: number;
  readonly ring: () => void;
  /** Whose alarm it is. */
  readonly owner: unknown;
}

export class HandClock implements Clock {
  /** Whoever sets an alarm now. An alarm rings for its owner. */
  owner: unknown = null;
  readonly #skewMs: () => number;
  #nowMs: number;
  #alarms: Alarm[] = [];
  readonly #lost = new Set<unknown>();

  /** @param skewMs how much later than it should an alarm rings; earlier where it is below 0 */
  constructor(startMs = 0, skewMs: () => number = () => 0) {
    this.#nowMs = startMs;
    this.#skewMs = skewMs;
  }

  now(): number {
    return this.#nowMs;
  }

  get pending(): number {
    return this.#alarms.length;
  }

  alarm(ms: number, ring: () => void): () => void {
    return this.add(this.#nowMs + Math.max(0, ms), ring);
  }

  protected add(atMs: number, ring: () => void): () => void {
    const alarm = { dueAtMs: Math.max(this.#nowMs, atMs + this.#skewMs()), ring, owner: this.owner };
    const later = this.#alarms.findIndex(({ dueAtMs }) => dueAtMs > alarm.dueAtMs);
    if (atMs < Infinity && !this.#lost.has(this.owner)) this.#alarms.splice(later === -1 ? this.#alarms.length : later, 0, alarm);
    return () => {
      this.#alarms = this.#alarms.filter((each) => each !== alarm);
    };
  }

  /** What an owner has set, or will set, never rings: its request is over. */
  lose(owner: unknown): void {
    this.#lost.add(owner);
    this.#alarms = this.#alarms.filter((each) => each.owner !== owner);
  }

  /** Rings what falls due, each at its own instant. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#alarms[0]; next !== undefined && next.dueAtMs <= endMs; next = this.#alarms[0]) this.#ring(next);
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** Rings alarms until none is left. */
  run(most = 100_000): void {
    let count = 0;
    for (let next = this.#alarms[0]; next !== undefined; next = this.#alarms[0]) {
      if (++count > most) throw new Error(`alarms without an end: ${most} of them until ${this.#nowMs}`);
      this.#ring(next);
    }
  }

  sleepSync(ms: number): void {
    this.#nowMs += ms;
  }

  async sleep(): Promise<void> {
    throw new Error("nothing sleeps here");
  }

  #ring(alarm: Alarm): void {
    this.#alarms = this.#alarms.filter((each) => each !== alarm);
    this.#nowMs = Math.max(this.#nowMs, alarm.dueAtMs);
    const before = this.owner;
    this.owner = alarm.owner;
    alarm.ring();
    this.owner = before;
  }
}

/** The same with alarms at instants, so that those who wait share one. */
export class HandInstantClock extends HandClock {
  alarmAt(atMs: number, ring: () => void): () => void {
    return this.add(atMs, ring);
  }
}
