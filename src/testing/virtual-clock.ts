import { checkOptions, checkValue, finiteFrom, wholeFrom } from "../core/option-rules.ts";
import { warn } from "../run/call/warning.ts";
import { type Clock, sleepByAlarm } from "../run/time/clock.ts";
import { newWork, workUnderWay } from "./real-work.ts";

interface Alarm {
  readonly dueAtMs: number;
  readonly ring: () => void;
}

/**
 * A clock that moves only when told, for tests without waiting. Give it to a policy, breaker or budget as `clock`. It needs no fake timers, and
 * works beside them.
 *
 * It cannot hurry real I/O, nor the platform's timers: it waits for promises only, and what is still on its way when the next alarm is due is cut by it. Where the platform says that such
 * work is under way, the clock warns, once: `RedressWarning` with the code `REDRESS_VIRTUAL_CLOCK_REAL_WORK`.
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
  /** What the platform was at when the clock was made; `null` where that is not known. */
  readonly #workBefore = workUnderWay();
  #hasWarned = false;

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
    const moved = new Error("The clock was moved here.");
    await this.#move(async () => {
      const endMs = this.#nowMs + ms;
      await this.#ringUntil(endMs, Infinity, moved);
      this.#nowMs = Math.max(this.#nowMs, endMs);
    });
  }

  /**
   * Advances from alarm to alarm until none is left, and returns how many milliseconds that took.
   *
   * @param options.maxAlarms how many alarms it rings at most, an integer >= 1 or Infinity @default 10_000
   * @throws Error where so many have rung and there are others: something sets a new one whenever one rings. The clock stays where it is then, and may be moved on.
   */
  async run(options: { readonly maxAlarms?: number | undefined } = {}): Promise<number> {
    const { maxAlarms = 10_000 } = checkOptions("virtualClock.run", options, { maxAlarms: wholeFrom(1) });
    const moved = new Error("The clock was moved here.");
    return this.#move(async () => {
      const startMs = this.#nowMs;
      await this.#ringUntil(Infinity, maxAlarms, moved);
      return this.#nowMs - startMs;
    });
  }

  /** Moves the clock once it has stopped: two moves at once would ring alarms before the promises of earlier ones have settled. */
  #move<T>(move: () => Promise<T>): Promise<T> {
    const moved = this.#lastMove.then(move, move);
    this.#lastMove = moved;
    return moved;
  }

  async #ringUntil(endMs: number, most: number, moved: Error): Promise<void> {
    await this.#settled();
    let rung = 0;
    for (let next = this.#alarms[0]; next !== undefined && next.dueAtMs <= endMs; next = this.#alarms[0]) {
      if (rung++ >= most) throw new Error(this.#endless(most, next));
      if (next.dueAtMs > this.#nowMs) this.#warnOfRealWork(next.dueAtMs - this.#nowMs, moved);
      this.#ring(next);
      await this.#settled();
    }
  }

  /** Until nothing more happens at this instant: what is under way on the platform may be a timer of 0 ms. */
  async #settled(): Promise<void> {
    await settle();
    if (newWork(this.#workBefore).length > 0) await turnOfTimers();
  }

  #endless(rung: number, next: Alarm): string {
    return (
      `VirtualClock.run has rung ${rung} alarms, and the next is due in ${next.dueAtMs - this.#nowMs} ms: something sets a new alarm whenever one rings, so that ` +
      "there is no last one. Move the clock by a time, as with advance(60_000), end what sets them, or allow more by run({ maxAlarms })."
    );
  }

  /** Once. The next alarm may well end what is waited for, and nobody would know why. */
  #warnOfRealWork(ms: number, moved: Error): void {
    const work = this.#hasWarned ? [] : newWork(this.#workBefore);
    if (work.length === 0) return;
    this.#hasWarned = true;
    warn(
      "REDRESS_VIRTUAL_CLOCK_REAL_WORK",
      `A VirtualClock is moved on by ${ms} ms, while this is under way that was not when the clock was made: ${work.join("; ")}. ` +
        "A virtual clock cannot hurry it, so a call that waits for it is ended by its deadline or timeout, whatever the answer will be. Let the operation answer without it, " +
        "await it before the clock is moved, or use no virtual clock in this test.",
      moved,
    );
  }

  #ring(alarm: Alarm): void {
    this.#alarms.shift();
    this.#nowMs = Math.max(this.#nowMs, alarm.dueAtMs);
    alarm.ring();
  }
}

type Soon = (then: () => void) => unknown;

/** A function of the platform, unless it is a fake one, which does not come by itself, so that waiting for it would never end: it has a clock, or another name. */
function realOf<Timer extends Soon>(timer: Timer | undefined, name: string): Timer | undefined {
  return timer === undefined || "clock" in timer || timer.name !== name ? undefined : timer;
}

// As they were when this module was loaded.
const setTimeoutAtFirst = realOf(globalThis.setTimeout as Soon, "setTimeout");
const setImmediateAtFirst = realOf((globalThis as { readonly setImmediate?: Soon }).setImmediate, "setImmediate");

/** Lets all promises settle that wait for no timer: what the platform calls after its present turn comes after all of them. */
function settle(): Promise<void> {
  return setImmediateAtFirst === undefined ? turnOfTimers() : new Promise((resolve) => void setImmediateAtFirst(resolve));
}

/** The same, and lets timers of the platform ring that were due; under fake ones, a message comes as late. */
function turnOfTimers(): Promise<void> {
  return new Promise((resolve) => {
    if (setTimeoutAtFirst !== undefined) {
      setTimeoutAtFirst(resolve);
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
