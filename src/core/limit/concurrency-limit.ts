/*
 * How a limit on what is in flight follows what a dependency can do, by how long its answers take. Told the time.
 *
 * What is heard is gathered in windows: twice as long as an answer takes, and with enough of them. A window is held against what an answer takes
 * without a queue (unqueued-latency.ts), which is known from windows in which little was in use, and from probes (limit-probe.ts). What chance
 * explains is no difference. The first law that applies to a window:
 *
 *   refused                             it shrinks by the share of refusals, at most by half
 *   less than half of it is in use      it stays: nothing is known of what is above
 *   as quick as without a queue         it grows: doubled until there is a first queue, then by its headroom, and faster again after three windows
 *   slower                              it shrinks to what would be in flight without the queue, and its headroom
 *   slower, and fewer are no help       answers take longer now (limit-descent.ts): that is the new measure, and it goes back to where it was
 *
 * By Little's law a dependency that can do C at a time takes N / C times as long for N > C: N divided by how many times as long is C. The headroom,
 * half of the square root, is the short queue that keeps all of it at work. So the limit settles at 1.03 C and half of the square root where all
 * answers take the same time, and a little lower where they vary, since the mean of logarithms feels a short wait more then.
 *
 * It differs from Gradient2 of Netflix's concurrency-limits in what it compares (the long average of Gradient2 takes up the queue of a lasting
 * overload, and then nothing tells it to shrink), in the tolerance (1.5 allows a queue half as long as C), and in that it probes, and goes back.
 */
import { LatencyWindow, type Observation } from "./latency-window.ts";
import { LimitDescent } from "./limit-descent.ts";
import { LimitProbes } from "./limit-probe.ts";
import { UnqueuedLatency } from "./unqueued-latency.ts";

export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** A window is at least so long, in milliseconds. */
const WINDOW_MS = 100;
/** It has so many samples, or is at least so long, and has a few. */
const ENOUGH = 50;
const LONG_MS = 1_000;
const FEW = 10;
/** What is slower by less is not: 3 %. */
const TOLERANCE = 0.03;
/** Nor is what chance explains: so many standard deviations. */
const DEVIATIONS = 1.5;
/** Where the limit was not reached, nothing is gained by a lower one unless there is a queue for sure. */
const SURE_TOLERANCE = 0.2;
const SURE_DEVIATIONS = 4;
/** Steps up to this share of the limit are taken by half, so that chance evens out. */
const SMALL_STEP = 0.2;
/** Above this share of refusals, a window does not make the limit grow. */
const MANY_REFUSED = 0.05;
/** Above this share of timeouts, a window does not tell how long answers take. */
const MANY_LATE = 0.1;

export class ConcurrencyLimit {
  readonly #bounds: ConcurrencyBounds;
  // Of the last that asked: a clock that goes back is noticed.
  #nowMs: number;
  #estimate: number;
  #limit: number;
  #window: LatencyWindow;
  #unqueued: UnqueuedLatency | null = null;
  #descent: LimitDescent | null = null;
  readonly #probes = new LimitProbes();
  // The first window only tells how long a window must be: those that end first are the quick ones.
  #isFirstWindow = true;
  // Up to here it grows by doubling: without an end until there is a first queue, and after refusals half of what it was (slow start, RFC 5681).
  #doublesTo = Infinity;
  // Windows in a row that made it grow.
  #growths = 0;
  // The logarithm of the most in use without a queue.
  #logProven = -Infinity;

  constructor(bounds: ConcurrencyBounds, nowMs: number, inUse: number) {
    this.#bounds = bounds;
    this.#nowMs = nowMs;
    this.#estimate = bounds.initial;
    this.#limit = bounds.initial;
    this.#window = new LatencyWindow(nowMs, inUse);
  }

