/* Recipes in which requests do not get through to the server, or not in time. */
import { latency, layer, withLatency, withOutage, withTimeout } from "../models/index.ts";
import { poisson } from "../traffic/index.ts";
import { CLIENT_TIMEOUT_MS, type Recipe, roomyServer } from "./recipe.ts";

const halfMinute = { fromMs: 60_000, toMs: 90_000 };

export const outage: Recipe = (callsPerSecond) => ({
  description: "Connections are refused for 30 seconds; the server has half as much capacity again as it needs.",
  arrivals: poisson({ callsPerSecond }),
  dependency: withTimeout(withOutage(roomyServer(callsPerSecond), halfMinute), CLIENT_TIMEOUT_MS),
  durationMs: 180_000,
  disturbance: halfMinute,
});

export const latencySpike: Recipe = (callsPerSecond) => ({
  description: "For 30 seconds the way takes most requests longer than the client's timeout of one second.",
  arrivals: poisson({ callsPerSecond }),
  dependency: withTimeout(
    withLatency(roomyServer(callsPerSecond), {
      ...halfMinute,
      latencyMs: latency.logNormal({ medianMs: 1_200, p99Ms: 4_000 }),
    }),
    CLIENT_TIMEOUT_MS,
  ),
  durationMs: 180_000,
  disturbance: halfMinute,
});

export const flappingDependency: Recipe = (callsPerSecond) => ({
  description: "For two minutes the dependency refuses connections for 5 seconds out of every 15.",
  arrivals: poisson({ callsPerSecond }),
  dependency: withTimeout(
    withOutage(roomyServer(callsPerSecond), { fromMs: 60_000, toMs: 65_000, everyMs: 15_000, untilMs: 180_000 }),
    CLIENT_TIMEOUT_MS,
  ),
  durationMs: 240_000,
  disturbance: { fromMs: 60_000, toMs: 180_000 },
});

export const retryAmplification: Recipe = (callsPerSecond) => ({
  description: "Three layers, each under the same policy, and behind them a database that refuses connections for 30 seconds.",
  arrivals: poisson({ callsPerSecond }),
  dependency: layer(layer(withTimeout(withOutage(roomyServer(callsPerSecond), halfMinute), CLIENT_TIMEOUT_MS))),
  durationMs: 180_000,
  disturbance: halfMinute,
});
