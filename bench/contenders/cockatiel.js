/** cockatiel, set up to resemble redress' defaults as far as it can: 6 attempts, a breaker that opens after 5 failures. */
import * as cockatiel from "cockatiel";

export const { wrap, timeout, TimeoutStrategy, handleAll } = cockatiel;

/** @param {cockatiel.IBackoffFactory<any>} [backoff] */
export function retry(backoff = new cockatiel.ExponentialBackoff({ initialDelay: 250, maxDelay: 5_000 })) {
  return cockatiel.retry(handleAll, { maxAttempts: 5, backoff });
}

/** @param {number} ms */
export function constant(ms) {
  return new cockatiel.ConstantBackoff(ms);
}

/** With the lightest of its breakers. */
export function breaker(threshold = 5, halfOpenAfter = 30_000) {
  return cockatiel.circuitBreaker(handleAll, { halfOpenAfter, breaker: new cockatiel.ConsecutiveBreaker(threshold) });
}
