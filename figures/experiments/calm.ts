/* What each candidate for the default budget costs where there is no overload: in calm traffic, in a restart, and in the ready-made scenarios. */
import {
  latency,
  poisson,
  type Scenario,
  scenarios,
  server,
  simulate,
  withFailures,
  withLatency,
  withOutage,
  withTimeout,
} from "redress/simulate";
import { policyWith } from "./candidates.ts";

const roomy = server({ workers: Infinity, serviceMs: latency.exponential({ meanMs: 20 }) });

/** The shares of all requests that fail: at once, and by a client timeout of one second. */
export interface CalmFailures {
  readonly atOnce: number;
  readonly timeouts: number;
}

/** Of the retries that the policy wants in an hour of traffic in one process, the share that the budget refuses. */
export function refusedInCalm(candidate: string, callsPerSecond: number, { atOnce, timeouts }: CalmFailures, seed = 1): number {
  const slow = withLatency(roomy, { latencyMs: (random) => (random() < timeouts ? 5_000 : 0) });
  const scenario: Scenario = {
    name: "calm",
    arrivals: poisson({ callsPerSecond }),
    dependency: withFailures(withTimeout(slow, 1_000), { mix: { TRANSIENT: atOnce } }),
    durationMs: 3_600_000,
  };
  const { calls, attempts, stopReasons } = simulate(policyWith(candidate), scenario, { seed });
  const refused = stopReasons.BUDGET_EXHAUSTED ?? 0;
  return refused === 0 ? 0 : refused / (attempts - calls.started + refused);
}

export interface Restart {
  /** Calls that failed for good, and calls that came while the dependency was away. */
  readonly failed: number;
  readonly affected: number;
}

/** A quiet service whose dependency refuses connections for so long. */
export function restartWith(candidate: string, callsPerSecond: number, seconds: number, seed = 1): Restart {
  const scenario: Scenario = {
    name: "restart",
    arrivals: poisson({ callsPerSecond }),
    dependency: withOutage(roomy, { fromMs: 60_000, toMs: 60_000 + seconds * 1_000 }),
    durationMs: 120_000,
  };
  const { calls, series } = simulate(policyWith(candidate), scenario, { seed });
  return { failed: calls.failed, affected: series.offered.slice(60, 60 + seconds).reduce((sum, count) => sum + count, 0) };
}

export interface Means {
  readonly successRatio: number;
  readonly amplification: number;
  /** `null` where one seed does not recover. */
  readonly recoveryS: number | null;
}

/** A ready-made scenario: means over the seeds. */
export function scenarioWith(candidate: string, name: keyof typeof scenarios, processes: number, seeds: number): Means {
  const reports = Array.from({ length: seeds }, (_, index) =>
    simulate(policyWith(candidate), scenarios[name](), { seed: index + 1, clients: processes }),
  );
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / seeds;
  const recoveries = reports.map(({ timeToRecoverMs }) => timeToRecoverMs ?? Infinity);
  const recoveryS = mean(recoveries) / 1000;
  return {
    successRatio: mean(reports.map(({ successRatio }) => successRatio ?? 0)),
    amplification: mean(reports.map(({ amplification }) => amplification)),
    recoveryS: recoveryS === Infinity ? null : recoveryS,
  };
}
