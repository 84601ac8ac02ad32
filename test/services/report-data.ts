/* Real simulations, as the command puts them into the page. */
import { AdaptiveConcurrency, Bulkhead, CircuitBreaker, Hedge, Policy, RateLimiter, TokenBudget, unlimited } from "redress";
import { type Scenario, type Simulable, scenarios, simulate } from "redress/simulate";
import type { ReportData } from "../../report/data.ts";

const retries = new Policy({ retry: { deadlineMs: 10_000 }, budget: unlimited });

/** Opens, spends its budget, and gives an answer of its own to some of what is left. */
const careful = new Policy({
  retry: { deadlineMs: 10_000 },
  circuitBreaker: new CircuitBreaker({ failureThreshold: 20, recoveryTimeoutMs: 5_000 }),
  budget: new TokenBudget({ capacity: 40 }),
  fallback: { on: ["BUDGET_EXHAUSTED"], use: () => "a cached answer" },
});

/** Has hedges, some of which are refused, and calls that wait in a queue and are turned away for three reasons. */
const guarded = new Policy({
  retry: { maxAttempts: 3, deadlineMs: 10_000 },
  hedge: new Hedge({ quantile: 0.8, loadRatio: 0.1 }),
  limiter: [
    new RateLimiter({ name: "per second", limit: 30, intervalMs: 1_000 }),
    new Bulkhead({ name: "db", maxConcurrent: 2, maxQueue: 4, queueTimeoutMs: 400 }),
  ],
});

/** Has a limit that adapts. */
const adapting = new Policy({ limiter: new AdaptiveConcurrency({ name: "shop" }) });

interface Setting {
  readonly scenario?: Scenario;
  readonly durationMs?: number;
}

/** What the command makes of policies and a scenario. */
function reportOf<Name extends string>(
  policies: Readonly<Record<Name, Simulable>>,
  { scenario = scenarios.outage(), durationMs = scenario.durationMs }: Setting = {},
): ReportData {
  const { name, description = null, disturbance = null } = scenario;
  return {
    version: 1,
    scenario: { name, description, disturbance },
    policies: simulate(policies, scenario, { clients: 5, durationMs }),
  };
}

export { adapting, careful, guarded, reportOf, retries };
