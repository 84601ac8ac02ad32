import type { Classification } from "../../core/failure/classification.ts";
import { checkOptions, oneOf } from "../../core/option-rules.ts";
import { buildWrapped, checkDependency, type Dependency } from "../driver/index.ts";
import { activePeriods, type When, whenRules } from "./active-periods.ts";

const CONNECTION_REFUSED: Classification = Object.freeze({ errorClass: "TRANSIENT" });

/** How a dependency is out. */
export interface OutageOptions extends When {
  /**
   * `refuse`: requests fail at once, as TRANSIENT. `hang`: they are never answered. `hold`: they are on their way, and all arrive
   * together when the outage is over. @default "refuse"
   */
  readonly how?: "refuse" | "hang" | "hold" | undefined;
}

/**
 * A dependency that cannot be reached for a while.
 *
 * @example
 * import { latency, server, withOutage } from "redress/simulate";
 *
 * const flapping = withOutage(server({ workers: 10, serviceMs: latency.constant(20) }), { fromMs: 60_000, toMs: 65_000, everyMs: 15_000 });
 */
export function withOutage(dependency: Dependency, options: OutageOptions): Dependency {
  checkDependency("withOutage", dependency);
  const { how = "refuse", ...when } = checkOptions("withOutage", options, {
    ...whenRules,
    how: oneOf(["refuse", "hang", "hold"]),
  });
  const activeUntilMs = activePeriods("withOutage", when);
  return (world) => {
    const { service, countRequest } = buildWrapped("withOutage", dependency, world);
    return (request) => {
      const endMs = activeUntilMs(world.now());
      if (endMs === null) return service(request);
      if (how === "hold") return void world.after(endMs - world.now(), () => service(request));
      countRequest();
      if (how === "refuse") request.respond(CONNECTION_REFUSED);
    };
  };
}
