import { LogScale } from "../../core/window/log-scale.ts";
import type { LatencySummary } from "./report.ts";

/** A shorter duration counts as 0: a microsecond. */
const LEAST_MS = 0.001;
const SCALE = new LogScale(LEAST_MS, 1.01);

/** Durations, counted in buckets that are one per cent wide: memory does not grow with the number of durations. */
export class Histogram {
  readonly #counts: number[] = [];
  #count = 0;
  #sum = 0;
  #max = 0;

  add(ms: number): void {
    const index = SCALE.bucketOf(ms);
    while (this.#counts.length <= index) this.#counts.push(0);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#count++;
    this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = this.#sum = this.#max = 0;
  }

  /** The duration that a share of all durations does not exceed; `null` where there is none. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.ceil(share * this.#count);
    let index = -1;
    while (left > 0) left -= this.#counts[++index] as number;
    // The middle of the bucket, but never more than the longest duration.
    return index === 0 ? 0 : Math.min(this.#max, SCALE.middleOf(index));
  }

  summary(): LatencySummary {
    const some = this.#count > 0;
    return {
      count: this.#count,
      mean: some ? this.#sum / this.#count : null,
      p50: this.quantile(0.5),
      p90: this.quantile(0.9),
      p99: this.quantile(0.99),
      p999: this.quantile(0.999),
      max: some ? this.#max : null,
    };
  }
}
