/*
 * The example of Bronson, Aghayev, Charapko and Zhu, "Metastable Failures in Distributed Systems" (HotOS 2021): a server at 93 % of its
 * capacity, with an endless queue in which requests stay whose caller has given up. Ten seconds' worth of requests arrive at once; what
 * clients then do decides whether the overload ends.
 */
import { constant, Policy, type RetryBudget, TokenBudget, unlimited } from "redress";
import { type Simulable, type SimulationReport, scenarios, simulate } from "redress/simulate";
import { earnedByRequests } from "./buckets.ts";

/** Immediate retries, at most so many. */
const retries = (most: number) => ({ maxAttempts: most + 1, strategy: constant(0), deadlineMs: Infinity });

/** Retries under way are at most a share of the calls under way, or a few: what some proxies call a retry budget. */
function concurrencyBudgeted(share: number, atLeast: number): Simulable {
  return ({ clock, random }) => {
    let calls = 0;
    let retrying = 0;
    const budget: RetryBudget = {
      consume: () => retrying < Math.max(atLeast, share * calls),
      remaining: () => Math.max(0, Math.max(atLeast, share * calls) - retrying),
    };
    const hooks = {
      onAttemptStart: ({ attempt }: { readonly attempt: number }) => void (attempt === 1 ? calls++ : retrying++),
      onAttemptEnd: ({ attempt, decision }: { readonly attempt: number; readonly decision: string | null }) => {
        if (attempt > 1) retrying--;
        if (decision !== "retry") calls--;
      },
    };
    return new Policy({ retry: retries(3), budget, hooks, clock, random });
  };
}

/** The clients' policies, by name. */
export const reactions: Readonly<Record<string, Simulable>> = {
  "no retry": new Policy(),
  "one retry": new Policy({ retry: retries(1), budget: unlimited }),
  "three retries": new Policy({ retry: retries(3), budget: unlimited }),
  "three, 10 % of requests": ({ clock, random }) =>
    new Policy({ retry: retries(3), budget: earnedByRequests(100, 0.1), clock, random }),
  "three, 20 % of requests": ({ clock, random }) =>
    new Policy({ retry: retries(3), budget: earnedByRequests(100, 0.2), clock, random }),
  "three, 20 % of concurrency": concurrencyBudgeted(0.2, 3),
  "three, 0.1 per success, 10": new Policy({ retry: retries(3), budget: new TokenBudget({ capacity: 10 }) }),
  "three, 0.1 per success, 100": new Policy({ retry: retries(3), budget: new TokenBudget({ capacity: 100 }) }),
};

export function metastable(reaction: string, seed: number): SimulationReport {
  return simulate(reactions[reaction] as Simulable, scenarios.metastableOverload(), { seed });
}

/** When each of the seeds recovered, in seconds; `null` for never within five minutes. */
export function recoveries(reaction: string, seeds: number): readonly (number | null)[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const { recoveredAtMs } = metastable(reaction, seed + 1);
    return recoveredAtMs === null ? null : recoveredAtMs / 1000;
  });
}
