/** opossum in its leanest setup: its snapshots and percentiles, on by default, would sort every latency of the run. */
import CircuitBreaker from "opossum";

/**
 * @param {(...args: any[]) => Promise<unknown>} action
 * @param {CircuitBreaker.Options} [options]
 */
export function opossum(action, options) {
  return new CircuitBreaker(action, {
    timeout: false,
    resetTimeout: 30_000,
    enableSnapshots: false,
    rollingPercentilesEnabled: false,
    ...options,
  });
}
