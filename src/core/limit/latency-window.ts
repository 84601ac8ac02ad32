/** The shortest time that is told apart from none, in milliseconds: clocks have steps, and a logarithm has no zero. */
const LEAST_MS = 0.05;

/** How long answers took, beside how many others that were under way. */
export interface Observation {
  /** The mean of the logarithms of milliseconds: one answer that takes a thousand times as long weighs no more than ten that take twice as long. */
  readonly log: number;
  /** By how much that mean of so many may be off: its variance. */
  readonly variance: number;
  readonly samples: number;
  /** The mean of the logarithms of how many were in use when the answers were asked for. */
  readonly logUse: number;
}

/** What was heard in a while. */
export class LatencyWindow {
  /** What ends before is not heard. */
  beginsAtMs: number;
  samples = 0;
  timeouts = 0;
  refusals = 0;
  /** The most that were in use at a time. */
  peak: number;
  #totalMs = 0;
  // Sums of the distances from the first, so that the difference of two large sums does not round away.
  #first = 0;
  #sum = 0;
  #squares = 0;
  #logUses = 0;

  constructor(beginsAtMs: number, inUse: number) {
    this.beginsAtMs = beginsAtMs;
    this.peak = inUse;
  }

  /** @param use how many were in use when it was asked for, itself included */
  add(tookMs: number, use: number): void {
    const log = Math.log(Math.max(tookMs, LEAST_MS));
    if (this.samples === 0) this.#first = log;
    this.samples++;
    this.#totalMs += tookMs;
    this.#sum += log - this.#first;
    this.#squares += (log - this.#first) ** 2;
    this.#logUses += Math.log(use);
  }

  /** The arithmetic mean; 0 where there are no samples. */
  get meanMs(): number {
    return this.#totalMs / Math.max(1, this.samples);
  }

  /** The share of refusals. */
  get refusedRatio(): number {
    return this.refusals / Math.max(1, this.refusals + this.samples);
  }

  /** Of at least one sample. */
  get observation(): Observation {
    const { samples } = this;
    const mean = this.#sum / samples;
    const spread = Math.max(0, this.#squares / samples - mean ** 2);
    return {
      log: this.#first + mean,
      variance: spread / Math.max(1, samples - 1),
      samples,
      logUse: this.#logUses / samples,
    };
  }
}
