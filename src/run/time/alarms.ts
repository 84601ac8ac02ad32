/*
 * How calls wait for an instant: their deadline, or the timeout of an attempt. There are two ways.
 *
 *   shared   On Node, and on a clock whose alarms are exact instants: the calls stand in a queue by the instant that they wait for, and one
 *            timer, set for the first of them, serves all. Joining and leaving cost O(1), and a call after the other sets no timer at all.
 *   own      Everywhere else, each call has an alarm of its own, set in its own asynchronous context: in Workers a timer belongs to one
 *            request, and under the fake timers of a test nothing tells whether an earlier timer will still ring.
 */

import { type Link, LinkedList } from "../../core/linked-list.ts";
import { type Clock, systemClock } from "./clock.ts";
import { neutralContext } from "./neutral-context.ts";
import {
  clearSharedTimer,
  hasPlatformTimers,
  isNode,
  LONGEST_TIMER_MS,
  realNow,
  type SharedTimerHandle,
  setSharedTimer,
} from "./platform-timers.ts";

/** Something that waits for an instant. */
export interface Waiter extends Link<Waiter> {
  readonly dueAtMs: number;
  /** How long it waits at the most, also on a clock that is set back meanwhile. Left out where the clock cannot be. */
  readonly waitMs?: number;
  /** Cancels the waiter's own alarm, where it has one. */
  cancelAlarm: (() => void) | null;
  /** The instant has come. Called in any asynchronous context: what follows must find its own way home. */
  ring(): void;
}

/** Waiters, all of about the same wait. */
export interface Alarms {
  add(waiter: Waiter): void;
  /** Does nothing for a waiter that does not wait, or waits no more. */
  remove(waiter: Waiter): void;
}

/** What of a clock it takes to wait. */
export interface InstantClock extends Pick<Clock, "now" | "alarm"> {
  /** An alarm at an instant: adding what is left of it to `now()` may miss it by a rounding. */
  alarmAt(atMs: number, ring: () => void): () => void;
}

export function alarmsOn(clock: Pick<Clock, "now" | "alarm"> | InstantClock): Alarms {
  if (clock === systemClock) return isNode ? new SystemAlarms() : new OwnAlarms(clock);
  return "alarmAt" in clock ? new InstantAlarms(clock) : new OwnAlarms(clock);
}

/** Whether one alarm can serve all who wait: it is sure to ring, whoever has set it. Else each of them needs one of its own. */
export const canShareAlarms = (clock: Pick<Clock, "now" | "alarm">): boolean =>
  clock === systemClock ? isNode && hasPlatformTimers() : "alarmAt" in clock;

/** Each waiter has an alarm of its own: for waits that are all of different lengths. */
export const ownAlarmsOn = (clock: Pick<Clock, "now" | "alarm">): Alarms => new OwnAlarms(clock);

/** Each waiter has an alarm of its own. */
class OwnAlarms implements Alarms {
  readonly #clock: Pick<Clock, "now" | "alarm">;

  constructor(clock: Pick<Clock, "now" | "alarm">) {
    this.#clock = clock;
  }

  add(waiter: Waiter): void {
    const leftMs = Math.min(waiter.dueAtMs - this.#clock.now(), waiter.waitMs ?? Infinity);
    waiter.cancelAlarm = this.#clock.alarm(Math.max(0, leftMs), () => {
      waiter.cancelAlarm = null;
      waiter.ring();
    });
  }

  remove(waiter: Waiter): void {
    const cancel = waiter.cancelAlarm;
    waiter.cancelAlarm = null;
    cancel?.();
  }
}

/** Waiters in the order in which they are due. */
class WaitingQueue extends LinkedList<Waiter> {
  addByInstant(waiter: Waiter): void {
    let { last } = this;
    // All wait about as long, so whoever comes last is nearly always due last.
    while (last !== null && last.dueAtMs > waiter.dueAtMs) last = last.prev;
    this.add(waiter, last);
  }

  /** Rings those that are due at or before an instant. A waiter that joins meanwhile waits for the next time, even if time stands still. */
  ringUntil(atMs: number): void {
    const { last } = this;
    for (let waiter = this.first; waiter !== null && waiter.dueAtMs <= atMs; waiter = this.first) {
      this.remove(waiter);
      waiter.ring();
      if (waiter === last) break;
    }
  }
}

