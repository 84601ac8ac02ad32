/* Draws a world: small, so that a hundred thousand of them can be lived through, and with everything shared that can be. */
import type { ErrorClass } from "redress";
import type { Chance } from "./chance.ts";
import type {
  BreakerPlan,
  BudgetPlan,
  CallPlan,
  Decider,
  Deed,
  HookOfCall,
  HookOfPolicy,
  LimiterPlan,
  Meddling,
  Place,
  PolicyPlan,
  RetryPlan,
  SleepPlan,
  StepPlan,
  WorldPlan,
} from "./world-plan.ts";

const CLASSES: readonly ErrorClass[] = [
  "TRANSIENT",
  "TRANSIENT",
  "SERVER_ERROR",
  "SERVER_ERROR",
  "UNKNOWN",
  "RATE_LIMIT",
  "PERMANENT",
];
const PLACES: readonly Place[] = [
  "onCallStart",
  "onAttemptStart",
  "operation",
  "onMetric",
  "onAttemptEnd",
  "onAttemptEnd",
  "onCallEnd",
  "beforeSleep",
  "fallback",
  "discard",
];

const DECIDERS: readonly Decider[] = ["classifier", "resultClassifier", "strategy", "budget", "abortIf", "refuseRepeat"];
const HOOKS_OF_POLICIES: readonly HookOfPolicy[] = ["discard", "budget.recordSuccess", "budget.recordFailure"];
const HOOKS: readonly HookOfCall[] = [
  "onCallStart",
  "onAttemptStart",
  "onMetric",
  "onLog",
  "onAttemptEnd",
  "onCallEnd",
  "beforeSleep",
];

export function drawWorld(chance: Chance): WorldPlan {
  const breakers = several(chance, 0.6, 1, drawBreaker);
  const budgets = several(chance, 0.5, 1, drawBudget);
  const limiters = several(chance, 0.5, 2, drawLimiter);
  const policyCount = chance.flip(0.35) ? 2 : 1;
  const policies = Array.from({ length: policyCount }, () =>
    drawPolicy(chance, breakers.length, budgets.length, limiters.length),
  );
  const callCount = chance.pick([1, 2, 2, 3, 3, 4]);
  const calls: CallPlan[] = [];
  for (let id = 1; id <= callCount; id++) calls.push(drawCall(chance, id, policies, calls));
  const drawDeed = (): Deed => drawDeedOf(chance, policies.length, breakers.length, limiters.length, budgets.length);
  const deeds = chance.flip(0.4) ? Array.from({ length: 1 + chance.below(2) }, drawDeed) : [];
  const meddled = calls.map((call): CallPlan => {
    if (!chance.flip(0.3)) return call;
    return { ...call, meddling: drawMeddling(chance, call.id, calls, drawDeed) };
  });
  // Only a call that somebody makes is one.
  const made = new Set(meddled.flatMap(({ meddling }) => (meddling?.deed.what === "call" ? [meddling.deed.call] : [])));
  return {
    instants: chance.flip(0.5),
    late: chance.flip(0.3),
    crowded: chance.flip(0.5),
    breakers,
    budgets,
    limiters,
    policies,
    calls: meddled.map((call) => (made.has(call.id) ? { ...call, byHook: true } : call)),
    deeds,
    pausesMs:
      breakers.length > 0 || chance.flip(0.3) ? Array.from({ length: chance.below(3) }, () => chance.pick([4, 10, 20])) : [],
  };
}

function several<T>(chance: Chance, probability: number, most: number, draw: (chance: Chance) => T): T[] {
  if (!chance.flip(probability)) return [];
  return Array.from({ length: 1 + chance.below(most) }, () => draw(chance));
}

