/* The clock of a scheduler: nothing rings by itself, alarms of one instant ring in any order, and any of them may ring late. */
import type { Clock } from "redress";

export interface Alarm {
  readonly dueAtMs: number;
  readonly ring: () => void;
}

export class ScheduleClock implements Clock {
  #nowMs = 0;
  // By due time; of the same instant in the order in which they were set.
  #alarms: Alarm[] = [];

  now(): number {
    return this.#nowMs;
  }

  /** Alarms that have not rung. */
  get pending(): number {
    return this.#alarms.length;
  }

  /** Whether an alarm should have rung already. */
  get isBehind(): boolean {
    const [first] = this.#alarms;
    return first !== undefined && first.dueAtMs <= this.#nowMs;
  }

  /** How many alarms may ring next: those whose time has come or, where there are none, those of the next instant. */
  get ready(): number {
    const [first] = this.#alarms;
    if (first === undefined) return 0;
    const untilMs = Math.max(this.#nowMs, first.dueAtMs);
    let count = 1;
    while (count < this.#alarms.length && (this.#alarms[count] as Alarm).dueAtMs <= untilMs) count++;
    return count;
  }

  /** Whether so much time may pass before an alarm is due. */
  mayPass(ms: number): boolean {
    const [first] = this.#alarms;
    return first === undefined || first.dueAtMs >= this.#nowMs + ms;
  }

  alarm(ms: number, ring: () => void): () => void {
    return this.add(this.#nowMs + ms, ring);
  }

  protected add(dueAtMs: number, ring: () => void): () => void {
    const alarm = { dueAtMs, ring };
    if (dueAtMs < Infinity) {
      let at = this.#alarms.length;
      while (at > 0 && (this.#alarms[at - 1] as Alarm).dueAtMs > dueAtMs) at--;
      this.#alarms.splice(at, 0, alarm);
    }
    return () => {
      const at = this.#alarms.indexOf(alarm);
      if (at !== -1) this.#alarms.splice(at, 1);
    };
  }

  /** Rings one of those that are ready, so much later than it should. */
  ring(which: number, lateMs: number): void {
    const [alarm] = this.#alarms.splice(which, 1);
    if (alarm === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, alarm.dueAtMs + lateMs);
    alarm.ring();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const aborted = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.alarm(ms, () => {
        signal?.removeEventListener("abort", aborted);
        resolve();
      });
      signal?.addEventListener("abort", aborted, { once: true });
    });
  }

  sleepSync(ms: number): void {
    this.#nowMs += ms;
  }
}

/** The same with alarms at instants, so that all calls that wait share one. */
export class ScheduleInstantClock extends ScheduleClock {
  alarmAt(atMs: number, ring: () => void): () => void {
    return this.add(atMs, ring);
  }
}
