/* Recipes in which most answers are fast, and some are not: what hedges are for. */
import { latency, replicas, server, withTimeout } from "../models/index.ts";
import { poisson } from "../traffic/index.ts";
import { CLIENT_TIMEOUT_MS, HEADROOM, type Recipe, SERVICE_MS } from "./recipe.ts";

const REPLICAS = 10;
const SLOWER = 20;

export const slowReplica: Recipe = (callsPerSecond) => {
  const minute = { fromMs: 60_000, toMs: 120_000 };
  // Room for its share even while it is slow: otherwise its queue would grow, and it would be an overload.
  const workers = Math.ceil(((callsPerSecond / REPLICAS) * HEADROOM * SERVICE_MS * SLOWER) / 1000);
  const replica = (slowdowns: { fromMs: number; toMs: number; factor: number }[] = []) =>
    server({ workers, serviceMs: latency.exponential({ meanMs: SERVICE_MS }), slowdowns });
  const well = Array.from({ length: REPLICAS - 1 }, () => replica());
  return {
    description: "For a minute one of ten replicas takes 20 times as long, and is sent its share of the requests all the same.",
    arrivals: poisson({ callsPerSecond }),
    dependency: withTimeout(replicas([...well, replica([{ ...minute, factor: SLOWER }])]), CLIENT_TIMEOUT_MS),
    durationMs: 180_000,
    disturbance: minute,
  };
};

/** After Dean and Barroso, "The Tail at Scale" (2013). Each answer is slow by chance alone, so that a second one is most likely fast. */
export const latencyTail: Recipe = (callsPerSecond) => ({
  description: "One answer in a hundred takes a second, the others about 10 ms, however many there are at a time.",
  arrivals: poisson({ callsPerSecond }),
  dependency: server({
    workers: Infinity,
    serviceMs: latency.mixture([
      { share: 0.99, latencyMs: latency.logNormal({ medianMs: 10, p99Ms: 20 }) },
      { share: 0.01, latencyMs: latency.constant(1_000) },
    ]),
  }),
  durationMs: 180_000,
});
