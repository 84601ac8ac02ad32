import { checkOptions, finiteAboveZero } from "../core/option-rules.ts";
import { burst, poisson, together } from "./arrivals.ts";
import type { Dependency } from "./dependency.ts";
import { withFailures, withLatency, withOutage, withTimeout } from "./disturbances.ts";
import { latency } from "./latency.ts";
import { layer } from "./layer.ts";
import { withRateLimit } from "./rate-limit.ts";
import type { Stretch } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { type Slowdown, server } from "./server.ts";

export interface ScenarioOptions {
  /** Calls per second of all clients together, > 0; capacities grow with it. @default 100 (`metastableOverload`: 280) */
  readonly callsPerSecond?: number | undefined;
}

/** Mean service time of the modelled server, and how much more than the usual load it can take. */
const SERVICE_MS = 20;
const HEADROOM = 1.5;
const CLIENT_TIMEOUT_MS = 1_000;

/** A server that has half as much capacity again as it needs, behind a client with a timeout of one second. */
function roomyServer(callsPerSecond: number, slowdowns: readonly Slowdown[] = []): Dependency {
  const workers = Math.ceil((callsPerSecond * HEADROOM * SERVICE_MS) / 1000);
  return server({ workers, serviceMs: latency.exponential({ meanMs: SERVICE_MS }), slowdowns });
}

type Recipe = (callsPerSecond: number) => Omit<Scenario, "name">;

function scenario(name: string, usualRate: number, recipe: Recipe): (options?: ScenarioOptions) => Scenario {
  return (options = {}) => {
    checkOptions(`scenarios.${name}`, options, { callsPerSecond: finiteAboveZero });
    return { name, ...recipe(options.callsPerSecond ?? usualRate) };
  };
}

const minute: Stretch = { fromMs: 60_000, toMs: 120_000 };

/**
 * Scenarios to begin with. Each is a function of its load, and its result an object to change: `{ ...scenarios.outage(), durationMs: 60_000 }`.
 *
 * @example
 * import { scenarios, simulate } from "redress/simulate";
 *
 * const report = simulate(new Policy({ retry: {} }), scenarios.rateLimit({ callsPerSecond: 20 }), { seed: 7 });
 */
export const scenarios = {
  outage: scenario("outage", 100, (callsPerSecond) => {
    const disturbance = { fromMs: 60_000, toMs: 90_000 };
    return {
      description: "Connections are refused for 30 seconds; the server has half as much capacity again as it needs.",
      arrivals: poisson({ callsPerSecond }),
      dependency: withTimeout(withOutage(roomyServer(callsPerSecond), disturbance), CLIENT_TIMEOUT_MS),
      durationMs: 180_000,
      disturbance,
    };
  }),

  brownout: scenario("brownout", 100, (callsPerSecond) => ({
    description: "For a minute the server takes twice as long, too long for its load, and a tenth of what it is asked fails.",
    arrivals: poisson({ callsPerSecond }),
    dependency: withTimeout(
      withFailures(roomyServer(callsPerSecond, [{ ...minute, factor: 2 }]), { ...minute, mix: { SERVER_ERROR: 0.1 } }),
      CLIENT_TIMEOUT_MS,
    ),
    durationMs: 300_000,
    disturbance: minute,
  })),

  rateLimit: scenario("rateLimit", 100, (callsPerSecond) => ({
    description: "The API lets through a tenth more than the usual load; for a minute the load is half as much again.",
    arrivals: together(poisson({ callsPerSecond }), poisson({ callsPerSecond: callsPerSecond / 2, ...minute })),
    dependency: withRateLimit(roomyServer(callsPerSecond * 2), { requests: Math.ceil(callsPerSecond * 1.1) }),
    durationMs: 240_000,
    disturbance: minute,
  })),

  latencySpike: scenario("latencySpike", 100, (callsPerSecond) => {
    const disturbance = { fromMs: 60_000, toMs: 90_000 };
    return {
      description: "For 30 seconds the way takes most requests longer than the client's timeout of one second.",
      arrivals: poisson({ callsPerSecond }),
      dependency: withTimeout(
        withLatency(roomyServer(callsPerSecond), {
          ...disturbance,
          latencyMs: latency.logNormal({ medianMs: 1_200, p99Ms: 4_000 }),
        }),
        CLIENT_TIMEOUT_MS,
      ),
      durationMs: 180_000,
      disturbance,
    };
  }),

  thunderingHerd: scenario("thunderingHerd", 100, (callsPerSecond) => {
    const atMs = 60_000;
    return {
      description: "Ten seconds' worth of calls come at one instant; the server's queue holds one second's worth.",
      arrivals: together(poisson({ callsPerSecond }), burst({ calls: Math.ceil(callsPerSecond * 10), atMs })),
      dependency: withTimeout(
        server({
          workers: Math.ceil((callsPerSecond * HEADROOM * SERVICE_MS) / 1000),
          serviceMs: latency.exponential({ meanMs: SERVICE_MS }),
          queueLimit: Math.ceil(callsPerSecond * HEADROOM),
        }),
        CLIENT_TIMEOUT_MS,
      ),
      durationMs: 180_000,
      disturbance: { fromMs: atMs, toMs: atMs },
    };
  }),

  metastableOverload: scenario("metastableOverload", 280, (callsPerSecond) => {
    const disturbance = { fromMs: 60_000, toMs: 70_000 };
    const serviceMs = 80;
    // 24 workers, 300 requests per second, where 280 calls come.
    const workers = Math.round((callsPerSecond * (300 / 280) * serviceMs) / 1000);
    return {
      description: "A server at 93 % of its capacity with an endless queue; the requests of ten seconds arrive together.",
      arrivals: poisson({ callsPerSecond }),
      dependency: withTimeout(
        withOutage(server({ workers, serviceMs: latency.constant(serviceMs) }), { ...disturbance, how: "hold" }),
        CLIENT_TIMEOUT_MS,
      ),
      durationMs: 300_000,
      disturbance,
    };
  }),

  flappingDependency: scenario("flappingDependency", 100, (callsPerSecond) => ({
    description: "For two minutes the dependency refuses connections for 5 seconds out of every 15.",
    arrivals: poisson({ callsPerSecond }),
    dependency: withTimeout(
      withOutage(roomyServer(callsPerSecond), { fromMs: 60_000, toMs: 65_000, everyMs: 15_000, untilMs: 180_000 }),
      CLIENT_TIMEOUT_MS,
    ),
    durationMs: 240_000,
    disturbance: { fromMs: 60_000, toMs: 180_000 },
  })),

  retryAmplification: scenario("retryAmplification", 100, (callsPerSecond) => {
    const disturbance = { fromMs: 60_000, toMs: 90_000 };
    return {
      description:
        "Three layers, each under the same policy, and behind them a database that refuses connections for 30 seconds.",
      arrivals: poisson({ callsPerSecond }),
      dependency: layer(layer(withTimeout(withOutage(roomyServer(callsPerSecond), disturbance), CLIENT_TIMEOUT_MS))),
      durationMs: 180_000,
      disturbance,
    };
  }),
} as const;
