/*
 * Marc Brooker, "Fixing retries with token buckets and circuit breakers" (2022), https://brooker.co.za/blog/2022/02/28/retries.html:
 * 100 clients make 10 calls per second each for 20 seconds, an answer takes 10 ms on average, and fails with probability f. Retries come at
 * once, up to three of them, with and without a bucket of 5 tokens per client, into which each call puts a tenth.
 */
import { constant, Policy, type RetryBudget, unlimited } from "redress";
import { latency, poisson, type Simulable, server, simulate, withFailures } from "redress/simulate";

export interface BucketFigure {
  readonly failureRatio: number;
  readonly policy: "three retries" | "bucket";
  readonly amplification: number;
  readonly successRatio: number | null;
}

export const publishedBuckets: readonly BucketFigure[] = [
  { failureRatio: 0.1, policy: "three retries", amplification: 1.109, successRatio: 0.9999 },
  { failureRatio: 0.1, policy: "bucket", amplification: 1.097, successRatio: 0.989 },
  { failureRatio: 0.5, policy: "three retries", amplification: 1.869, successRatio: 0.938 },
  { failureRatio: 0.5, policy: "bucket", amplification: 1.121, successRatio: 0.557 },
  { failureRatio: 1, policy: "three retries", amplification: 4, successRatio: null },
  { failureRatio: 1, policy: "bucket", amplification: 1.122, successRatio: null },
];

/** A bucket that is filled by requests: each call puts a share of a token into it, however the call ends. */
export function earnedByRequests(capacity: number, share: number): RetryBudget {
  let tokens = capacity;
  const earn = (): void => {
    tokens = Math.min(capacity, tokens + share);
  };
  return {
    consume: (cost = 1) => {
      if (tokens < cost) return false;
      tokens -= cost;
      return true;
    },
    remaining: () => tokens,
    recordSuccess: earn,
    recordFailure: earn,
  };
}

const retry = { maxAttempts: 4, strategy: constant(0), deadlineMs: Infinity };

export function bucketFigures(seeds = 5): readonly BucketFigure[] {
  return publishedBuckets.map(({ failureRatio, policy }) => {
    const subject: Simulable =
      policy === "bucket"
        ? ({ clock, random }) => new Policy({ retry, budget: earnedByRequests(5, 0.1), clock, random })
        : new Policy({ retry, budget: unlimited });
    const answerMs = latency.exponential({ meanMs: 10 });
    const scenario = {
      name: "flat failures",
      arrivals: poisson({ callsPerSecond: 1_000 }),
      dependency: withFailures(server({ workers: Infinity, serviceMs: answerMs }), {
        mix: { TRANSIENT: failureRatio },
        latencyMs: answerMs,
      }),
      durationMs: 20_000,
    };
    const reports = Array.from({ length: seeds }, (_, seed) => simulate(subject, scenario, { clients: 100, seed: seed + 1 }));
    const mean = (of: (report: (typeof reports)[number]) => number): number =>
      reports.reduce((sum, report) => sum + of(report), 0) / seeds;
    return {
      failureRatio,
      policy,
      amplification: mean(({ amplification }) => amplification),
      successRatio: failureRatio === 1 ? null : mean(({ successRatio }) => successRatio ?? 0),
    };
  });
}
