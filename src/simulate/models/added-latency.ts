import { aFunction, checkOptions } from "../../core/option-rules.ts";
import { checkDependency, type Dependency, serviceOf } from "../driver/index.ts";
import { activePeriods, type When, whenRules } from "./active-periods.ts";
import type { Latency } from "./latency.ts";

/** How much longer requests take to arrive. */
export interface LatencyOptions extends When {
  readonly latencyMs: Latency;
}

/** A dependency that is further away: each request takes so much longer to arrive. */
export function withLatency(dependency: Dependency, options: LatencyOptions): Dependency {
  checkDependency("withLatency", dependency);
  const { latencyMs, ...when } = checkOptions("withLatency", options, { ...whenRules, latencyMs: aFunction }, ["latencyMs"]);
  const activeUntilMs = activePeriods("withLatency", when);
  return (world) => {
    const service = serviceOf("withLatency.dependency", dependency, world);
    return (request) => {
      if (activeUntilMs(world.now()) === null) service(request);
      else world.after(latencyMs(world.random), () => service(request));
    };
  };
}
