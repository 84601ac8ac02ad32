/*
 * "Handling Overload", chapter 21 of Google's SRE book, https://sre.google/sre-book/handling-overload/: clients that hold back requests with probability
 * max(0, (requests - K x accepts) / (requests + 1)) send a dependency K times what it accepts, however much is asked of them.
 */
import { AdaptiveThrottle, Policy } from "redress";
import { latency, poisson, server, simulate, withRateLimit } from "redress/simulate";

/** What the dependency accepts per second; the rest it refuses at once. */
const ACCEPTED_PER_SECOND = 100;
const WINDOW_MS = 120_000;
/** As long again as the window is only remembered. */
const FROM_S = 240;
const DURATION_S = 600;

export interface Throttled {
  /** Calls that are made, as a multiple of what is accepted. */
  readonly load: number;
  /** `null` without a throttle. */
  readonly multiplier: number | null;
}

export const throttled: readonly Throttled[] = [
  { load: 10, multiplier: null },
  ...[0.9, 1.5, 3, 10, 50].map((load) => ({ load, multiplier: 2 })),
  ...[1.1, 1.5, 4].map((multiplier) => ({ load: 10, multiplier })),
];

export interface ThrottledFigure {
  /** What reaches the dependency, as a multiple of what it accepts: as calculated, and as simulated. */
  readonly calculated: number;
  readonly reaching: number;
  /** What is answered, as a share of what can be. */
  readonly goodputRatio: number;
}

/** Means over the seeds, once the window is full. */
export function throttledFigure({ load, multiplier }: Throttled, seeds = 5): ThrottledFigure {
  const policy =
    multiplier === null ? new Policy() : new Policy({ limiter: new AdaptiveThrottle({ multiplier, windowMs: WINDOW_MS }) });
  let requests = 0;
  let succeeded = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const { series } = simulate(
      policy,
      {
        name: "more than is accepted",
        arrivals: poisson({ callsPerSecond: load * ACCEPTED_PER_SECOND }),
        dependency: withRateLimit(server({ workers: Infinity, serviceMs: latency.exponential({ meanMs: 20 }) }), {
          requests: ACCEPTED_PER_SECOND,
          sendsRetryAfter: false,
        }),
        durationMs: DURATION_S * 1_000,
      },
      { seed },
    );
    const later = (column: readonly number[]): number => column.slice(FROM_S, DURATION_S).reduce((sum, count) => sum + count, 0);
    requests += later(series.requests);
    succeeded += later(series.succeeded);
  }
  const accepted = Math.min(load, 1) * ACCEPTED_PER_SECOND * (DURATION_S - FROM_S) * seeds;
  return {
    calculated: Math.min(Math.max(load, 1), multiplier ?? Infinity),
    reaching: requests / succeeded,
    goodputRatio: succeeded / accepted,
  };
}
