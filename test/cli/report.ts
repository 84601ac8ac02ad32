import type { SimulationReport } from "redress/simulate";

const nothing = { count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null };

/** A report made by hand: one minute, disturbed from 20 s to 30 s, one interval per second. */
export function reportOf(change: Partial<SimulationReport> = {}): SimulationReport {
  const series = (value: (second: number) => number): number[] => Array.from({ length: 60 }, (_, second) => value(second));
  const disturbed = (second: number): boolean => second >= 20 && second < 30;
  return {
    scenario: "outage",
    clients: 10,
    seed: 1,
    durationMs: 60_000,
    calls: { started: 1_200, succeeded: 1_000, failed: 200, fellBack: 0, unfinished: 0 },
    deliveries: 1_200,
    attempts: 1_500,
    requests: 1_500,
    amplification: 1.25,
    successRatio: 1_000 / 1_200,
    offeredPerSecond: 20,
    goodputPerSecond: 16.7,
    latencyMs: { succeeded: { ...nothing, count: 1_000, p50: 21, p99: 1_234 }, failed: nothing },
    stopReasons: { CIRCUIT_OPEN: 150, MAX_ATTEMPTS_GLOBAL: 50 },
    failures: { TRANSIENT: 500 },
    disturbance: { fromMs: 20_000, toMs: 30_000 },
    recoveredAtMs: 34_000,
    timeToRecoverMs: 4_000,
    circuits: 10,
    breakerOpenings: 1,
    breakerOpenRatio: 1 / 6,
    breakerChanges: [
      { atMs: 21_000, client: 0, breaker: "b", from: "closed", to: "open" },
      { atMs: 33_000, client: 0, breaker: "b", from: "open", to: "half_open" },
      { atMs: 34_000, client: 0, breaker: "b", from: "half_open", to: "closed" },
    ],
    hedges: null,
    limited: [],
    waitedMs: nothing,
    series: {
      intervalMs: 1_000,
      atMs: series((second) => second * 1_000),
      offered: series(() => 20),
      attempts: series((second) => (disturbed(second) ? 50 : 20)),
      requests: series((second) => (disturbed(second) ? 50 : 20)),
      succeeded: series((second) => (disturbed(second) ? 0 : 20)),
      served: series((second) => (disturbed(second) ? 0 : 20)),
      failed: series((second) => (disturbed(second) ? 20 : 0)),
      rejected: series(() => 0),
      fellBack: series(() => 0),
      inFlight: series(() => 1),
      p50Ms: series(() => 21),
      p99Ms: series(() => 1_234),
      breakersOpen: series((second) => (disturbed(second) ? 10 : 0)),
      breakersHalfOpen: series(() => 0),
      budgetLevel: series((second) => (disturbed(second) ? 0 : 100)),
      hedged: [],
      hedgesWon: [],
      hedgesRefused: [],
      attemptsCut: [],
      hedgeDelayMs: [],
      waiting: [],
      waitedP50Ms: [],
      waitedP99Ms: [],
      limited: [],
      adaptiveLimits: [],
    },
    ...change,
  };
}
