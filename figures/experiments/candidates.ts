/* Budgets that might be the default one of a policy that is made with `retry: {}`. */
import { Budget, type Clock, type FailedBefore, Policy, type RetryBudget, RetryThrottle, TokenBudget, unlimited } from "redress";
import type { PolicyFactory } from "redress/simulate";

/**
 * The throttle of gRPC: every failed attempt takes a token, every success gives some back, and there are retries only while more than half of
 * the tokens are left.
 *
 * Source: gRFC A6, "Throttling Retry Attempts and Hedged RPCs", https://github.com/grpc/proposal/blob/master/A6-client-retries.md
 */
function grpcThrottle(maxTokens: number, tokenRatio: number): RetryBudget {
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

/** Like `RetryThrottle`, but with one count of all failures: after a timeout a retry is made while it is at most 5, after others while it is at most 500. */
function oneCount(): RetryBudget {
  let count = 0;
  return {
    consume: (_cost?: number, failed?: FailedBefore) => {
      const counted = count + 1;
      count = Math.min(500, counted);
      return counted <= (failed?.timeout === true ? 5 : 500);
    },
    remaining: () => 500 - count,
    recordSuccess: () => {
      count = Math.max(0, count - 0.1);
    },
  };
}

/** Like `RetryThrottle`, but neither kind of failure is retried less for the count of the other. */
function twoCountsApart(): RetryBudget {
  const timeouts = new RetryThrottle();
  const others = new RetryThrottle();
  return {
    consume: (cost?: number, failed?: FailedBefore) => (failed?.timeout === true ? timeouts : others).consume(cost, failed),
    remaining: () => others.remaining(),
    recordSuccess: () => {
      timeouts.recordSuccess();
      others.recordSuccess();
    },
  };
}

/** What a plain policy has. */
export const DEFAULT = "RetryThrottle: 500, 5";
export const NONE = "unlimited";

/** Each function makes a new one. */
export const candidates: Readonly<Record<string, (clock: Clock) => RetryBudget>> = {
  [NONE]: () => unlimited,
  "Budget: 100 per minute": (clock) => new Budget({ maxRetries: 100, windowMs: 60_000, clock }),
  "TokenBudget: 100": () => new TokenBudget(),
  "TokenBudget: 10": () => new TokenBudget({ capacity: 10 }),
  "gRPC's throttle: 10": () => grpcThrottle(10, 0.1),
  "one count: 500, 5": oneCount,
  "two counts apart: 500, 5": twoCountsApart,
  [DEFAULT]: () => new RetryThrottle(),
};

/** The default one with other limits of failures at once. */
export const capacities: typeof candidates = Object.fromEntries(
  [250, 500, 1_000, 2_000].map((capacity) => [`RetryThrottle: ${capacity}, 5`, () => new RetryThrottle({ capacity })]),
);

const made = (name: string, clock: Clock): RetryBudget | undefined => ({ ...candidates, ...capacities })[name]?.(clock);

export const policyWith =
  (candidate: string): PolicyFactory =>
  ({ clock, random }) =>
    new Policy({ retry: {}, budget: made(candidate, clock), clock, random });

/** The same in a process that is restarted once: from that instant on its budget is a new one. */
export const restartedAt =
  (atMs: number, candidate: string): PolicyFactory =>
  ({ clock, random }) => {
    const make = (): RetryBudget => made(candidate, clock) ?? unlimited;
    const [before, after] = [make(), make()];
    const now = (): RetryBudget => (clock.now() < atMs ? before : after);
    const budget: RetryBudget = {
      consume: (cost, failed) => now().consume(cost, failed),
      remaining: () => now().remaining(),
      recordSuccess: () => now().recordSuccess?.(),
    };
    return new Policy({ retry: {}, budget, clock, random });
  };
