/** What a careful engineer writes instead of taking a library for limits and hedges. As in handwritten.js, nothing is clever and nothing left out. */

/** So many at a time; the others wait for their turn. */
export class Semaphore {
  /** @param {number} places */
  constructor(places) {
    this.free = places;
    /** @type {(() => void)[]} */
    this.waiting = [];
  }

  /** @template T @param {() => Promise<T>} operation */
  async run(operation) {
    if (this.free > 0) this.free--;
    else await new Promise((/** @type {(value?: unknown) => void} */ resolve) => this.waiting.push(resolve));
    try {
      return await operation();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}

/** So many per interval, by a bucket of tokens that fills steadily. */
export class TokenBucket {
  /** @param {number} limit @param {number} intervalMs */
  constructor(limit, intervalMs) {
    this.limit = limit;
    this.perMs = limit / intervalMs;
    this.tokens = limit;
    this.filledAt = performance.now();
  }

  /** @template T @param {() => Promise<T>} operation */
  async run(operation) {
    for (;;) {
      const now = performance.now();
      this.tokens = Math.min(this.limit, this.tokens + (now - this.filledAt) * this.perMs);
      this.filledAt = now;
      if (this.tokens >= 1) break;
      await new Promise((resolve) => setTimeout(resolve, (1 - this.tokens) / this.perMs));
    }
    this.tokens--;
    return operation();
  }
}

/**
 * A second request where the first has not answered in time; the first success wins, and the other one is aborted.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} operation
 * @param {number} delayMs
 * @returns {Promise<T>}
 */
export function hedged(operation, delayMs) {
  return new Promise((resolve, reject) => {
    /** @type {AbortController[]} */
    const controllers = [];
    let failures = 0;
    const start = () => {
      const controller = new AbortController();
      controllers.push(controller);
      operation(controller.signal).then(
        (value) => {
          clearTimeout(timer);
          for (const each of controllers) if (each !== controller) each.abort();
          resolve(value);
        },
        (error) => {
          failures++;
          if (failures < controllers.length) return;
          clearTimeout(timer);
          reject(error);
        },
      );
    };
    const timer = setTimeout(start, delayMs);
    start();
  });
}
