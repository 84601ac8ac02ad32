/*
 * Why not a loop: what four ways to call a dependency make of an overload that outlives its cause. The loop is simulated as a policy that has
 * nothing but four attempts and exponential delays with jitter: no budget, no deadline. The client's timeout of one second is the same for all.
 */
import { exponential, Policy, unlimited } from "redress";
import { type SimulationReport, scenarios, simulate } from "redress/simulate";

/** By what the README calls them. */
const ways = {
  "no retry at all": new Policy(),
  "a loop of 4 attempts": new Policy({
    retry: { maxAttempts: 4, strategy: exponential(), deadlineMs: Infinity },
    budget: unlimited,
  }),
  "redress, its defaults": new Policy({ retry: {} }),
  "redress with a breaker, its defaults": new Policy({ retry: {}, circuitBreaker: {} }),
};

export function loops(): Readonly<Record<keyof typeof ways, SimulationReport>> {
  return simulate(ways, scenarios.metastableOverload(), { seed: 1 });
}
