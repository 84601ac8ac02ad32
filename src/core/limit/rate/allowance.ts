/** How one dimension of a rate limit counts. Told the time; costs and totals are >= 0. */
export interface Allowance {
  /** What can be taken at once, at most: what costs more is never admitted. */
  readonly most: number;
  /**
   * The instant from which on `total` can be taken: now, where it can be taken now. Of a total that is taken bit by bit, and may be more than
   * `most`, the instant before which it is sure not to be taken: it is exact for bits that are all of one size.
   */
  readyAtMs(nowMs: number, total: number): number;
  /**
   * Takes, also what is more than there is: then nothing is left until that is made up for.
   *
   * @returns by which `giveBack` knows it again
   */
  take(nowMs: number, cost: number): number;
  /** Corrects what was taken: it was so much too much. */
  giveBack(nowMs: number, taken: number, amount: number): void;
  /** What is left; below 0 where more was taken than there was. */
  remaining(nowMs: number): number;
}
