/** The shortest time that is told apart from none, in milliseconds: clocks have steps, and a logarithm has no zero. */
const LEAST_MS = 0.05;

/** What answers took, by the mean of its logarithms: one that took a thousand times longer counts as ten that took twice as long. */
export interface Latency {
  /** The natural logarithm of milliseconds. */
  readonly log: number;
  /** By how much the mean of so many may be off: its variance. */
  readonly variance: number;
}

/** What was heard in a while: how long answers took, refusals, and how many were under way at a time. */
export class LatencyWindow {
  readonly beganMs: number;
  samples = 0;
  timeouts = 0;
  refusals = 0;
  /** The most that were in use. */
  peak = 0;
  #sum = 0;
  #squares = 0;
  // What is summed is the distance from the first, so that the difference of two large sums does not round away.
  #first = 0;

  constructor(beganMs: number) {
    this.beganMs = beganMs;
  }

  add(elapsedMs: number): void {
    const log = Math.log(Math.max(elapsedMs, LEAST_MS));
    if (this.samples === 0) this.#first = log;
    this.samples++;
    this.#sum += log - this.#first;
    this.#squares += (log - this.#first) ** 2;
  }

  get latency(): Latency {
    const mean = this.#sum / this.samples;
    const spread = Math.max(0, this.#squares / this.samples - mean ** 2);
    return { log: this.#first + mean, variance: spread / Math.max(1, this.samples - 1) };
  }
}
