/** Every scenario, in the order of the table. */
import * as attemptTimeout from "./attempt-timeout.js";
import concurrent from "./concurrent.js";
import * as heap from "./heap.js";
import * as heapQueued from "./heap-queued.js";
import * as hedges from "./hedges.js";
import * as limits from "./limits.js";
import * as openCircuit from "./open-circuit.js";
import * as size from "./size.js";
import * as success from "./success.js";
import * as twoFailures from "./two-failures.js";

/** @type {import("./scenario.js").Scenario[]} */
export const scenarios = [
  success.retryWithoutDeadline,
  success.retryWithDeadline,
  success.retryAndBreaker,
  attemptTimeout.signalIgnored,
  attemptTimeout.signalRead,
  twoFailures.freshErrors,
  twoFailures.oneError,
  openCircuit.execute,
  openCircuit.call,
  heap.newBreaker,
  heap.usedBreaker,
  heap.sleepingCall,
  concurrent,
  size.core,
  size.everything,
  limits.bulkheadInPolicy,
  limits.bulkheadAlone,
  limits.bulkheadQueue,
  limits.rateLimiterInPolicy,
  limits.rateLimiterAlone,
  hedges.byDelay,
  hedges.byQuantile,
  heapQueued.waitingCall,
  heapQueued.entry,
];

/** @param {string} name */
export function scenarioNamed(name) {
  const found = scenarios.find((each) => each.name === name);
  if (!found) throw new RangeError(`--scenario must be one of ${scenarios.map((each) => each.name).join(", ")}, got ${name}.`);
  return found;
}
