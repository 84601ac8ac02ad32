/**
 * What a careful engineer writes instead of taking a library: the yardstick of every ratio.
 * Nothing here is clever and nothing is left out that the scenario asks for.
 */

/** Lighter than that of `node:timers/promises`. @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const RETRYABLE_CODES = new Set(["ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "EPIPE"]);

/** @param {any} error */
function isRetryable(error) {
  return RETRYABLE_CODES.has(error?.code) || error?.status === 429 || error?.status >= 500;
}

/** @param {number} attempt */
function exponentialBackoff(attempt) {
  return Math.random() * Math.min(5_000, 250 * 2 ** attempt);
}

/**
 * The loop everybody writes first: no deadline, no clock.
 * @param {{ maxAttempts?: number, delayMs?: (attempt: number) => number }} [options]
 */
export function bareLoop({ maxAttempts = 6, delayMs = exponentialBackoff } = {}) {
  /** @template T @param {(attempt: number) => Promise<T>} operation */
  return async function call(operation) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await operation(attempt);
      } catch (error) {
        if (attempt >= maxAttempts || !isRetryable(error)) throw error;
        const delay = delayMs(attempt);
        if (delay > 0) await sleep(delay);
      }
    }
  };
}

/**
 * The same loop with a deadline over the whole call: it has to read the clock before the first attempt.
 * @param {{ maxAttempts?: number, deadlineMs?: number, delayMs?: (attempt: number) => number }} [options]
 */
export function loopWithDeadline({ maxAttempts = 6, deadlineMs = 60_000, delayMs = exponentialBackoff } = {}) {
  /** @template T @param {(attempt: number) => Promise<T>} operation */
  return async function call(operation) {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await operation(attempt);
      } catch (error) {
        if (attempt >= maxAttempts || !isRetryable(error)) throw error;
        const delay = delayMs(attempt);
        if (performance.now() - startedAt + delay >= deadlineMs) throw error;
        if (delay > 0) await sleep(delay);
      }
    }
  };
}

export class OpenError extends Error {
  name = "OpenError";
}

/** A breaker that counts failures in a rolling window and lets one probe through after the recovery time. */
export class CountingBreaker {
  /** @param {{ threshold?: number, windowMs?: number, recoveryMs?: number }} [options] */
  constructor({ threshold = 5, windowMs = 60_000, recoveryMs = 30_000 } = {}) {
    this.threshold = threshold;
    this.windowMs = windowMs;
    this.recoveryMs = recoveryMs;
    /** @type {number[]} */
    this.failures = [];
    this.state = "closed";
    this.openedAt = 0;
  }

  /** Whether a call may pass. */
  allow() {
    if (this.state === "closed") return true;
    if (this.state === "half-open" || performance.now() - this.openedAt < this.recoveryMs) return false;
    this.state = "half-open";
    return true;
  }

  success() {
    if (this.state !== "half-open") return;
    this.state = "closed";
    this.failures.length = 0;
  }

  failure() {
    const now = performance.now();
    while (this.failures.length > 0 && now - this.failures[0] > this.windowMs) this.failures.shift();
    this.failures.push(now);
    if (this.state === "half-open" || this.failures.length >= this.threshold) {
      this.state = "open";
      this.openedAt = now;
    }
  }
}

/**
 * The loop with a deadline behind a breaker.
 * @param {CountingBreaker} breaker
 * @param {Parameters<typeof loopWithDeadline>[0]} [options]
 */
export function loopWithBreaker(breaker, options) {
  const retry = loopWithDeadline(options);
  /** @template T @param {(attempt: number) => Promise<T>} operation */
  return async function call(operation) {
    if (!breaker.allow()) throw new OpenError("The circuit is open: call rejected.");
    try {
      const value = await retry(operation);
      breaker.success();
      return value;
    } catch (error) {
      breaker.failure();
      throw error;
    }
  };
}

/**
 * The same, for callers that want an answer instead of an exception.
 * @param {CountingBreaker} breaker
 * @param {Parameters<typeof loopWithDeadline>[0]} [options]
 */
export function outcomeWithBreaker(breaker, options) {
  const retry = loopWithDeadline(options);
  /** @template T @param {(attempt: number) => Promise<T>} operation */
  return async function execute(operation) {
    if (!breaker.allow()) return { ok: false, reason: "open", error: undefined };
    try {
      const value = await retry(operation);
      breaker.success();
      return { ok: true, value };
    } catch (error) {
      breaker.failure();
      return { ok: false, reason: "failed", error };
    }
  };
}

/**
 * One attempt that ends at its timeout or at the caller's abort, whichever comes first, even when the operation
 * ignores the signal it is given.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} operation
 * @param {number} timeoutMs
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
export function attemptWithTimeout(operation, timeoutMs, signal) {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      controller.abort(signal.reason);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      const error = Object.assign(new Error(`Attempt timed out after ${timeoutMs} ms.`), { code: "ETIMEDOUT" });
      controller.abort(error);
      reject(error);
    }, timeoutMs);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    operation(controller.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}
