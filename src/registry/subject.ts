/*
 * What can be added to a registry: a policy, or the policies of `keyed` together. What lives as long as its calls can be made is held, weakly: of a policy
 * its plan, which functions keep that it has wrapped, though the policy itself is gone.
 */
import type { Breaker } from "../core/breaker/breaker.ts";
import type { RetryBudget } from "../core/budget/retry-budget.ts";
import type { Hooks } from "../core/events.ts";
import type { Limiter } from "../core/limit/limiter.ts";
import { limitersOf } from "../core/limit/limiter-chain.ts";
import { refuse } from "../core/option-rules.ts";
import type { PolicyDescription } from "../policy/describe.ts";
import { describePlan } from "../policy/describe.ts";
import { KEYED, KEYED_PLANS, type KeyedDescription, type KeyedPolicies } from "../policy/keyed/keyed-policies.ts";
import { isDefaultBudget, optionsOfOwnBreaker } from "../policy/own-parts.ts";
import type { Policy } from "../policy/policy.ts";
import { type CallPlan, join, PLAN } from "../run/call/plan.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import type { KeysSnapshot } from "./snapshot.ts";

/** What can be added to a registry. */
export type Registrable = Policy<never, unknown> | KeyedPolicies<never, unknown>;

/** The parts that a policy, or all keys, share with others. */
export interface SharedParts {
  readonly breaker: Breaker | null;
  readonly budget: RetryBudget | null;
  readonly limiters: readonly Limiter[];
}

/** What was added, without what keeps it alive. */
export interface Subject {
  readonly operation: string | null;
  readonly clock: Clock;
  /** What lives as long as calls can be made. */
  readonly holder: CallPlan | KeyedPolicies;
}

/** @throws TypeError for anything else */
export function subjectOf(added: unknown): Subject {
  const given = (typeof added === "object" && added !== null ? added : {}) as Partial<Policy<never> & KeyedPolicies>;
  const plan = given[PLAN];
  if (plan !== undefined) {
    return { operation: plan.operation ?? null, clock: plan.clock, holder: plan };
  }
  if (given[KEYED_PLANS] !== undefined) {
    const holder = added as KeyedPolicies;
    const template = templateOf(holder);
    const { clock = systemClock, operation = null } = template ?? {};
    return { operation, clock, holder };
  }
  const advice = typeof added === "function" ? ": of a firstOf, add the policies of its candidates" : "";
  return refuse("registry.add.policy", `a Policy, or what keyed() returns${advice}`, added);
}

const isKeyed = (holder: Subject["holder"]): holder is KeyedPolicies => KEYED_PLANS in holder;

/** What the policies of keys are made of; `null` where a function makes them. */
const templateOf = (keyed: KeyedPolicies): CallPlan | null =>
  keyed.describe().policy === undefined ? null : (keyed[KEYED]("key")?.[PLAN] ?? null);

/** Lets hooks observe all its calls from now on. Returns what ends it. */
export const joinAll = (holder: Subject["holder"], hooks: Hooks): (() => void) =>
  isKeyed(holder) ? holder[KEYED_PLANS]((plan) => join(plan, hooks)) : join(holder, hooks);

export const inFlightOf = (holder: Subject["holder"]): number => (isKeyed(holder) ? holder.inFlight : holder.inFlight.count);

// Neither changes. Both are made when they are first asked for.
const descriptions = new WeakMap<Subject["holder"], PolicyDescription | KeyedDescription>();
const sharedByKeys = new WeakMap<KeyedPolicies, SharedParts>();

export function describeHolder(holder: Subject["holder"]): PolicyDescription | KeyedDescription {
  const known = descriptions.get(holder);
  if (known !== undefined) return known;
  const description = isKeyed(holder) ? holder.describe() : describePlan(holder);
  descriptions.set(holder, description);
  return description;
}

/** Of the policies of keys, only what all of them share: what each has for itself is as many as there are keys. */
export function partsOf(holder: Subject["holder"]): SharedParts {
  if (!isKeyed(holder)) return partsOfPlan(holder);
  const known = sharedByKeys.get(holder);
  if (known !== undefined) return known;
  const shared = partsOfKeys(templateOf(holder));
  sharedByKeys.set(holder, shared);
  return shared;
}

function partsOfPlan({ breaker, retry, limiter }: CallPlan): SharedParts {
  return { breaker, budget: retry?.budget ?? null, limiters: limiter === null ? [] : limitersOf(limiter) };
}

function partsOfKeys(template: CallPlan | null): SharedParts {
  if (template === null) return { breaker: null, budget: null, limiters: [] };
  const { breaker, budget, limiters } = partsOfPlan(template);
  return {
    breaker: breaker !== null && optionsOfOwnBreaker(breaker) !== undefined ? null : breaker,
    budget: budget !== null && isDefaultBudget(budget) ? null : budget,
    limiters,
  };
}

/** `null` for a policy. */
export function keysOf(holder: Subject["holder"], shared: Breaker | null): KeysSnapshot | null {
  if (!isKeyed(holder)) return null;
  const circuits = { closed: 0, open: 0, half_open: 0 };
  for (const key of holder.keys()) {
    const breaker = holder.peek(key)?.[PLAN].breaker ?? null;
    if (breaker !== null && breaker !== shared) circuits[breaker.state]++;
  }
  return { kept: holder.size, circuits };
}
