/*
 * Which budget should a policy have that is made with `retry: {}` alone? One with which an overloaded system recovers as soon as without any
 * retry, and which refuses nothing in calm traffic.
 */
import { Budget, type Clock, Policy, type RetryBudget, TokenBudget } from "redress";
import { latency, type PolicyFactory, poisson, scenarios, server, simulate, withFailures, withOutage } from "redress/simulate";

/**
 * The throttle of gRPC: every failed attempt takes a token, every success gives some back, and there are retries only while more than half of
 * the tokens are left. Unlike a budget, it counts failed attempts and not only retries.
 *
 * Source: gRFC A6, "Throttling Retry Attempts and Hedged RPCs", https://github.com/grpc/proposal/blob/master/A6-client-retries.md
 */
function throttle(maxTokens: number, tokenRatio: number): RetryBudget {
  let tokens = maxTokens;
  return {
    // Called once for every failed attempt that might be retried.
    consume: () => {
      tokens = Math.max(0, tokens - 1);
      return tokens > maxTokens / 2;
    },
    remaining: () => tokens,
    recordSuccess: () => {
      tokens = Math.min(maxTokens, tokens + tokenRatio);
    },
  };
}

const tokens =
  (capacity: number, successRefund = 0.1) =>
  () =>
    new TokenBudget({ capacity, successRefund });

/** Budgets that might be the default: each function makes a new one. */
export const candidates: Readonly<Record<string, (clock: Clock) => RetryBudget | undefined>> = {
  "no budget": () => undefined,
  "TokenBudget: 1, 0.1 per success": tokens(1),
  "TokenBudget: 5, 0.1 per success": tokens(5),
  "TokenBudget: 10, 0.1 per success": tokens(10),
  "TokenBudget: 20, 0.1 per success": tokens(20),
  "TokenBudget: 50, 0.1 per success": tokens(50),
  "TokenBudget: 100, 0.1 per success": tokens(100),
  "TokenBudget: 10, 0.02 per success": tokens(10, 0.02),
  "TokenBudget: 10, 0.05 per success": tokens(10, 0.05),
  "TokenBudget: 10, 0.2 per success": tokens(10, 0.2),
  "throttle: 10, 0.1 per success": () => throttle(10, 0.1),
  "throttle: 20, 0.1 per success": () => throttle(20, 0.1),
  "Budget: 100 per minute": (clock) => new Budget({ maxRetries: 100, windowMs: 60_000, clock }),
};

const policyWith =
  (candidate: string): PolicyFactory =>
  ({ clock, random }) =>
    new Policy({ retry: {}, budget: candidates[candidate]?.(clock), clock, random });

export interface Recovery {
  readonly candidate: string;
  readonly processes: number;
  /** Of so many seeds, those that recovered within five minutes. */
  readonly recovered: number;
  readonly seeds: number;
  /** How much later than without retries, in seconds: the mean and the most; `null` where one never recovered. */
  readonly meanLaterS: number | null;
  readonly mostLaterS: number | null;
  /** How many recovered within five seconds of the run without retries. */
  readonly inTime: number;
}

const controls = new Map<string, number>();

/** When the run without retries recovers: the same for every candidate. */
function control(processes: number, seed: number): number {
  const key = `${processes} ${seed}`;
  const known =
    controls.get(key) ?? simulate(new Policy(), scenarios.metastableOverload(), { seed, clients: processes }).recoveredAtMs;
  if (known === null) throw new Error("Without retries it always recovers.");
  controls.set(key, known);
  return known;
}

/** The metastable scenario: each seed is compared with the same arrivals without retries. The calls are spread over so many processes. */
export function recoveryWith(candidate: string, processes: number, seeds: number): Recovery {
  const later = Array.from({ length: seeds }, (_, seed) => {
    const options = { seed: seed + 1, clients: processes };
    const { recoveredAtMs } = simulate(policyWith(candidate), scenarios.metastableOverload(), options);
    return recoveredAtMs === null ? null : (recoveredAtMs - control(processes, seed + 1)) / 1000;
  });
  const known = later.filter((seconds) => seconds !== null);
  const all = known.length === seeds;
  return {
    candidate,
    processes,
    recovered: known.length,
    seeds,
    meanLaterS: all ? known.reduce((sum, seconds) => sum + seconds, 0) / seeds : null,
    mostLaterS: all ? Math.max(...known) : null,
    inTime: known.filter((seconds) => seconds <= 5).length,
  };
}

export interface Calm {
  readonly candidate: string;
  readonly callsPerSecond: number;
  readonly failureRatio: number;
  /** Of the retries that the policy wanted, the share that the budget refused. */
  readonly refusedRatio: number;
  readonly successRatio: number | null;
}

/** An hour of traffic in one process, of which a small share fails at random. */
export function calmWith(candidate: string, callsPerSecond: number, failureRatio: number, seed = 1): Calm {
  const scenario = {
    name: "calm",
    arrivals: poisson({ callsPerSecond }),
    dependency: withFailures(server({ workers: Infinity, serviceMs: latency.exponential({ meanMs: 20 }) }), {
      mix: { TRANSIENT: failureRatio },
    }),
    durationMs: 3_600_000,
  };
  const { calls, attempts, stopReasons, successRatio } = simulate(policyWith(candidate), scenario, { seed });
  const refused = stopReasons.BUDGET_EXHAUSTED ?? 0;
  const made = attempts - calls.started;
  return { candidate, callsPerSecond, failureRatio, refusedRatio: refused === 0 ? 0 : refused / (made + refused), successRatio };
}

export interface Blip {
  readonly candidate: string;
  /** Calls that failed for good, and calls that came during the blip. */
  readonly failed: number;
  readonly affected: number;
}

/** A quiet service whose dependency refuses connections for one second, as in a restart. */
export function blipWith(candidate: string, callsPerSecond: number, seed = 1): Blip {
  const blip = { fromMs: 60_000, toMs: 61_000 };
  const scenario = {
    name: "blip",
    arrivals: poisson({ callsPerSecond }),
    dependency: withOutage(server({ workers: Infinity, serviceMs: latency.exponential({ meanMs: 20 }) }), blip),
    durationMs: 120_000,
  };
  const { calls, series } = simulate(policyWith(candidate), scenario, { seed });
  return { candidate, failed: calls.failed, affected: series.offered[60] ?? 0 };
}
