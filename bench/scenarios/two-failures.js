/**
 * Two failures, then a success, without a delay between them: what handling a failure costs. Once with an error of its
 * own for each failure, as it is in life, and once with one shared error: without the stack traces, the policy shows.
 */
import { loopWithDeadline } from "../contenders/handwritten.js";
import { loadRedress } from "../contenders/redress.js";
import { timePerCall } from "../measure/time-per-call.js";
import { connectionReset, failsTwice } from "./operations.js";
import { scenario } from "./scenario.js";

const sharedError = connectionReset();

export const freshErrors = scenario({
  name: "two-failures",
  title: "two failures, then success, no delay",
  unit: "ns",
  goal: { ratio: 1.2 },
  measure: timePerCall,
  contenders: contenders(() => failsTwice(connectionReset)),
});

export const oneError = scenario({
  name: "two-failures-shared",
  title: "the same, with one shared error",
  unit: "ns",
  goal: { ratio: 1.2 },
  measure: timePerCall,
  contenders: contenders(() => failsTwice(() => sharedError)),
});

/**
 * @param {() => () => Promise<number>} createOperation
 * @returns {import("./scenario.js").Scenario["contenders"]}
 */
function contenders(createOperation) {
  return {
    redress: {
      prepare: async () => {
        const { Policy, constant, unlimited } = await loadRedress();
        const policy = new Policy({ retry: { strategy: constant(0) }, budget: unlimited });
        const operation = createOperation();
        return () => policy.call(operation);
      },
    },
    handwritten: {
      prepare: () => {
        const call = loopWithDeadline({ delayMs: () => 0 });
        const operation = createOperation();
        return () => call(operation);
      },
    },
    cockatiel: {
      note: "no deadline; a delay of 0 takes a timer of 1 ms",
      prepare: async () => {
        const { constant, retry } = await import("../contenders/cockatiel.js");
        const policy = retry(constant(0));
        const operation = createOperation();
        return () => policy.execute(operation);
      },
    },
    "p-retry": {
      prepare: async () => {
        const { default: pRetry } = await import("p-retry");
        const options = { retries: 5, minTimeout: 0, maxRetryTime: 60_000 };
        const operation = createOperation();
        return () => pRetry(operation, options);
      },
    },
    "async-retry": {
      note: "a delay of 0 takes a timer of 1 ms",
      prepare: async () => {
        const { default: retry } = await import("async-retry");
        const options = { retries: 5, minTimeout: 0, randomize: false, maxRetryTime: 60_000 };
        const operation = createOperation();
        return () => retry(operation, options);
      },
    },
    effect: {
      note: "no deadline",
      prepare: async () => {
        const { retryAtOnce, runPromise } = await import("../contenders/effect.js");
        const program = retryAtOnce(createOperation());
        return () => runPromise(program);
      },
    },
  };
}
