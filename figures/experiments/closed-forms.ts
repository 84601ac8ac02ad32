/* What can be calculated: attempts that fail independently of each other, and layers that all retry. */
import { constant, Policy, unlimited } from "redress";
import { burst, type Dependency, latency, layer, poisson, server, simulate, withFailures } from "redress/simulate";

const retries = (maxAttempts: number) =>
  new Policy({ retry: { maxAttempts, strategy: constant(0), deadlineMs: Infinity, budget: unlimited } });

export interface OneLayer {
  readonly failureRatio: number;
  readonly maxAttempts: number;
  readonly calculated: number;
  readonly simulated: number;
}

/** Requests per call where each request fails with probability f: (1 - f^N) / (1 - f). */
export function oneLayer(failureRatio: number, maxAttempts: number, calls = 200_000): OneLayer {
  const { amplification } = simulate(retries(maxAttempts), {
    name: "independent failures",
    arrivals: burst({ calls }),
    dependency: withFailures(server({ workers: Infinity, serviceMs: latency.constant(1) }), { mix: { TRANSIENT: failureRatio } }),
    durationMs: Infinity,
  });
  const calculated = (1 - failureRatio ** maxAttempts) / (1 - failureRatio);
  return { failureRatio, maxAttempts, calculated, simulated: amplification };
}

/** Requests that reach the last of so many layers, per call, when that layer fails every time. */
export function layers(count: number, maxAttempts: number): number {
  let dependency: Dependency = withFailures(server({ workers: 1, serviceMs: latency.constant(1) }), { mix: { SERVER_ERROR: 1 } });
  for (let behind = 1; behind < count; behind++) dependency = layer(dependency);
  const arrivals = poisson({ callsPerSecond: 10 });
  return simulate(retries(maxAttempts), { name: "layers", arrivals, dependency, durationMs: 10_000 }).amplification;
}
