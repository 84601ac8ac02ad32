/** Calls that succeed at once: what a policy costs when nothing is wrong. */
import * as handwritten from "../contenders/handwritten.js";
import { loadRedress } from "../contenders/redress.js";
import { timePerCall } from "../measure/time-per-call.js";
import { succeeds } from "./operations.js";
import { scenario } from "./scenario.js";

const cockatiel = () => import("../contenders/cockatiel.js");
const effect = () => import("../contenders/effect.js");
const opossum = () => import("../contenders/opossum.js");

export const retryWithoutDeadline = scenario({
  name: "success-retry",
  title: "success, retry, no deadline",
  unit: "ns",
  measure: timePerCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { Policy } = await loadRedress();
        const policy = new Policy({ retry: { deadlineMs: Infinity } });
        return () => policy.call(succeeds);
      },
    },
    handwritten: {
      note: "here the bare loop: nobody writes a clock into a loop without a deadline",
      prepare: () => {
        const call = handwritten.bareLoop();
        return () => call(succeeds);
      },
    },
    cockatiel: {
      prepare: async () => {
        const retry = (await cockatiel()).retry();
        return () => retry.execute(succeeds);
      },
    },
    "p-retry": {
      prepare: async () => {
        const { default: pRetry } = await import("p-retry");
        const options = { retries: 5 };
        return () => pRetry(succeeds, options);
      },
    },
    "async-retry": {
      prepare: async () => {
        const { default: retry } = await import("async-retry");
        const options = { retries: 5 };
        return () => retry(succeeds, options);
      },
    },
    effect: {
      prepare: async () => {
        const { retryAtOnce, runPromise } = await effect();
        const program = retryAtOnce(succeeds);
        return () => runPromise(program);
      },
    },
  },
});

export const retryWithDeadline = scenario({
  name: "success-deadline",
  title: "success, retry with a live deadline",
  unit: "ns",
  goal: { ratio: 1.5 },
  measure: timePerCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { Policy } = await loadRedress();
        const policy = new Policy({ retry: {} });
        return () => policy.call(succeeds);
      },
    },
    handwritten: {
      prepare: () => {
        const call = handwritten.loopWithDeadline();
        return () => call(succeeds);
      },
    },
    "bare loop": {
      note: "the loop without a deadline and without a clock",
      prepare: () => {
        const call = handwritten.bareLoop();
        return () => call(succeeds);
      },
    },
    cockatiel: {
      note: "its deadline is a timeout policy around the retry",
      prepare: async () => {
        const { retry, timeout, TimeoutStrategy, wrap } = await cockatiel();
        const policy = wrap(timeout(60_000, TimeoutStrategy.Aggressive), retry());
        return () => policy.execute(succeeds);
      },
    },
    "p-retry": {
      note: "`maxRetryTime` is its deadline",
      prepare: async () => {
        const { default: pRetry } = await import("p-retry");
        const options = { retries: 5, maxRetryTime: 60_000 };
        return () => pRetry(succeeds, options);
      },
    },
    "async-retry": {
      note: "`maxRetryTime` is its deadline",
      prepare: async () => {
        const { default: retry } = await import("async-retry");
        const options = { retries: 5, maxRetryTime: 60_000 };
        return () => retry(succeeds, options);
      },
    },
    effect: {
      note: "its deadline is `Effect.timeout` around the retry",
      prepare: async () => {
        const { retryAtOnce, runPromise, timeout } = await effect();
        const program = timeout(retryAtOnce(succeeds), 60_000);
        return () => runPromise(program);
      },
    },
  },
});

export const retryAndBreaker = scenario({
  name: "success-breaker",
  title: "success, retry + breaker",
  unit: "ns",
  goal: { ratio: 1.5 },
  measure: timePerCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { Policy, CircuitBreaker } = await loadRedress();
        const policy = new Policy({ retry: {}, circuitBreaker: new CircuitBreaker() });
        return () => policy.call(succeeds);
      },
    },
    handwritten: {
      prepare: () => {
        const call = handwritten.loopWithBreaker(new handwritten.CountingBreaker());
        return () => call(succeeds);
      },
    },
    cockatiel: {
      note: "no deadline",
      prepare: async () => {
        const { breaker, retry, wrap } = await cockatiel();
        const policy = wrap(breaker(), retry());
        return () => policy.execute(succeeds);
      },
    },
    opossum: {
      note: "no retry, no deadline",
      prepare: async () => {
        const breaker = (await opossum()).opossum(succeeds);
        return () => breaker.fire();
      },
    },
  },
});
