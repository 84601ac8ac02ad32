/** Calls that an open circuit rejects: what a service pays per request while its dependency is down. */
import { CountingBreaker, loopWithBreaker, outcomeWithBreaker } from "../contenders/handwritten.js";
import { openPolicy } from "../contenders/redress.js";
import { timePerCall, timePerRejection } from "../measure/time-per-call.js";
import { succeeds } from "./operations.js";
import { scenario } from "./scenario.js";

const FOR_THE_WHOLE_RUN_MS = 1e9;

function openBreaker() {
  const breaker = new CountingBreaker({ threshold: 1, recoveryMs: FOR_THE_WHOLE_RUN_MS });
  breaker.failure();
  return breaker;
}

export const execute = scenario({
  name: "open-execute",
  title: "open circuit, `execute` (an outcome, nothing thrown)",
  unit: "ns",
  goal: { value: 300 },
  measure: (once) => timePerCall(once, (outcome) => outcome.ok === false),
  contenders: {
    redress: {
      prepare: async () => {
        const policy = await openPolicy();
        return () => policy.execute(succeeds);
      },
    },
    handwritten: {
      prepare: () => {
        const executeOnce = outcomeWithBreaker(openBreaker());
        return () => executeOnce(succeeds);
      },
    },
  },
});

export const call = scenario({
  name: "open-call",
  title: "open circuit, `call` (an error thrown)",
  unit: "ns",
  goal: { value: 1_500 },
  measure: timePerRejection,
  contenders: {
    redress: {
      prepare: async () => {
        const policy = await openPolicy();
        return () => policy.call(succeeds);
      },
    },
    handwritten: {
      prepare: () => {
        const callOnce = loopWithBreaker(openBreaker());
        return () => callOnce(succeeds);
      },
    },
    cockatiel: {
      prepare: async () => {
        const { breaker, retry, wrap } = await import("../contenders/cockatiel.js");
        const circuit = breaker(1, FOR_THE_WHOLE_RUN_MS);
        await circuit.execute(() => Promise.reject(new Error("down"))).catch(() => {});
        const policy = wrap(circuit, retry());
        return () => policy.execute(succeeds);
      },
    },
    opossum: {
      note: "no retry",
      prepare: async () => {
        const { opossum } = await import("../contenders/opossum.js");
        const breaker = opossum(succeeds, { resetTimeout: FOR_THE_WHOLE_RUN_MS });
        breaker.open();
        return () => breaker.fire();
      },
    },
  },
});
