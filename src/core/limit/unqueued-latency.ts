import type { Observation } from "./latency-window.ts";

/** So many answers are remembered: older ones fade. */
const REMEMBERED = 3_000;
/** From so many on, it is known well enough to go by. */
const KNOWN = 1_000;
/** A difference below this is none, however many samples say so: 2 %. */
const SAME = 0.02;

/** How long an answer takes when nothing waits in a queue of the dependency: what all that is heard is held against. */
export class UnqueuedLatency {
  #log: number;
  #variance: number;
  #samples: number;
  // What was replaced last; before, what was there first.
  #before: Pick<Observation, "log" | "variance" | "samples">;

  constructor(first: Observation) {
    const { log, variance, samples } = first;
    this.#log = log;
    this.#variance = variance;
    this.#samples = samples;
    this.#before = first;
  }

  get log(): number {
    return this.#log;
  }

  get isKnown(): boolean {
    return this.#samples >= KNOWN;
  }

  /** By how much an observation may differ by chance: one standard deviation of the difference. */
  chance({ variance }: Observation): number {
    return Math.sqrt(this.#variance + variance);
  }

  /** Takes an observation of what had no queue, as one of many. */
  average({ log, variance, samples }: Observation): void {
    const before = Math.min(this.#samples, REMEMBERED);
    const weight = samples / (samples + before);
    this.#log += weight * (log - this.#log);
    this.#variance = (1 - weight) ** 2 * this.#variance + weight ** 2 * variance;
    this.#samples = before + samples;
  }

  /** Takes an observation in the place of all before. */
  replace({ log, variance, samples }: Pick<Observation, "log" | "variance" | "samples">): void {
    this.#before = { log: this.#log, variance: this.#variance, samples: this.#samples };
    this.#log = log;
    this.#variance = variance;
    this.#samples = samples;
  }

  /** What was replaced last was right. */
  restore(): void {
    this.replace(this.#before);
  }

  /** Whether it is close enough for one of many. */
  isLike(seen: Observation): boolean {
    return Math.abs(seen.log - this.#log) < 4 * this.chance(seen) + 2 * SAME;
  }

  /** An answer never takes less than without a queue: what did, and not by chance, shows that all before had one. */
  replaceByLower(seen: Observation): boolean {
    if (seen.log >= this.#log - 4 * this.chance(seen) - SAME) return false;
    this.replace(seen);
    return true;
  }
}
