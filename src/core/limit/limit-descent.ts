import type { Observation } from "./latency-window.ts";

/**
 * What to make of slow answers. `queue`: there is one; `waiting`: not yet known, so that the limit stays; `slower`: answers take longer now, and
 * the limit has fallen for nothing; `mistaken`: the last that was `slower` was a queue after all.
 */
export type Verdict = "queue" | "waiting" | "slower" | "mistaken";

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
 * the limit has fallen for nothing. Then it goes back up, which shows the same once more: where more in flight take as much more time, it was a queue
 * after all, that had only begun.
 */
export class LimitDescent {
  /** The limit to go back to when it was for nothing. */
  from: number;
  #high: Observation;
  #last: Observation;
  #unchanged = 0;
  #isGoingBack = false;

  constructor(from: number, high: Observation) {
    this.from = from;
    this.#high = high;
    this.#last = high;
  }

  /** The lowest limit, for now. */
  get floor(): number {
    return HOLD * Math.exp(this.#high.logUse);
  }

  /** Hears what was seen while answers are slow. */
  hear(seen: Observation, limit: number, chance: number): Verdict {
    const last = this.#last;
    this.#last = seen;
    if (this.#isGoingBack) {
      this.#isGoingBack = false;
      const isQueue = takesAsMuchLess(last, seen);
      this.#goOn(limit, seen);
      return isQueue ? "mistaken" : "queue";
    }
    const high = this.#high;
    const noise = 2 * chance + SAME;
    // More in flight, or slower yet with fewer: what was seen before was a beginning.
    if (seen.logUse > high.logUse) return this.#goOn(Math.max(this.from, limit), seen);
    if (seen.log > high.log + noise) return this.#goOn(this.from, seen);
    if (high.logUse - seen.logUse < WAY) return "queue";
    if (takesAsMuchLess(seen, high)) return this.#goOn(limit, seen);
    // A queue that drains is shorter each time.
    this.#unchanged = last.log - seen.log > noise ? 0 : this.#unchanged + 1;
    if (this.#unchanged < PATIENCE) return "waiting";
    this.#isGoingBack = true;
    return "slower";
  }

  #goOn(from: number, high: Observation): "queue" {
    this.from = from;
    this.#high = high;
    this.#unchanged = 0;
    return "queue";
  }
}

/** Whether fewer in flight took as much less time, by half at least: then they were in a queue. */
const takesAsMuchLess = (fewer: Observation, more: Observation): boolean =>
  more.log - fewer.log > (more.logUse - fewer.logUse) / 2;
