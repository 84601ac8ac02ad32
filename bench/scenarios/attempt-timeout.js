/**
 * Calls that succeed at once under everything a service puts around them: retry, breaker, attempt timeout and the
 * caller's signal. Once with an operation that ignores the attempt's signal, once with one that reads it, as `fetch` does.
 */
import { attemptWithTimeout, CountingBreaker, loopWithBreaker } from "../contenders/handwritten.js";
import { loadRedress } from "../contenders/redress.js";
import { timePerCall } from "../measure/time-per-call.js";
import { succeeds } from "./operations.js";
import { scenario } from "./scenario.js";

const ATTEMPT_TIMEOUT_MS = 1_000;
const { signal } = new AbortController();

/** @param {AbortSignal} signal */
const readsSignal = async (signal) => (signal.aborted ? 0 : 1);

/** @param {{ signal: AbortSignal }} attempt */
const readsSignalOf = async (attempt) => (attempt.signal.aborted ? 0 : 1);

/** @param {(attempt: any) => Promise<number>} operation */
async function redress(operation) {
  const { Policy, CircuitBreaker } = await loadRedress();
  const policy = new Policy({ retry: { attemptTimeoutMs: ATTEMPT_TIMEOUT_MS }, circuitBreaker: new CircuitBreaker() });
  return () => policy.call(operation, { signal });
}

/** @param {(signal: AbortSignal) => Promise<number>} operation */
function handwritten(operation) {
  const call = loopWithBreaker(new CountingBreaker());
  return () => call(() => attemptWithTimeout(operation, ATTEMPT_TIMEOUT_MS, signal));
}

/** @param {(context: { signal: AbortSignal }) => Promise<number>} operation */
async function cockatiel(operation) {
  const { breaker, retry, timeout, TimeoutStrategy, wrap } = await import("../contenders/cockatiel.js");
  const policy = wrap(breaker(), retry(), timeout(ATTEMPT_TIMEOUT_MS, TimeoutStrategy.Aggressive));
  return () => policy.execute(operation, signal);
}

/** @param {(signal: AbortSignal) => Promise<number>} operation */
async function effect(operation) {
  const { retryTimedAttempts, runPromise } = await import("../contenders/effect.js");
  const program = retryTimedAttempts(operation, ATTEMPT_TIMEOUT_MS);
  return () => runPromise(program, { signal });
}

export const signalIgnored = scenario({
  name: "success-timeout",
  title: "success, retry + breaker + attempt timeout + caller's signal",
  unit: "ns",
  goal: { value: 500 },
  measure: timePerCall,
  contenders: {
    redress: { prepare: () => redress(succeeds) },
    handwritten: { prepare: () => handwritten(succeeds) },
    cockatiel: { note: "no deadline", prepare: () => cockatiel(succeeds) },
    opossum: {
      note: "no retry, no deadline, no caller's signal",
      prepare: async () => {
        const { opossum } = await import("../contenders/opossum.js");
        const breaker = opossum(succeeds, { timeout: ATTEMPT_TIMEOUT_MS });
        return () => breaker.fire();
      },
    },
    effect: { note: "no breaker, no deadline", prepare: () => effect(succeeds) },
  },
});

export const signalRead = scenario({
  name: "success-timeout-signal",
  title: "the same, and the operation reads the attempt's signal",
  unit: "ns",
  measure: timePerCall,
  contenders: {
    redress: { prepare: () => redress(readsSignalOf) },
    handwritten: { prepare: () => handwritten(readsSignal) },
    cockatiel: { note: "no deadline", prepare: () => cockatiel(readsSignalOf) },
    effect: { note: "no breaker, no deadline", prepare: () => effect(readsSignal) },
  },
});
