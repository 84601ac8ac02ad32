/*
 * The queue of a rate limiter. Whoever is first waits for an instant that is known, so one alarm serves them all. When it rings the clock is asked all
 * the same: timers ring late, and some of them early.
 *
 * Where an alarm may be lost with the request, or the test, that has set it, each of them has one of its own: set when it joins, in its own
 * asynchronous context, for the instant at which its turn comes as far as is known then. Whichever rings serves all whose turn has come.
 */
import { exact } from "../../core/budget/exact.ts";
import type { Applicant, LimitPermit } from "../../core/limit/limiter.ts";
import type { Costs } from "../../core/limit/rate/rates.ts";
import { Waiting, WaitingLine } from "../../core/limit/waiting-line.ts";
import { canShareAlarms } from "../../run/time/alarms.ts";
import type { Clock } from "../../run/time/clock.ts";
import { HeadAlarm } from "./head-alarm.ts";

/** What the line asks of its limiter. */
interface Gatekeeper {
  /** From when on these can be taken, together with all that was taken before. */
  readyAtMs(nowMs: number, totals: Costs): number;
  permit(nowMs: number, costs: Costs): LimitPermit;
}

/** One who waits, and what it costs. */
export class RateWaiting extends Waiting {
  readonly costs: Costs;
  readonly joinedAtMs: number;
  /** Its own alarm, where it has one: when that rings, and how to cancel it. */
  alarmAtMs = Infinity;
  cancelAlarm: (() => void) | null = null;

  constructor(applicant: Applicant, line: WaitingLine<RateWaiting>, costs: Costs, joinedAtMs: number) {
    super(applicant, line);
    this.costs = costs;
    this.joinedAtMs = joinedAtMs;
  }
}

/** So much may be missing by a rounding when an alarm rings. */
const ROUNDING_MS = 0.001;
/** An alarm that has rung early is set again so far ahead, at least. */
const LEAST_MS = 1;
/** One whose turn comes later than it was told is looked at again after this part of the time for which it has waited. */
const PATIENCE = 1 / 8;

export class RateLine {
  readonly #clock: Clock;
  readonly #keeper: Gatekeeper;
  readonly #line: WaitingLine<RateWaiting>;
  /** What all who wait cost together. */
  #totals: Costs;
  // Made for the first that waits.
  #alarm: HeadAlarm | null = null;

  constructor(clock: Clock, dimensions: number, keeper: Gatekeeper) {
    this.#clock = clock;
    this.#keeper = keeper;
    this.#totals = new Array<number>(dimensions).fill(0);
    this.#line = new WaitingLine<RateWaiting>({
      left: (waiting) => this.#left(waiting),
      cancelled: () => this.serve(),
      readyInMs: () => this.#readyInMs(),
    });
  }

  get length(): number {
    return this.#line.length;
  }

  /** When the turn of one comes that would join now: exact where it would be the first, else no sooner than that. */
  readyAtMs(nowMs: number, costs: Costs): number {
    const { first } = this.#line;
    if (first === null) return this.#keeper.readyAtMs(nowMs, costs);
    const all = costs.map((cost, index) => exact(cost + (this.#totals[index] as number)));
    return Math.max(this.#keeper.readyAtMs(nowMs, first.costs), this.#keeper.readyAtMs(nowMs, all));
  }

  /** @param readyAtMs when its turn comes, as far as is known */
  join(applicant: Applicant, costs: Costs, nowMs: number, readyAtMs: number): RateWaiting {
    const waiting = new RateWaiting(applicant, this.#line, costs, nowMs);
    this.#line.join(waiting);
    this.#totals = this.#totals.map((total, index) => exact(total + (costs[index] as number)));
    if (canShareAlarms(this.#clock)) this.#setAlarm(nowMs);
    else this.#setOwnAlarm(waiting, nowMs, readyAtMs - nowMs);
    return waiting;
  }

  /** Admits those whose turn has come. */
  serve(): void {
    if (this.#line.length === 0) return;
    try {
      this.#line.serve(this.#permitFor);
    } finally {
      this.#setAlarm(this.#clock.now());
    }
  }

  readonly #permitFor = ({ costs }: RateWaiting): LimitPermit | null => {
    const nowMs = this.#clock.now();
    return this.#keeper.readyAtMs(nowMs, costs) <= nowMs ? this.#keeper.permit(nowMs, costs) : null;
  };

  #left(waiting: RateWaiting): void {
    waiting.cancelAlarm?.();
    waiting.cancelAlarm = null;
    const { costs } = waiting;
    const isLast = this.#line.length === 0;
    this.#totals = this.#totals.map((total, index) => (isLast ? 0 : exact(total - (costs[index] as number))));
    if (isLast) this.#alarm?.cancel();
  }

  /** For a thread that blocks. */
  #readyInMs(): number {
    this.serve();
    const { first } = this.#line;
    if (first === null) return 0;
    const nowMs = this.#clock.now();
    return Math.max(ROUNDING_MS, this.#keeper.readyAtMs(nowMs, first.costs) - nowMs);
  }

  /** Makes sure that an alarm rings for the first, unless its own does in time. */
  #setAlarm(nowMs: number, leastMs = 0): void {
    const { first } = this.#line;
    if (first === null) return;
    const dueAtMs = noSooner(this.#keeper.readyAtMs(nowMs, first.costs), nowMs, leastMs);
    if (first.alarmAtMs <= dueAtMs) this.#alarm?.cancel();
    else {
      this.#alarm ??= new HeadAlarm(this.#clock, (atMs) => this.#rang(atMs));
      this.#alarm.set(dueAtMs);
    }
  }

  #rang(dueAtMs: number): void {
    const leastMs = this.#leastAfter(dueAtMs);
    try {
      this.#line.serve(this.#permitFor);
    } finally {
      this.#setAlarm(this.#clock.now(), leastMs);
    }
  }

  /** How far ahead an alarm must be that is set when another one rings. */
  #leastAfter(dueAtMs: number): number {
    return this.#clock.now() < dueAtMs ? LEAST_MS : 0;
  }

  #setOwnAlarm(waiting: RateWaiting, nowMs: number, waitMs: number): void {
    waiting.alarmAtMs = nowMs + waitMs;
    waiting.cancelAlarm = this.#clock.alarm(waitMs, () => this.#ownAlarmRang(waiting));
  }

  #ownAlarmRang(waiting: RateWaiting): void {
    const leastMs = this.#leastAfter(waiting.alarmAtMs);
    waiting.alarmAtMs = Infinity;
    waiting.cancelAlarm = null;
    try {
      this.#line.serve(this.#permitFor);
    } finally {
      const nowMs = this.#clock.now();
      const { first } = this.#line;
      if (first !== null && this.#line.holds(waiting)) {
        const againAtMs = noSooner(this.#keeper.readyAtMs(nowMs, first.costs), nowMs, leastMs);
        const patienceMs = waiting === first ? 0 : (nowMs - waiting.joinedAtMs) * PATIENCE;
        this.#setOwnAlarm(waiting, nowMs, Math.max(againAtMs - nowMs, patienceMs));
      }
      this.#setAlarm(nowMs, leastMs);
    }
  }
}

/** An instant that is ahead by so much at least, or by no more than a rounding. */
const noSooner = (atMs: number, nowMs: number, leastMs: number): number =>
  atMs - nowMs > ROUNDING_MS ? Math.max(atMs, nowMs + leastMs) : atMs;
