/*
 * The law of the load: a hedge is allowed while, with it, the hedges of the last minute are at most a share `loadRatio` of the calls of the last
 * minute.
 *
 * Both are kept by the second. A call is forgotten up to a second before it is a minute old, a hedge up to a second after: what is allowed
 * keeps the law to the instant.
 */
import { exact } from "../budget/exact.ts";
import { TimeSlices } from "../window/time-slices.ts";

const SECONDS = 60;
const KEPT = SECONDS + 1;

export class HedgeLoad {
  readonly #loadRatio: number;
  readonly #time = new TimeSlices(1_000, KEPT);
  readonly #calls = new Uint32Array(KEPT);
  readonly #hedges = new Uint32Array(KEPT);
  /** The newest second. The one after it, in a circle, is the oldest, of which only hedges count. */
  #newest = 0;
  #callsInside = 0;
  #hedgesInside = 0;

  constructor(loadRatio: number) {
    this.#loadRatio = loadRatio;
  }

  call(nowMs: number): void {
    this.#moveTo(nowMs);
    this.#calls[this.#newest] = (this.#calls[this.#newest] as number) + 1;
    this.#callsInside++;
  }

  hedge(nowMs: number): void {
    this.#moveTo(nowMs);
    this.#hedges[this.#newest] = (this.#hedges[this.#newest] as number) + 1;
    this.#hedgesInside++;
  }

  allows(nowMs: number): boolean {
    this.#moveTo(nowMs);
    return this.#hedgesInside + 1 <= exact(this.#loadRatio * this.#callsInside);
  }

  #moveTo(nowMs: number): void {
    for (let begun = this.#time.begun(nowMs); begun > 0; begun--) {
      this.#newest = (this.#newest + 1) % KEPT;
      const oldest = (this.#newest + 1) % KEPT;
      this.#hedgesInside -= this.#hedges[this.#newest] as number;
      this.#callsInside -= this.#calls[oldest] as number;
      this.#hedges[this.#newest] = 0;
      this.#calls[oldest] = 0;
    }
  }
}
