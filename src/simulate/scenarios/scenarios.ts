import { brownout, metastableOverload, overloadStep, rateLimit, thunderingHerd } from "./overloads.ts";
import { scenario } from "./recipe.ts";
import { latencyTail, slowReplica } from "./tails.ts";
import { flappingDependency, latencySpike, outage, retryAmplification } from "./unreachable.ts";

/**
 * Scenarios to begin with. Each is a function of its load, and its result an object to change: `{ ...scenarios.outage(), durationMs: 60_000 }`.
 *
 * @example
 * import { scenarios, simulate } from "redress/simulate";
 *
 * const report = simulate(new Policy({ retry: {} }), scenarios.rateLimit({ callsPerSecond: 20 }), { seed: 7 });
 */
export const scenarios = {
  outage: scenario("outage", 100, outage),
  brownout: scenario("brownout", 100, brownout),
  rateLimit: scenario("rateLimit", 100, rateLimit),
  latencySpike: scenario("latencySpike", 100, latencySpike),
  thunderingHerd: scenario("thunderingHerd", 100, thunderingHerd),
  metastableOverload: scenario("metastableOverload", 280, metastableOverload),
  flappingDependency: scenario("flappingDependency", 100, flappingDependency),
  retryAmplification: scenario("retryAmplification", 100, retryAmplification),
  slowReplica: scenario("slowReplica", 100, slowReplica),
  latencyTail: scenario("latencyTail", 100, latencyTail),
  overloadStep: scenario("overloadStep", 140, overloadStep),
} as const;
