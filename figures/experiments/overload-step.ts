/*
 * A minute in which 1.5 times the capacity of a server is asked of it, whose queue has no end and who works also on requests that nobody waits for any
 * more: what becomes of its goodput, with limits on how many requests are under way at a time and without.
 */
import { AdaptiveConcurrency, Bulkhead, Policy, unlimited } from "redress";
import { type SimulationReport, scenarios, simulate } from "redress/simulate";

/** The scenario's server: 40 workers that take 200 ms each. */
const WORKERS = 40;
const CAPACITY_PER_SECOND = 200;

export interface Clients {
  readonly name: string;
  readonly policy: Policy<never, unknown>;
  /** The calls are spread over so many processes, each of which has a limiter of its own. */
  readonly processes: number;
  readonly isLimited: boolean;
}

const retry = {};
const adaptive = new Policy({ retry, limiter: new AdaptiveConcurrency() });

export const clients: readonly Clients[] = [
  { name: "no retry", policy: new Policy(), processes: 1, isLimited: false },
  { name: "retries, default budget", policy: new Policy({ retry }), processes: 1, isLimited: false },
  { name: "retries, unlimited", policy: new Policy({ retry, budget: unlimited }), processes: 1, isLimited: false },
  { name: "AdaptiveConcurrency", policy: adaptive, processes: 1, isLimited: true },
  { name: "AdaptiveConcurrency, 10 processes", policy: adaptive, processes: 10, isLimited: true },
  {
    name: "Bulkhead of 40, the capacity known",
    policy: new Policy({ retry, limiter: new Bulkhead({ maxConcurrent: WORKERS }) }),
    processes: 1,
    isLimited: true,
  },
];

/** Shares of the capacity, and times. Means over the seeds; `null` where one of them never recovers. */
export interface StepFigure {
  /** In the minute, and in its worst second. */
  readonly goodputRatio: number;
  readonly worstRatio: number;
  readonly p99Ms: number;
  readonly recoveryS: number | null;
  /** At the end of the minute, of all processes together; `null` where no limit adapts. */
  readonly limit: number | null;
}

export const overloadStep = ({ policy, processes }: Clients, seed: number): SimulationReport =>
  simulate(policy, scenarios.overloadStep(), { seed, clients: processes });

export function stepFigure(subject: Clients, seeds = 5): StepFigure {
  const reports = Array.from({ length: seeds }, (_, seed) => overloadStep(subject, seed + 1));
  const mean = (of: (report: SimulationReport) => number): number => reports.reduce((sum, report) => sum + of(report), 0) / seeds;
  const inMinute = ({ series }: SimulationReport): readonly number[] => series.succeeded.slice(60, 120);
  const limitOf = ({ series, clients }: SimulationReport): number =>
    (series.adaptiveLimits[0]?.limits[119] ?? Infinity) * clients;
  const recoveryS = mean(({ timeToRecoverMs }) => timeToRecoverMs ?? Infinity) / 1000;
  const limit = mean(limitOf);
  return {
    goodputRatio: mean((report) => inMinute(report).reduce((sum, count) => sum + count, 0) / 60 / CAPACITY_PER_SECOND),
    worstRatio: mean((report) => Math.min(...inMinute(report)) / CAPACITY_PER_SECOND),
    p99Ms: mean(({ latencyMs }) => latencyMs.succeeded.p99 ?? Number.NaN),
    recoveryS: recoveryS === Infinity ? null : recoveryS,
    limit: limit === Infinity ? null : limit,
  };
}
