/** The shortest time that is told apart from none, in milliseconds: clocks have steps, and a logarithm has no zero. */
const LEAST_MS = 0.05;

/** What answers took: the mean of the logarithms of milliseconds, in which a thousand times as long weighs as much as ten times twice as long. */
export interface Latency {
  readonly log: number;
  /** By how much the mean of so many may be off: its variance. */
  readonly variance: number;
  readonly samples: number;
}

/** What was heard in a while: how long answers took, beside how many others they were asked for, and refusals. */
export class LatencyWindow {
  beganMs: number;
  samples = 0;
  timeouts = 0;
  refusals = 0;
  /** The most that were in use at a time. */
  peak = 0;
  #totalMs = 0;
  // Sums of the distances from the first, so that the difference of two large sums does not round away.
  #first = 0;
  #sum = 0;
  #squares = 0;
  #uses = 0;

  constructor(beganMs: number, inUse: number) {
    this.beganMs = beganMs;
    this.peak = inUse;
  }

  /** @param use how many were in use when it began, itself included */
  add(elapsedMs: number, use: number): void {
    const log = Math.log(Math.max(elapsedMs, LEAST_MS));
    if (this.samples === 0) this.#first = log;
    this.samples++;
    this.#totalMs += elapsedMs;
    this.#sum += log - this.#first;
    this.#squares += (log - this.#first) ** 2;
    this.#uses += Math.log(use);
  }

  /** The arithmetic mean; 0 where there are no samples. */
  get meanMs(): number {
    return this.#totalMs / Math.max(1, this.samples);
  }

  /** How many were in use when the samples began: the mean of the logarithms. */
  get logUse(): number {
    return this.#uses / this.samples;
  }

  get latency(): Latency {
    const { samples } = this;
    const mean = this.#sum / samples;
    const spread = Math.max(0, this.#squares / samples - mean ** 2);
    return { log: this.#first + mean, variance: spread / Math.max(1, samples - 1), samples };
  }
}
