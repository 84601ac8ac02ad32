/** Calls that succeed long before a hedge is due: what it costs to be ready for one. None of the peers hedges. */
import { loopWithDeadline } from "../contenders/handwritten.js";
import { hedged } from "../contenders/handwritten-limits.js";
import { loadRedress } from "../contenders/redress.js";
import { timePerCall } from "../measure/time-per-call.js";
import { succeeds } from "./operations.js";
import { scenario } from "./scenario.js";

const DELAY_MS = 1_000;
const MORE_NS = 400;

/** @param {object} options */
const redressWith = async (options) => {
  const { Policy, Hedge } = await loadRedress();
  const policy = new Policy({ retry: {}, hedge: new Hedge(options) });
  return () => policy.call(succeeds);
};

const withoutIt = {
  prepare: async () => {
    const { Policy } = await loadRedress();
    const policy = new Policy({ retry: {} });
    return () => policy.call(succeeds);
  },
};

export const byDelay = scenario({
  name: "hedge-delay",
  title: "retry with a live deadline + a hedge that is not due",
  about: "limits",
  unit: "ns",
  goal: { more: MORE_NS },
  measure: timePerCall,
  contenders: {
    redress: { prepare: () => redressWith({ delayMs: DELAY_MS }) },
    "without it": withoutIt,
    handwritten: {
      prepare: () => {
        const call = loopWithDeadline();
        const attempt = () => hedged(succeeds, DELAY_MS);
        return () => call(attempt);
      },
    },
  },
});

export const byQuantile = scenario({
  name: "hedge-quantile",
  title: "the same, and the delay is learnt",
  about: "limits",
  unit: "ns",
  goal: { more: MORE_NS },
  measure: timePerCall,
  contenders: {
    // The load ratio keeps the rare call that the collector holds up from being hedged more than once in ten thousand.
    redress: { prepare: () => redressWith({ quantile: 0.9999, loadRatio: 0.0001 }) },
    "without it": withoutIt,
  },
});
