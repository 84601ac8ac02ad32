/**
 * Buckets of equal ratio for positive values: each is `width` times as high as it is low, so that one number per bucket tells any of its values
 * with the same relative error, however large or small. The first bucket begins at `least` and takes in everything below.
 */
export class LogScale {
  readonly #step: number;
  readonly #lowest: number;

  constructor(least: number, width: number) {
    this.#step = Math.log(width);
    this.#lowest = Math.log(least);
  }

  /** The bucket of a value, from 0; what is no number is below all. */
  bucketOf(value: number): number {
    const bucket = Math.floor((Math.log(value) - this.#lowest) / this.#step);
    return bucket >= 1 ? bucket : 0;
  }

  /** The middle of a bucket, by ratio. */
  middleOf(bucket: number): number {
    return Math.exp(this.#lowest + (bucket + 0.5) * this.#step);
  }

  /** Where a bucket ends, and the next one begins. */
  topOf(bucket: number): number {
    return Math.exp(this.#lowest + (bucket + 1) * this.#step);
  }
}
