/** 100,000 calls at once that fail, sleep 100 ms and succeed: an outage of a blink, seen by a busy service. */
import { loopWithDeadline } from "../contenders/handwritten.js";
import { loadRedress } from "../contenders/redress.js";
import { wallTime } from "../measure/wall-time.js";
import { scenario } from "./scenario.js";

const DELAY_MS = 100;

export default scenario({
  name: "concurrent",
  title: "100,000 calls fail once, sleep 100 ms, succeed",
  unit: "ms",
  rounds: 5,
  goal: { ratio: 1.1 },
  measure: wallTime,
  contenders: {
    redress: {
      prepare: async () => {
        const { Policy, constant, unlimited } = await loadRedress();
        const policy = new Policy({ retry: { strategy: constant(DELAY_MS) }, budget: unlimited });
        return (operation) => policy.call(operation);
      },
    },
    handwritten: {
      prepare: () => {
        const call = loopWithDeadline({ delayMs: () => DELAY_MS });
        return (operation) => call(operation);
      },
    },
    cockatiel: {
      note: "no deadline",
      prepare: async () => {
        const { constant, retry } = await import("../contenders/cockatiel.js");
        const policy = retry(constant(DELAY_MS));
        return (operation) => policy.execute(operation);
      },
    },
    "p-retry": {
      prepare: async () => {
        const { default: pRetry } = await import("p-retry");
        const options = { retries: 5, minTimeout: DELAY_MS, factor: 1, maxRetryTime: 60_000 };
        return (operation) => pRetry(operation, options);
      },
    },
    "async-retry": {
      prepare: async () => {
        const { default: retry } = await import("async-retry");
        const options = { retries: 5, minTimeout: DELAY_MS, factor: 1, randomize: false, maxRetryTime: 60_000 };
        return (operation) => retry(operation, options);
      },
    },
    effect: {
      note: "no deadline",
      prepare: async () => {
        const { retrySpaced, runPromise } = await import("../contenders/effect.js");
        return (operation) => runPromise(retrySpaced(operation, DELAY_MS));
      },
    },
  },
});