/** On a clock whose alarms ring at exact instants, and are sure to. */
class InstantAlarms implements Alarms {
  readonly #clock: InstantClock;
  readonly #waiting = new WaitingQueue();
  #atMs = Infinity;
  #cancel: (() => void) | null = null;
  readonly #ring = (): void => {
    this.#cancel = null;
    this.#waiting.ringUntil(this.#atMs);
    this.#need();
  };

  constructor(clock: InstantClock) {
    this.#clock = clock;
  }

  add(waiter: Waiter): void {
    this.#waiting.addByInstant(waiter);
    this.#need();
  }

  remove(waiter: Waiter): void {
    if (!this.#waiting.remove(waiter) || this.#waiting.first !== null) return;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Makes sure that an alarm rings for the first waiter, or earlier. */
  #need(): void {
    const { first } = this.#waiting;
    if (first === null || (this.#cancel !== null && this.#atMs <= first.dueAtMs)) return;
    this.#cancel?.();
    this.#atMs = first.dueAtMs;
    this.#cancel = this.#clock.alarmAt(first.dueAtMs, this.#ring);
  }
}

/** A timer that rings so much later than it should was kept by a stall of the event loop. */
const STALL_MS = 2;

/**
 * What a timer rings. It holds the alarms while a call waits in them, and else weakly: the timer of a policy that is gone would keep them until it rings, which
 * may be a day later.
 */
class Bell {
  timer: SharedTimerHandle | null = null;
  /** Where a call waits. */
  held: SystemAlarms | null = null;
  readonly #alarms: WeakRef<SystemAlarms>;
  readonly ring = (): void => (this.held ?? this.#alarms.deref())?.rang();

  constructor(alarms: SystemAlarms) {
    this.#alarms = new WeakRef(alarms);
    unneeded ??= new FinalizationRegistry(clearTimerOf);
    unneeded.register(alarms, this);
  }
}

/** Clears the timers of alarms that are gone. Made with the first: some platforms that have no use for it lack it. */
let unneeded: FinalizationRegistry<Bell> | undefined;

function clearTimerOf({ timer }: Bell): void {
  if (timer !== null) clearSharedTimer(timer);
}

/**
 * On Node's timers. When the queue runs empty the timer stays, so that one call after the other does not set and clear a timer each; it
 * keeps the process alive only while a call waits, and is cleared when nobody has the alarms any more. Every call that joins makes sure that the timer is still to ring.
 */
class SystemAlarms implements Alarms {
  readonly #waiting = new WaitingQueue();
  readonly #own = new OwnAlarms(systemClock);
  /** Made with the first timer. */
  #bell: Bell | null = null;
  /** The instant that the timer is set for. When it rings, that instant has come, whatever the clock says. */
  #atMs = Infinity;
  #isSetting = false;
  #canShare = true;
  /** The timer rang late, and was set again. */
  #isSecondRing = false;
  readonly #set = (): void => this.#setTimer(realNow());

  add(waiter: Waiter): void {
    if (!this.#canShare || !hasPlatformTimers()) {
      this.#own.add(waiter);
      return;
    }
    const wasEmpty = this.#waiting.first === null;
    this.#waiting.addByInstant(waiter);
    if (this.#willRingBy((this.#waiting.first as Waiter).dueAtMs)) {
      if (wasEmpty) this.#hold(this.#bell as Bell);
    } else if (!this.#isSetting) {
      this.#isSetting = true;
      neutralContext.run(this.#set);
    }
  }

  remove(waiter: Waiter): void {
    if (waiter.cancelAlarm !== null) this.#own.remove(waiter);
    else if (this.#waiting.remove(waiter) && this.#waiting.first === null) this.#letGo();
  }

  #hold(bell: Bell): void {
    bell.held = this;
    bell.timer?.ref();
  }

  /** Nobody waits any more. */
  #letGo(): void {
    const bell = this.#bell;
    if (bell === null) return;
    bell.held = null;
    bell.timer?.unref();
  }

  #willRingBy(atMs: number): boolean {
    const timer = this.#bell?.timer;
    return timer != null && !timer._destroyed && this.#atMs <= atMs;
  }

  /** Sets the timer for the first waiter. */
  #setTimer(nowMs: number): void {
    this.#isSetting = false;
    const { first } = this.#waiting;
    if (first === null) return;
    const timer = this.#bell?.timer;
    if (timer != null) clearSharedTimer(timer);
    const ms = Math.max(0, Math.min(first.dueAtMs - nowMs, LONGEST_TIMER_MS));
    // The instant itself, where it can be: adding what is left of it may miss it by a rounding. One that is over already is late when the
    // timer rings, and gives way to answers: Node's timers of one length stand in one list, in which this one may overtake older ones.
    this.#atMs = ms < LONGEST_TIMER_MS ? first.dueAtMs : nowMs + ms;
    if (!this.#ringsIn(ms)) this.#shareNoMore();
  }

  #ringsIn(ms: number): boolean {
    this.#bell ??= new Bell(this);
    const bell = this.#bell;
    bell.timer = setSharedTimer(ms, bell.ring);
    bell.held = this;
    return bell.timer !== null;
  }

  /** The timer has rung. */
  rang(): void {
    (this.#bell as Bell).timer = null;
    const nowMs = realNow();
    const atMs = this.#atMs;
    // After a stall, timers and answers that were due before get their turn before a call is cut: once more around the event loop.
    const isLate = nowMs > atMs + STALL_MS && !this.#isSecondRing;
    this.#isSecondRing = isLate;
    if (!isLate) this.#waiting.ringUntil(atMs);
    if (isLate && this.#waiting.first !== null && this.#waiting.first.dueAtMs <= nowMs) {
      this.#atMs = nowMs;
      this.#ringsIn(0);
    } else {
      this.#isSecondRing = false;
      this.#setTimer(Math.max(nowMs, atMs));
    }
    if (this.#waiting.first === null) this.#letGo();
  }

  /** These timers do not say whether they will still ring. */
  #shareNoMore(): void {
    this.#canShare = false;
    for (let waiter = this.#waiting.first; waiter !== null; waiter = this.#waiting.first) {
      this.#waiting.remove(waiter);
      this.#own.add(waiter);
    }
    this.#letGo();
  }
}
