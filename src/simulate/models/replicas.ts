import { aFunction, checkOptions, checkValue, oneOf, refuse } from "../../core/option-rules.ts";
import { type Dependency, serviceOf } from "../driver/index.ts";

/**
 * Several replicas behind a load balancer, alike or not: a model that is listed several times makes as many servers.
 *
 * @param options.pick how the load balancer picks one @default "random"
 * @throws TypeError or RangeError for no replicas, or a wrong or unknown option.
 * @example
 * import { latency, replicas, server } from "redress/simulate";
 *
 * const one = server({ workers: 8, serviceMs: latency.constant(25) });
 * const slow = server({ workers: 8, serviceMs: latency.constant(250) });
 * const three = replicas([one, one, slow], { pick: "round_robin" });
 */
export function replicas(
  dependencies: readonly Dependency[],
  options: { readonly pick?: "random" | "round_robin" | undefined } = {},
): Dependency {
  if (!Array.isArray(dependencies) || dependencies.length === 0)
    refuse("replicas.dependencies", "a non-empty array of models", dependencies);
  dependencies.forEach((dependency, index) => checkValue(`replicas.dependencies[${index}]`, dependency, aFunction));
  const { pick = "random" } = checkOptions("replicas", options, { pick: oneOf(["random", "round_robin"]) });
  return (world) => {
    const services = dependencies.map((dependency, index) => serviceOf(`replicas.dependencies[${index}]`, dependency, world));
    let turn = 0;
    return (request) => {
      const index = pick === "random" ? Math.floor(world.random() * services.length) : turn++ % services.length;
      services[index]?.(request);
    };
  };
}
