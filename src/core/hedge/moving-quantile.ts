/*
 * The quantile of the durations of the last `windowMs`, as a delay: the least bucket that a share `quantile` of them does not exceed, at its top. So
 * at most 1 - `quantile` of them were longer, also where all of them are alike, which a delay somewhere inside of the bucket could not say.
 *
 *   error      never too short, and at most one per cent too long; never below the top of the first bucket, 1.01 ms: timers know nothing finer.
 *              What is longer than eight days counts as eight days.
 *   staleness  the window is kept in quarters: nothing older than it counts, and of what is younger up to a quarter may be missing.
 *   memory     4 bytes per bucket, for each quarter that has something in it and once for all: up to 10 kB while all is shorter than 163 ms,
 *              20 kB below 26 s, 41 kB for anything.
 *   time       a few steps of fixed number to add and to ask. A quarter that leaves takes one look at each of its buckets.
 */
import { LogScale } from "../window/log-scale.ts";
import { TimeSlices } from "../window/time-slices.ts";
import { RankedCounts } from "./ranked-counts.ts";

const QUARTERS = 4;
const LAST_BUCKET = 2 ** 11 - 1;

const SCALE = new LogScale(1, 1.01);

export class MovingQuantile {
  readonly #quantile: number;
  readonly #time: TimeSlices;
  readonly #all = new RankedCounts();
  /** Counts per bucket, as far as the quarter has any: the oldest quarter first. */
  readonly #quarters: Uint32Array[] = Array.from({ length: QUARTERS }, () => new Uint32Array());
  /** The bucket that was asked for last, and its top. */
  #bucket = -1;
  #topMs = 0;

  constructor(quantile: number, windowMs: number) {
    this.#quantile = quantile;
    this.#time = new TimeSlices(windowMs / QUARTERS, QUARTERS);
  }

  add(nowMs: number, durationMs: number): void {
    this.#moveTo(nowMs);
    const bucket = Math.min(LAST_BUCKET, SCALE.bucketOf(durationMs));
    this.#all.add(bucket, 1);
    let quarter = this.#quarters[QUARTERS - 1] as Uint32Array;
    if (bucket >= quarter.length) {
      const larger = new Uint32Array(this.#all.buckets);
      larger.set(quarter);
      this.#quarters[QUARTERS - 1] = quarter = larger;
    }
    quarter[bucket] = (quarter[bucket] as number) + 1;
  }

  /** `Infinity` where there are fewer than `minCount` durations, or none. */
  valueMs(nowMs: number, minCount: number): number {
    this.#moveTo(nowMs);
    const { total } = this.#all;
    if (total < minCount || total === 0) return Infinity;
    const bucket = this.#all.bucketOfRank(Math.ceil(this.#quantile * total));
    if (bucket !== this.#bucket) {
      this.#bucket = bucket;
      this.#topMs = SCALE.topOf(bucket);
    }
    return this.#topMs;
  }

  #moveTo(nowMs: number): void {
    const begun = this.#time.begun(nowMs);
    for (let i = 0; i < begun; i++) {
      const leaving = this.#quarters.shift() as Uint32Array;
      leaving.forEach((count, bucket) => {
        if (count !== 0) this.#all.add(bucket, -count);
      });
      leaving.fill(0);
      this.#quarters.push(leaving);
    }
  }
}
