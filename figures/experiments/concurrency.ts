/*
 * A server of 100 workers with one queue that has no end, and one and a half times what it can do: which limit AdaptiveConcurrency finds, from 20 and from 500,
 * without being told.
 */
import { AdaptiveConcurrency, Policy } from "redress";
import { type Latency, latency, poisson, type SimulationReport, server, simulate } from "redress/simulate";

const WORKERS = 100;
const MEAN_MS = 50;
const CAPACITY_PER_SECOND = (1_000 * WORKERS) / MEAN_MS;
const SETTLED_S = 10;
const DURATION_S = 60;

/** A log-normal with this mean, whose 99th percentile is 7.5 times its median. */
const MEDIAN_MS = 34.3;

const times: Readonly<Record<string, Latency>> = {
  constant: latency.constant(MEAN_MS),
  exponential: latency.exponential({ meanMs: MEAN_MS }),
  "log-normal": latency.logNormal({ medianMs: MEDIAN_MS, p99Ms: 7.53 * MEDIAN_MS }),
};

export interface Search {
  readonly service: string;
  readonly initial: number;
}

export const searches: readonly Search[] = Object.keys(times).flatMap((service) =>
  [20, 500].map((initial) => ({ service, initial })),
);

export interface Found {
  /** The limit, second by second, from ten seconds on: the median, the least and the most. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Until it is first within 20 % of 100. */
  readonly afterS: number;
  /** What is answered, as a share of what the server can do: the probes are the rest. */
  readonly goodputRatio: number;
}

export const search = ({ service, initial }: Search, seed: number): SimulationReport =>
  simulate(
    new Policy({ limiter: new AdaptiveConcurrency({ initial }) }),
    {
      name: `100 workers, ${service} times`,
      arrivals: poisson({ callsPerSecond: 1.5 * CAPACITY_PER_SECOND }),
      dependency: server({ workers: WORKERS, serviceMs: times[service] as Latency }),
      durationMs: DURATION_S * 1_000,
    },
    { seed },
  );

/** The limit at the end of each second. */
export const limitsOf = ({ series }: SimulationReport): readonly number[] => series.adaptiveLimits[0]?.limits ?? [];

/** Over all seeds. */
export function found(one: Search, seeds = 5): Found {
  const reports = Array.from({ length: seeds }, (_, seed) => search(one, seed + 1));
  const settled = reports.flatMap((report) => limitsOf(report).slice(SETTLED_S, DURATION_S)).sort((a, b) => a - b);
  const seconds = reports.map((report) => limitsOf(report).findIndex((limit) => Math.abs(limit / WORKERS - 1) <= 0.2) + 1);
  const answered = reports.flatMap(({ series }) => series.succeeded.slice(SETTLED_S, DURATION_S));
  return {
    median: settled[Math.floor(settled.length / 2)] as number,
    least: settled[0] as number,
    most: settled.at(-1) as number,
    afterS: seconds.reduce((sum, second) => sum + second, 0) / seeds,
    goodputRatio: answered.reduce((sum, count) => sum + count, 0) / answered.length / CAPACITY_PER_SECOND,
  };
}
