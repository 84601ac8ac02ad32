/** Memory: one breaker per dependency, tenant or host adds up, and so do the calls that sleep through an outage. */
import { CountingBreaker, loopWithDeadline } from "../contenders/handwritten.js";
import { loadRedress } from "../contenders/redress.js";
import { heapPerInstance, heapPerSleepingCall } from "../measure/heap.js";
import { connectionReset, succeeds } from "./operations.js";
import { scenario } from "./scenario.js";

const ROUNDS = 3;
const BACKOFF_MS = 30_000;

const cockatiel = () => import("../contenders/cockatiel.js");
const opossum = () => import("../contenders/opossum.js");

const down = async () => {
  throw error;
};
const error = connectionReset();

export const newBreaker = scenario({
  name: "heap-breaker",
  title: "heap per breaker, new",
  unit: "B",
  rounds: ROUNDS,
  goal: { value: 600 },
  measure: heapPerInstance,
  contenders: {
    redress: {
      prepare: async () => {
        const { CircuitBreaker } = await loadRedress();
        return () => new CircuitBreaker();
      },
    },
    handwritten: { prepare: () => () => new CountingBreaker() },
    cockatiel: {
      prepare: async () => {
        const { breaker } = await cockatiel();
        return () => breaker();
      },
    },
    opossum: {
      prepare: async () => {
        const lean = (await opossum()).opossum;
        return () => lean(succeeds);
      },
    },
  },
});

export const usedBreaker = scenario({
  name: "heap-breaker-used",
  title: "heap per breaker, after a success and a failure",
  unit: "B",
  rounds: ROUNDS,
  measure: heapPerInstance,
  contenders: {
    redress: {
      prepare: async () => {
        const { CircuitBreaker } = await loadRedress();
        return async () => {
          const breaker = new CircuitBreaker();
          await breaker.call(succeeds);
          await breaker.call(down).catch(() => {});
          return breaker;
        };
      },
    },
    handwritten: {
      prepare: () => () => {
        const breaker = new CountingBreaker();
        breaker.success();
        breaker.failure();
        return breaker;
      },
    },
    cockatiel: {
      prepare: async () => {
        const { breaker: create } = await cockatiel();
        return async () => {
          const breaker = create();
          await breaker.execute(succeeds);
          await breaker.execute(down).catch(() => {});
          return breaker;
        };
      },
    },
    opossum: {
      prepare: async () => {
        const lean = (await opossum()).opossum;
        let isDown = false;
        const action = () => (isDown ? down() : succeeds());
        return async () => {
          const breaker = lean(action, { volumeThreshold: 5 });
          isDown = false;
          await breaker.fire();
          isDown = true;
          await breaker.fire().catch(() => {});
          return breaker;
        };
      },
    },
  },
});

export const sleepingCall = scenario({
  name: "heap-asleep",
  title: "heap per call asleep in its backoff",
  unit: "B",
  rounds: ROUNDS,
  goal: { value: 900 },
  measure: heapPerSleepingCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { Policy, constant, unlimited } = await loadRedress();
        const policy = new Policy({ retry: { strategy: constant(BACKOFF_MS) }, budget: unlimited });
        return (operation) => () => policy.call(operation);
      },
    },
    handwritten: {
      prepare: () => {
        const call = loopWithDeadline({ delayMs: () => BACKOFF_MS });
        return (operation) => () => call(operation);
      },
    },
    cockatiel: {
      note: "no deadline",
      prepare: async () => {
        const { constant, retry } = await cockatiel();
        const policy = retry(constant(BACKOFF_MS));
        return (operation) => () => policy.execute(operation);
      },
    },
    "p-retry": {
      prepare: async () => {
        const { default: pRetry } = await import("p-retry");
        const options = { retries: 5, minTimeout: BACKOFF_MS, factor: 1, maxRetryTime: 60_000 };
        return (operation) => () => pRetry(operation, options);
      },
    },
    "async-retry": {
      prepare: async () => {
        const { default: retry } = await import("async-retry");
        const options = { retries: 5, minTimeout: BACKOFF_MS, factor: 1, randomize: false, maxRetryTime: 60_000 };
        return (operation) => () => retry(operation, options);
      },
    },
    effect: {
      note: "no deadline",
      prepare: async () => {
        const { retrySpaced, runPromise } = await import("../contenders/effect.js");
        return (operation) => {
          const program = retrySpaced(operation, BACKOFF_MS);
          return () => runPromise(program);
        };
      },
    },
  },
});
