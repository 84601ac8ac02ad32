/*
 * How the policy of a key is made after another policy:
 *   what that one was given as an instance (a CircuitBreaker, a Budget, a limiter, a Hedge, a strategy, hooks)   -> shared by all keys
 *   what it made by itself (the breaker, of options; the throttle of a retry that was given no budget)           -> made anew for the key
 */
import type { CallPlan, PlanFamily } from "../../run/call/plan.ts";
import { FAMILY, PLAN } from "../../run/call/plan.ts";
import { alreadyChecked } from "../checked-options.ts";
import { isDefaultBudget, optionsOfOwnBreaker } from "../own-parts.ts";
import { Policy } from "../policy.ts";
import type { PolicyOptions } from "../policy-options.ts";
import { Retry } from "../retry.ts";
import { partsOf, withOverrides } from "../with-overrides.ts";

type AnyPolicy = Policy<never, never>;
type AnyOptions = PolicyOptions<never, never>;

/** What names the circuit of a key, by the name that the options gave, if any. */
export type NameCircuit = (given: string | undefined) => string;

/**
 * The policy of a key, after another policy.
 *
 * @param family where its calls count, too, and where the failures of hooks are told
 */
export function policyForKey(template: AnyPolicy, nameCircuit: NameCircuit, family: PlanFamily): AnyPolicy {
  const plan = template[PLAN];
  return make({ ...partsOf(plan), ...ownBreaker(plan, nameCircuit), ...ownRetry(plan) }, family);
}

/** The same policy once more, which shares all parts, and whose calls count elsewhere, too. */
export function samePolicy(policy: AnyPolicy, family: PlanFamily): AnyPolicy {
  return make(withOverrides(policy[PLAN], {}), family);
}

function make(options: AnyOptions, family: PlanFamily): AnyPolicy {
  return new Policy(alreadyChecked(options, { [FAMILY]: family } as AnyOptions));
}

function ownBreaker({ breaker }: CallPlan, nameCircuit: NameCircuit): AnyOptions {
  const options = breaker === null ? undefined : optionsOfOwnBreaker(breaker);
  return options === undefined ? {} : { circuitBreaker: alreadyChecked({ ...options, name: nameCircuit(options.name) }) };
}

function ownRetry({ retry }: CallPlan): AnyOptions {
  if (retry === null) return {};
  const budget = isDefaultBudget(retry.budget) ? undefined : retry.budget;
  return { retry: new Retry<never>(alreadyChecked({ ...retry, budget })) };
}
