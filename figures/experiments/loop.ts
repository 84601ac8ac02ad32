/* Why not a loop: what three ways to call a dependency make of an overload that outlives its cause. */
import { Policy, unlimited } from "redress";
import { type SimulationReport, scenarios, simulate } from "redress/simulate";

/** By what the README calls them. Each makes up to four attempts of a call, with the same delays. */
const ways = {
  "a loop of 4 attempts": new Policy({ retry: { maxAttempts: 4 }, budget: unlimited }),
  "redress, its defaults": new Policy({ retry: { maxAttempts: 4 } }),
  "redress, with a breaker": new Policy({
    retry: { maxAttempts: 4 },
    circuitBreaker: { failureThreshold: 50, recoveryTimeoutMs: 5_000 },
  }),
};

export function loops(): Readonly<Record<string, SimulationReport>> {
  return simulate(ways, scenarios.metastableOverload(), { seed: 1 });
}
