/*
 * Overloads that outlive their cause where clients retry, and how long each candidate for the default budget takes to get out of them, compared
 * with the same arrivals without retries. All are variations of metastable.ts: 280 calls per second, and a server that can do 300.
 */
import { Policy } from "redress";
import {
  type Dependency,
  latency,
  poisson,
  type Scenario,
  type ServerOptions,
  type Simulable,
  server,
  simulate,
  withOutage,
  withTimeout,
} from "redress/simulate";
import { policyWith, restartedAt } from "./candidates.ts";

const outage = { fromMs: 60_000, toMs: 70_000 };

function storm(dependency: Dependency, durationMs = 300_000): Scenario {
  return {
    name: "storm",
    arrivals: poisson({ callsPerSecond: 280 }),
    dependency: withTimeout(dependency, 1_000),
    durationMs,
    disturbance: outage,
  };
}

const serverWith = (more: Partial<ServerOptions> = {}): Dependency =>
  server({ workers: 24, serviceMs: latency.constant(80), ...more });
/** For ten seconds no request gets through, and then all of them arrive together. */
const held = (more?: Partial<ServerOptions>, durationMs?: number): Scenario =>
  storm(withOutage(serverWith(more), { ...outage, how: "hold" }), durationMs);
/** For ten seconds after the outage each request takes longer. */
const cold = (factor: number) => ({ slowdowns: [{ fromMs: outage.toMs, toMs: outage.toMs + 10_000, factor }] });

interface Storm {
  readonly scenario: Scenario;
  readonly policy: (candidate: string) => Simulable;
}

export const storms: Readonly<Record<string, Storm>> = {
  "the queue has no end": { scenario: held(), policy: policyWith },
  "and the server is cold": { scenario: held(cold(1.5)), policy: policyWith },
  "and the clients restart": { scenario: held(), policy: (candidate) => restartedAt(outage.toMs + 5_000, candidate) },
  "it sheds beyond two seconds of queue": { scenario: held({ queueLimit: 600 }, 150_000), policy: policyWith },
  "it sheds beyond half a second": { scenario: held({ queueLimit: 150 }, 150_000), policy: policyWith },
  "refused connections, then a cold server": {
    scenario: storm(withOutage(serverWith(cold(2)), outage), 200_000),
    policy: policyWith,
  },
};

export interface Recovery {
  readonly processes: number;
  /** Of so many seeds, those that recovered within the time simulated. */
  readonly recovered: number;
  readonly seeds: number;
  /** How much later than without retries, in seconds: the mean and the most; `null` where one never recovered. */
  readonly meanLaterS: number | null;
  readonly mostLaterS: number | null;
  /** How many recovered within five seconds of the run without retries. */
  readonly inTime: number;
}

const controls = new Map<string, number>();

/** How long the run without retries takes to recover: the same for every candidate. */
function control(name: string, processes: number, seed: number): number {
  const key = `${name} ${processes} ${seed}`;
  const known =
    controls.get(key) ?? simulate(new Policy(), (storms[name] as Storm).scenario, { seed, clients: processes }).timeToRecoverMs;
  if (known === null) throw new Error("Without retries it always recovers.");
  controls.set(key, known);
  return known;
}

/** The calls are spread over so many processes, each of which has a budget of its own. */
export function recoveryWith(candidate: string, name: string, processes: number, seeds: number): Recovery {
  const { scenario, policy } = storms[name] as Storm;
  const later = Array.from({ length: seeds }, (_, index) => {
    const seed = index + 1;
    const { timeToRecoverMs } = simulate(policy(candidate), scenario, { seed, clients: processes });
    return timeToRecoverMs === null ? null : (timeToRecoverMs - control(name, processes, seed)) / 1000;
  });
  const known = later.filter((seconds) => seconds !== null);
  const all = known.length === seeds;
  return {
    processes,
    recovered: known.length,
    seeds,
    meanLaterS: all ? known.reduce((sum, seconds) => sum + seconds, 0) / seeds : null,
    mostLaterS: all ? Math.max(...known) : null,
    inTime: known.filter((seconds) => seconds <= 5).length,
  };
}
