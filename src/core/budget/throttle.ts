import { exact } from "./exact.ts";

/** The share of the capacity that must be left for a retry after a timeout: after an outage, a dependency starts cold. */
const LEFT_FOR_TIMEOUTS = 0.1;

/**
 * How a throttle counts: failures that came at once, and timeouts, apart. A failure that a retry would follow counts one, whether the retry is made
 * or not; a success takes a part of one off both counts.
 *
 *   timeouts          are the mark of overload, and their retries make the queue longer: few are allowed. While they exceed their limit, nothing is
 *                     retried. They are counted up to twice the limit, so that it takes more than one success to go on.
 *   failures at once  cost the dependency little: many are allowed, enough for a restart. None is counted beyond the limit, so that retries come
 *                     back with the first successes; those after timeouts, when a tenth of the limit is made up for.
 */
export class Throttle {
  readonly failures: FailureCount;
  readonly timeouts: FailureCount;

  constructor(capacity: number, timeoutCapacity: number) {
    this.failures = new FailureCount(capacity, capacity);
    this.timeouts = new FailureCount(timeoutCapacity, 2 * timeoutCapacity);
  }

  /** What is left for retries of either kind. */
  get remaining(): number {
    return Math.max(0, Math.min(this.#leftForTimeouts, this.timeouts.remaining));
  }

  /** Counts a failure, and says whether a retry may follow it. */
  take(amount: number, isTimeout: boolean): boolean {
    if (isTimeout) return this.timeouts.add(amount) && this.#leftForTimeouts >= 0;
    return this.failures.add(amount) && this.timeouts.remaining >= 0;
  }

  give(amount: number): void {
    this.failures.subtract(amount);
    this.timeouts.subtract(amount);
  }

  get #leftForTimeouts(): number {
    return exact(this.failures.remaining - LEFT_FOR_TIMEOUTS * this.failures.limit);
  }
}

class FailureCount {
  readonly limit: number;
  readonly #most: number;
  #count = 0;

  constructor(limit: number, most: number) {
    this.limit = limit;
    this.#most = most;
  }

  get remaining(): number {
    return exact(this.limit - this.#count);
  }

  add(amount: number): boolean {
    const count = exact(this.#count + amount);
    this.#count = Math.min(this.#most, count);
    return count <= this.limit;
  }

  subtract(amount: number): void {
    if (this.#count > 0) this.#count = Math.max(0, exact(this.#count - amount));
  }
}
