/**
 * Milliseconds until CALLS concurrent calls, each failing once and sleeping, have all succeeded. They fail with one shared
 * error: 100,000 stack traces take as long as all the rest and would hide the difference.
 */
import { connectionReset } from "../scenarios/operations.js";

const error = connectionReset();
const CALLS = 100_000;
const WARM_UP_CALLS = 5_000;

/** @param {(operation: () => Promise<number>) => Promise<unknown>} once */
export async function wallTime(once) {
  await run(once, WARM_UP_CALLS);
  /** @type {any} */ (globalThis).gc();
  return run(once, CALLS);
}

/**
 * @param {(operation: () => Promise<number>) => Promise<unknown>} once
 * @param {number} count
 */
async function run(once, count) {
  const calls = new Array(count);
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) calls[i] = once(failsOnce());
  const values = await Promise.all(calls);
  const took = performance.now() - startedAt;
  if (values.some((value) => value !== 1)) throw new Error("Every call should end with 1.");
  return took;
}

function failsOnce() {
  let failed = false;
  return async () => {
    if (failed) return 1;
    failed = true;
    throw error;
  };
}
