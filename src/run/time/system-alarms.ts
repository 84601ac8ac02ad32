import type { Clock } from "./clock.ts";
import { neutralContext } from "./neutral-context.ts";
import { OwnAlarms } from "./own-alarms.ts";
import { LONGEST_TIMER_MS, type SharedTimerHandle, type SharedTimers } from "./platform-timers.ts";
import type { Alarms, Waiter } from "./waiter.ts";
import { WaitingQueue } from "./waiting-queue.ts";

/** A timer that rings so much later than it should was kept by a stall of the event loop. */
const STALL_MS = 2;

/**
 * What a timer rings. It holds the alarms while a call waits in them, and no longer: the timer of a policy that is gone would keep them until it rings, which
 * may be a day later.
 */
class Bell {
  timer: SharedTimerHandle | null = null;
  readonly #timers: SharedTimers;
  /** Where a call waits. */
  #held: SystemAlarms | null = null;
  readonly #ring = (): void => {
    this.timer = null;
    this.#held?.rang();
  };

  constructor(alarms: SystemAlarms, timers: SharedTimers) {
    this.#timers = timers;
    unneeded ??= new FinalizationRegistry((bell) => bell.clear());
    unneeded.register(alarms, this);
  }

  /** Sets the timer anew. `false` where these timers do not say whether they will still ring. */
  set(ms: number): boolean {
    this.clear();
    this.timer = this.#timers.set(ms, this.#ring);
    return this.timer !== null;
  }

  clear(): void {
    if (this.timer !== null) this.#timers.clear(this.timer);
    this.timer = null;
  }

  /** While a call waits: the process stays alive for it. */
  hold(alarms: SystemAlarms): void {
    this.#held = alarms;
    (this.timer as SharedTimerHandle).ref();
  }

  letGo(): void {
    this.#held = null;
    this.timer?.unref();
  }
}

/** Clears the timers of alarms that are gone. Made with the first: some platforms that have no use for it lack it. */
let unneeded: FinalizationRegistry<Bell> | undefined;

/**
 * On Node's timers. When the queue runs empty the timer stays, so that one call after the other does not set and clear a timer each; it
 * keeps the process alive only while a call waits, and is cleared when nobody has the alarms any more. Every call that joins makes sure that the timer is still to ring.
 */
export class SystemAlarms implements Alarms {
  readonly #waiting = new WaitingQueue();
  readonly #own: OwnAlarms;
  readonly #timers: SharedTimers;
  /** Made with the first timer. */
  #bell: Bell | null = null;
  /** The instant that the timer is set for. When it rings, that instant has come, whatever the clock says. */
  #atMs = Infinity;
  #isSetting = false;
  #canShare = true;
  /** The timer rang late, and was set again. */
  #isSecondRing = false;
  readonly #set = (): void => {
    this.#isSetting = false;
    this.#setTimer(this.#timers.now());
  };

  /** `clock` is for those who wait while others' timers are in place. */
  constructor(clock: Pick<Clock, "now" | "alarm">, timers: SharedTimers) {
    this.#own = new OwnAlarms(clock);
    this.#timers = timers;
  }

  add(waiter: Waiter): void {
    if (!this.#canShare || !this.#timers.areInPlace()) {
      this.#own.add(waiter);
      return;
    }
    this.#waiting.addByInstant(waiter);
    if (this.#willRingBy((this.#waiting.first as Waiter).dueAtMs)) {
      (this.#bell as Bell).hold(this);
    } else if (!this.#isSetting) {
      this.#isSetting = true;
      neutralContext.run(this.#set);
    }
  }

  remove(waiter: Waiter): void {
    if (waiter.cancelAlarm !== null) this.#own.remove(waiter);
    else if (this.#waiting.remove(waiter) && this.#waiting.first === null) this.#bell?.letGo();
  }

  #willRingBy(atMs: number): boolean {
    const timer = this.#bell?.timer;
    return timer != null && !timer._destroyed && this.#atMs <= atMs;
  }

  /** Sets the timer for the first waiter. */
  #setTimer(nowMs: number): void {
    this.#isSecondRing = false;
    const { first } = this.#waiting;
    if (first === null) this.#bell?.letGo();
    else this.#ringAt(first.dueAtMs, nowMs);
  }

  #ringAt(atMs: number, nowMs: number): void {
    const ms = Math.max(0, Math.min(atMs - nowMs, LONGEST_TIMER_MS));
    // The instant itself, where it can be: adding what is left of it may miss it by a rounding. One that is over already is late when the
    // timer rings, and gives way to answers: Node's timers of one length stand in one list, in which this one may overtake older ones.
    this.#atMs = ms < LONGEST_TIMER_MS ? atMs : nowMs + ms;
    this.#bell ??= new Bell(this, this.#timers);
    if (this.#bell.set(ms)) this.#bell.hold(this);
    else this.#shareNoMore();
  }

  /** The timer has rung, and somebody waits. */
  rang(): void {
    const nowMs = this.#timers.now();
    const atMs = this.#atMs;
    const isLate = nowMs > atMs + STALL_MS && (this.#waiting.first as Waiter).dueAtMs <= nowMs;
    // After a stall, timers and answers that were due before get their turn before a call is cut: once more around the event loop.
    if (isLate && !this.#isSecondRing) {
      this.#isSecondRing = true;
      this.#ringAt(nowMs, nowMs);
    } else {
      this.#waiting.ringUntil(atMs);
      this.#setTimer(Math.max(nowMs, atMs));
    }
  }

  /** These timers do not say whether they will still ring. */
  #shareNoMore(): void {
    this.#canShare = false;
    for (let waiter = this.#waiting.first; waiter !== null; waiter = this.#waiting.first) {
      this.#waiting.remove(waiter);
      this.#own.add(waiter);
    }
  }
}