function drawBreaker(chance: Chance): BreakerPlan {
  const failureRate = chance.flip(0.25)
    ? { thresholdRatio: chance.pick([0.5, 0.6, 1]), minimumCalls: 1 + chance.below(2) }
    : null;
  const classThresholds = chance.flip(0.2) ? { [chance.pick(CLASSES)]: 1 + chance.below(2) } : {};
  const consecutive = failureRate === null && chance.flip(0.2);
  // A rate counts in hundredths of its window: of so short a one, they are parts of a millisecond.
  const windowMs = failureRate !== null ? chance.pick([20, 50]) : chance.pick([20, 1_000]);
  return {
    failureThreshold: failureRate !== null && chance.flip(0.7) ? null : chance.pick([1, 1, 2]),
    classThresholds,
    failureRate,
    // Beside failures in a row none may be given: then it is the default, after which a probe that was not heard of is given up.
    windowMs: consecutive ? 60_000 : windowMs,
    recoveryTimeoutMs: chance.pick([0, 5, 10]),
    halfOpenMaxCalls: chance.pick([1, 1, 2]),
    successThreshold: chance.pick([1, 1, 2]),
    consecutive,
  };
}

function drawBudget(chance: Chance): BudgetPlan {
  const kind = chance.below(3);
  if (kind === 0) return { kind: "rolling", maxRetries: chance.below(4), windowMs: chance.pick([10, 1_000]) };
  if (kind === 1)
    return {
      kind: "tokens",
      capacity: 1 + chance.below(3),
      retryCost: chance.pick([1, 0.5]),
      successRefund: chance.pick([0, 0.1, 1]),
      transientCost: chance.pick([null, 0, 2]),
    };
  return { kind: "throttle", capacity: 1 + chance.below(4), timeoutCapacity: 1, successRefund: chance.pick([0.1, 1]) };
}

function drawLimiter(chance: Chance): LimiterPlan {
  const maxQueue = chance.pick([0, 1, 2, 10]);
  switch (chance.below(7)) {
    case 0:
      return {
        kind: "rate",
        limit: 1 + chance.below(2),
        intervalMs: chance.pick([5, 10]),
        burst: chance.pick([undefined, 1]),
        maxQueue,
      };
    case 1:
      return { kind: "adaptive", min: 1, max: chance.pick([2, 3]), initial: chance.pick([1, 2]) };
    case 2:
      return { kind: "throttle", multiplier: chance.pick([1, 2]), windowMs: 20 };
    default:
      return {
        kind: "bulkhead",
        maxConcurrent: chance.pick([1, 1, 2]),
        maxQueue,
        queueTimeoutMs: chance.pick([Infinity, Infinity, 3, 10]),
      };
  }
}

function drawPolicy(chance: Chance, breakers: number, budgets: number, limiters: number): PolicyPlan {
  const isUsed = (): boolean => chance.flip(0.85);
  const retry = chance.flip(0.9) ? drawRetry(chance) : null;
  const budget = budgets > 0 && isUsed() ? chance.below(budgets) : null;
  const asked = DECIDERS.filter((code) => code !== "budget" || budget !== null);
  // Few policies have a sleep handler, and few of those are asked.
  const decider: Decider = retry?.sleep && chance.flip(0.5) ? "sleep" : chance.pick(asked);
  return {
    retry,
    breaker: breakers > 0 && isUsed() ? chance.below(breakers) : null,
    budget,
    limiters: Array.from({ length: limiters }, (_, index) => index).filter(isUsed),
    hedge: chance.flip(0.3) ? { delayMs: chance.below(4), maxHedges: 1 + chance.below(2) } : null,
    fallback: chance.flip(0.2) ? chance.pick(["returns", "throws", "promises", "rejects"]) : null,
    faulty: retry !== null && chance.flip(0.2) ? { code: decider, nth: chance.pick([0, 0, 1, 2]) } : null,
    failing: chance.flip(0.1) ? { hook: chance.pick(HOOKS_OF_POLICIES), how: chance.pick(["throws", "rejects"]) } : null,
  };
}