  /** How many may be in use at a time. */
  limitAt(nowMs: number, inUse: number): number {
    if (nowMs < this.#nowMs) this.#startOver(nowMs, inUse);
    this.#nowMs = nowMs;
    // Too few are left to tell anything: an idle client keeps its limit.
    if (this.#probes.isOverdue(nowMs)) this.#startOver(nowMs, inUse);
    return this.#limit;
  }

  /** One more is in use. */
  took(inUse: number): void {
    this.#window.peak = Math.max(this.#window.peak, inUse);
  }

  /**
   * An answer came, or a timeout.
   *
   * @param use how many were in use when it was asked for, itself included
   * @param inUse how many are in use now
   */
  answered(nowMs: number, tookMs: number, use: number, inUse: number, isTimeout: boolean): void {
    if (!this.#isListening(nowMs, inUse) || !(tookMs >= 0)) return;
    this.#window.add(tookMs, use);
    if (isTimeout) this.#window.timeouts++;
    this.#closeWhenDone(nowMs, inUse);
  }

  /**
   * The dependency failed. At once: it refuses work. After as long as an answer takes: it has worked on it.
   *
   * @returns whether it has refused
   */
  failed(nowMs: number, tookMs: number, use: number, inUse: number): boolean {
    const unqueued = this.#unqueued;
    const hasRefused = unqueued === null || !(tookMs > Math.exp(unqueued.log) / 2);
    if (hasRefused) this.refused(nowMs, inUse);
    else this.answered(nowMs, tookMs, use, inUse, false);
    return hasRefused;
  }

  refused(nowMs: number, inUse: number): void {
    if (!this.#isListening(nowMs, inUse)) return;
    this.#window.refusals++;
    this.#closeWhenDone(nowMs, inUse);
  }

  #isListening(nowMs: number, inUse: number): boolean {
    const window = this.#window;
    if (window.beginsAtMs === Infinity) window.beginsAtMs = this.#probes.listensFromMs(nowMs, inUse) ?? Infinity;
    return nowMs >= window.beginsAtMs;
  }

  #closeWhenDone(nowMs: number, inUse: number): void {
    const window = this.#window;
    const heard = window.samples + window.refusals;
    const ageMs = nowMs - window.beginsAtMs;
    if (heard < FEW || ageMs < WINDOW_MS || ageMs < 2 * window.meanMs || (heard < ENOUGH && ageMs < LONG_MS)) return;
    const before = this.#limit;
    if (!this.#isFirstWindow) this.#hear(nowMs, window);
    this.#isFirstWindow = false;
    const { min, max } = this.#bounds;
    this.#estimate = Math.min(max, Math.max(min, this.#estimate));
    this.#limit = this.#probes.limit ?? Math.round(this.#estimate);
    // After a step down, what ends first was asked for before it.
    const settlesMs = this.#limit < before ? window.meanMs : 0;
    this.#window = new LatencyWindow(this.#probes.isUnderWay ? Infinity : nowMs + settlesMs, inUse);
  }

  /** Listens anew. What is known stays. */
  #startOver(nowMs: number, inUse: number): void {
    this.#probes.abandon(nowMs);
    this.#limit = Math.round(this.#estimate);
    this.#window = new LatencyWindow(nowMs, inUse);
  }

  #hear(nowMs: number, window: LatencyWindow): void {
    if (window.refusals > 0) this.#shrinkByRefusals(nowMs, window);
    if (window.samples < FEW) return;
    const seen = window.observation;
    if (this.#unqueued === null) {
      this.#unqueued = new UnqueuedLatency(seen);
      if (window.peak >= this.#limit / 2) this.#beginProbe(nowMs, window, seen);
      return;
    }
    const unqueued = this.#unqueued;
    const isLower = unqueued.replaceByLower(seen);
    if (this.#probes.isUnderWay) {
      this.#endProbe(nowMs, seen, isLower, unqueued);
      return;
    }
    const isReached = window.peak >= this.#limit;
    const chance = unqueued.chance(seen);
    const margin = isReached ? Math.max(TOLERANCE, DEVIATIONS * chance) : Math.max(SURE_TOLERANCE, SURE_DEVIATIONS * chance);
    const slower = seen.log - unqueued.log - margin;
    if (window.peak < this.#limit / 2) {
      if (slower <= 0 || seen.logUse <= this.#logProven) unqueued.average(seen);
      else this.#estimate = Math.min(this.#estimate, 2 * window.peak);
      return;
    }
    if (slower <= 0) this.#grow(window, seen);
    else if (!this.#shrink(unqueued, window, seen, slower, chance)) return;
    if (this.#estimate >= this.#doublesTo && this.#probes.isDue(nowMs)) this.#beginProbe(nowMs, window, seen);
  }

  /** What it is above what would be in flight without a queue, and what it grows by. */
  get #headroom(): number {
    return Math.max(1, Math.sqrt(this.#estimate) / 2);
  }

  #grow(window: LatencyWindow, seen: Observation): void {
    this.#descent = null;
    this.#logProven = Math.max(this.#logProven, seen.logUse);
    if (window.refusedRatio > MANY_REFUSED) return;
    this.#growths++;
    if (this.#estimate < this.#doublesTo) this.#estimate = Math.min(this.#doublesTo, 2 * this.#estimate);
    else this.#estimate += Math.min(this.#estimate / 2, this.#headroom * 2 ** Math.max(0, this.#growths - 3));
  }

  /** False while it is not clear why answers are slow: a probe would tell nothing then. */
  #shrink(unqueued: UnqueuedLatency, window: LatencyWindow, seen: Observation, slower: number, chance: number): boolean {
    this.#sawQueue();
    this.#logProven = Math.min(this.#logProven, seen.logUse);
    const isLate = window.timeouts > MANY_LATE * window.samples;
    let isClear = true;
    let target = this.#estimate * Math.max(0.5, Math.exp(-slower)) + this.#headroom;
    if (!isLate) {
      this.#descent ??= new LimitDescent(this.#limit, seen);
      const verdict = this.#descent.hear(seen, this.#limit, chance);
      if (verdict === "slower") {
        unqueued.replace(seen);
        this.#estimate = this.#descent.from;
        return false;
      }
      if (verdict === "mistaken") {
        unqueued.restore();
        return false;
      }
      target = Math.max(target, this.#descent.floor);
      isClear = verdict === "queue";
      if (!isClear) target = this.#estimate;
    }
    const step = target - this.#estimate;
    this.#estimate += Math.abs(step) < SMALL_STEP * this.#estimate ? step / 2 : step;
    return isClear;
  }

  #shrinkByRefusals(nowMs: number, window: LatencyWindow): void {
    if (this.#doublesTo === Infinity || this.#estimate > this.#doublesTo) this.#doublesTo = this.#estimate / 2;
    this.#estimate *= Math.max(0.5, 1 - window.refusedRatio);
    this.#growths = 0;
    this.#probes.abandon(nowMs);
  }

  #sawQueue(): void {
    this.#doublesTo = 0;
    this.#growths = 0;
  }

  #beginProbe(nowMs: number, { peak, meanMs }: LatencyWindow, seen: Observation): void {
    this.#probes.begin(nowMs, this.#bounds.min, this.#estimate, peak, seen, meanMs);
  }

  /** @param isLower whether answers took less than was ever heard without a queue */
  #endProbe(nowMs: number, seen: Observation, isLower: boolean, unqueued: UnqueuedLatency): void {
    const { shows, high } = this.#probes.end(nowMs, seen, unqueued, isLower);
    if (shows === "queue") {
      unqueued.replace(seen);
      this.#sawQueue();
      this.#estimate = Math.min(this.#estimate, Math.exp(high.logUse + Math.min(0, seen.log - high.log)));
    } else if (shows === "none" && unqueued.isLike(seen)) unqueued.average(seen);
  }
}
