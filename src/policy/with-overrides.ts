import { limitersOf } from "../core/limit/limiter-chain.ts";
import { refuse, requireOptions } from "../core/option-rules.ts";
import { ANSWERS, type CallPlan } from "../run/call/plan.ts";
import type { RetrySettings } from "../run/call/retry-settings.ts";
import { alreadyChecked } from "./checked-options.ts";
import { type PolicyOptions, policyRules } from "./policy-options.ts";
import { hasOwnBudget, Retry } from "./retry.ts";

type AnyOptions = PolicyOptions<never, never>;

/** The options of a policy that shares all parts of another one's plan but those that are overridden. */
export function withOverrides(plan: CallPlan, overrides: AnyOptions): AnyOptions {
  // What is inside of the options is checked where they are put together.
  const read = requireOptions("policy.with", overrides, { rules: policyRules, insideOrder: [] });
  const { retry, budget, ...others } = read;
  if (budget !== undefined && hasOwnBudget(retry)) refuse("policy.with.budget", "left out where retry.budget is given", budget);
  const given = Object.fromEntries(Object.entries(others).filter(([, part]) => part !== undefined));
  return { ...partsOf(plan), ...given, ...retryParts(plan.retry, retry, budget) };
}

/** The parts of a plan, as options, but for its retry. */
export function partsOf({
  breaker,
  limiter,
  hedge,
  fallback,
  chaos,
  operation,
  hooks,
  onHookError,
  discard,
  clock,
  random,
  answers,
}: CallPlan): AnyOptions & { readonly [ANSWERS]: CallPlan["answers"] } {
  return {
    [ANSWERS]: answers,
    circuitBreaker: breaker ?? undefined,
    limiter: limiter === null ? undefined : limitersOf(limiter),
    hedge: hedge ?? undefined,
    fallback: (fallback === null || fallback.on === null
      ? fallback?.use
      : { on: [...fallback.on], use: fallback.use }) as undefined,
    chaos: chaos ?? undefined,
    operation,
    hooks,
    onHookError,
    discard,
    clock,
    random,
  };
}

/** A budget stands in the retry here, so that it takes the place of the retry's own. */
function retryParts(
  settings: RetrySettings | null,
  retry: AnyOptions["retry"],
  budget: AnyOptions["budget"],
): Pick<AnyOptions, "retry" | "budget"> {
  const shared = settings === null ? undefined : new Retry<never>(alreadyChecked(settings));
  const whole = retry instanceof Retry || shared === undefined ? retry : Retry.from(shared, retry);
  if (budget === undefined || whole === undefined) return { retry: whole, budget };
  return { retry: Retry.from(whole, { budget }) };
}
