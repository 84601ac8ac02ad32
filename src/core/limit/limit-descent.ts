import type { Observation } from "./latency-window.ts";

/** A limit falls to this share of what was in use, and waits there until it is known why answers are slow. */
const HOLD = 0.7;
/** A little less than the way there, since what is in use is below the limit. */
const WAY = -Math.log(HOLD) - 0.05;
/** So many windows in a row must say that a lower limit is no help. */
const PATIENCE = 3;
/** A difference below this is none. */
const SAME = 0.02;

/**
 * What a falling limit shows: whether answers were slow because of a queue that this limit keeps in being, or because they take longer now.
 * By Little's law, where there is a queue, as many fewer in flight take as much less time. Where there is none, fewer take as long as before, and
 * the limit has fallen for nothing.
 */
export class LimitDescent {
  /** The limit to go back to when it was for nothing. */
  from: number;
  #high: Observation;
  #lastLog: number;
  #unchanged = 0;

  constructor(from: number, high: Observation) {
    this.from = from;
    this.#high = high;
    this.#lastLog = high.log;
  }

  /** The lowest limit, for now. */
  get floor(): number {
    return HOLD * Math.exp(this.#high.logUse);
  }

  /**
   * @param chance by how much an observation may be off
   * @returns `queue`: there is one; `waiting`: not yet known, so that the limit stays; `slower`: answers take longer now, and the limit has fallen for nothing
   */
  hear(seen: Observation, limit: number, chance: number): "queue" | "waiting" | "slower" {
    const high = this.#high;
    const way = high.logUse - seen.logUse;
    const fallen = high.log - seen.log;
    const change = this.#lastLog - seen.log;
    const noise = 2 * chance + SAME;
    this.#lastLog = seen.log;
    // More in flight, or slower yet with fewer: what was seen before was a beginning.
    if (way < 0) return this.#goOn(Math.max(this.from, limit), seen);
    if (fallen < -noise) return this.#goOn(this.from, seen);
    if (way < WAY) return "queue";
    if (fallen > way / 2) return this.#goOn(limit, seen);
    // A queue that drains is shorter each time.
    this.#unchanged = change > noise ? 0 : this.#unchanged + 1;
    return this.#unchanged < PATIENCE ? "waiting" : "slower";
  }

  #goOn(from: number, high: Observation): "queue" {
    this.from = from;
    this.#high = high;
    this.#unchanged = 0;
    return "queue";
  }
}