function drawRetry(chance: Chance): RetryPlan {
  const defers = chance.flip(0.3);
  const sleepPlan = (): SleepPlan => ({
    answer: chance.pick(["sleep", "sleep", "sleep", "defer", "defer", "abort"]),
    later: chance.flip(0.4),
  });
  return {
    maxAttempts: 1 + chance.below(4),
    deadlineMs: chance.pick([Infinity, 5, 10, 20, 1_000]),
    attemptTimeoutMs: chance.pick([Infinity, Infinity, 2, 4, 10]),
    maxUnknownRetries: chance.below(3),
    maxRetriesPerClass: chance.flip(defers ? 0.6 : 0.2) ? { [chance.pick(CLASSES)]: chance.below(2) } : {},
    delaysMs: [chance.pick([0, 1, 3]), chance.pick([0, 2, 4])],
    sleep: defers ? [sleepPlan(), sleepPlan()] : null,
  };
}

function drawCall(chance: Chance, id: number, policies: readonly PolicyPlan[], before: readonly CallPlan[]): CallPlan {
  const deferring = before.filter((other) => other.how === "execute" && policies[other.policy]?.retry?.sleep);
  const resumed = deferring.length > 0 && chance.flip(0.7) ? chance.pick(deferring) : null;
  const policy = resumed?.policy ?? chance.below(policies.length);
  const how = chance.pick(["call", "execute", "execute", "execute", "execute", "callSync", "executeSync"] as const);
  return {
    id,
    policy,
    how,
    signal: chance.flip(0.35) ? chance.below(2) : null,
    scope: chance.flip(0.15)
      ? { deadlineMs: chance.pick([Infinity, 3, 8]), signal: chance.flip(0.5) ? chance.below(2) : null }
      : null,
    deadlineMs: chance.flip(0.15) ? chance.pick([3, 6, 12]) : null,
    cost: chance.flip(0.15) ? chance.pick([0.5, 2]) : null,
    // Who asks a fallback is known by what was told before.
    observed: chance.flip(0.8) || policies[policy]?.fallback !== null,
    failing: chance.flip(0.15) ? { hook: chance.pick(HOOKS), how: chance.pick(["throws", "rejects"]) } : null,
    timeline: chance.flip(0.3),
    resumes: resumed?.id ?? null,
    byHook: false,
    // What goes on often fails as it did before.
    steps: Array.from({ length: 1 + chance.below(4) }, () =>
      resumed !== null && chance.flip(0.5) ? (resumed.steps[0] as StepPlan) : drawStep(chance),
    ),
    meddling: null,
  };
}

function drawStep(chance: Chance): StepPlan {
  return {
    ends: chance.pick(["value", "value", "error", "error", "error", "error", "result", "hangs"]),
    as: chance.pick(CLASSES),
    atOnce: chance.flip(0.15),
    signal: chance.pick(["ignores", "reads", "obeys"]),
  };
}

function drawDeedOf(chance: Chance, policies: number, breakers: number, limiters: number, budgets: number): Deed {
  const kind = chance.below(7);
  if (kind <= 1 && breakers > 0) return { what: kind === 0 ? "trip" : "close", breaker: chance.below(breakers) };
  if (kind === 2 && limiters > 0) return { what: "reset", limiter: chance.below(limiters) };
  if (kind === 3) return { what: "wait until idle", policy: chance.below(policies) };
  if (kind === 4 && budgets > 0) return { what: "consume", budget: chance.below(budgets), cost: chance.pick([0.5, 1, 2]) };
  return { what: "abort", signal: chance.below(2) };
}

function drawMeddling(chance: Chance, id: number, calls: readonly CallPlan[], drawDeed: () => Deed): Meddling {
  const others = calls.filter((other) => other.id !== id && other.resumes === null);
  const deed: Deed = others.length > 0 && chance.flip(0.6) ? { what: "call", call: chance.pick(others).id } : drawDeed();
  return { where: chance.pick(PLACES), nth: chance.pick([0, 0, 1]), deed };
}
