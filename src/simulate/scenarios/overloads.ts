/* Recipes in which the server, or its rate limit, gets more requests than it can take. */
import { latency, server, withFailures, withOutage, withRateLimit, withTimeout } from "../models/index.ts";
import { burst, poisson, together } from "../traffic/index.ts";
import { CLIENT_TIMEOUT_MS, HEADROOM, type Recipe, roomyServer } from "./recipe.ts";

const minute = { fromMs: 60_000, toMs: 120_000 };

export const brownout: Recipe = (callsPerSecond) => ({
  description: "For a minute the server takes twice as long, too long for its load, and a tenth of what it is asked fails.",
  arrivals: poisson({ callsPerSecond }),
  dependency: withTimeout(
    withFailures(roomyServer(callsPerSecond, { slowdowns: [{ ...minute, factor: 2 }] }), {
      ...minute,
      mix: { SERVER_ERROR: 0.1 },
    }),
    CLIENT_TIMEOUT_MS,
  ),
  durationMs: 300_000,
  disturbance: minute,
});

export const rateLimit: Recipe = (callsPerSecond) => ({
  description: "The API lets through a tenth more than the usual load; for a minute the load is half as much again.",
  arrivals: together(poisson({ callsPerSecond }), poisson({ callsPerSecond: callsPerSecond / 2, ...minute })),
  dependency: withRateLimit(roomyServer(callsPerSecond * 2), { requests: Math.ceil(callsPerSecond * 1.1) }),
  durationMs: 240_000,
  disturbance: minute,
});

export const thunderingHerd: Recipe = (callsPerSecond) => {
  const atMs = 60_000;
  return {
    description: "Ten seconds' worth of calls come at one instant; the server's queue holds one second's worth.",
    arrivals: together(poisson({ callsPerSecond }), burst({ calls: Math.ceil(callsPerSecond * 10), atMs })),
    dependency: withTimeout(roomyServer(callsPerSecond, { queueLimit: Math.ceil(callsPerSecond * HEADROOM) }), CLIENT_TIMEOUT_MS),
    durationMs: 180_000,
    disturbance: { fromMs: atMs, toMs: atMs },
  };
};

/** After Bronson and others, "Metastable Failures in Distributed Systems" (HotOS 2021): 280 calls per second, and a server that can do 300. */
export const metastableOverload: Recipe = (callsPerSecond) => {
  const disturbance = { fromMs: 60_000, toMs: 70_000 };
  const serviceMs = 80;
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
};

/** A step that clients alone can end: the server queues whatever comes, and works also on what nobody waits for any more. With 140 calls per second it can do 200. */
export const overloadStep: Recipe = (callsPerSecond) => {
  const capacity = callsPerSecond / 0.7;
  const serviceMs = 200;
  const workers = Math.round((capacity * serviceMs) / 1000);
  return {
    description: "For a minute the load rises from 70 % to one and a half times what the server can do; its queue has no end.",
    arrivals: together(poisson({ callsPerSecond }), poisson({ callsPerSecond: capacity * 1.5 - callsPerSecond, ...minute })),
    dependency: withTimeout(server({ workers, serviceMs: latency.constant(serviceMs) }), CLIENT_TIMEOUT_MS),
    durationMs: 300_000,
    disturbance: minute,
  };
};
