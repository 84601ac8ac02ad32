/* The options of `retry(fn)`: those of the policy that it makes, and those of the calls of the function, side by side. */
import { type OptionTable, requireOptions } from "../core/option-rules.ts";
import type { WrapOptions } from "../run/call/options.ts";
import { wrapRules } from "./call-options.ts";
import { alreadyChecked } from "./checked-options.ts";
import { type RetryPolicyOptions, retryPolicyTable } from "./retry-policy.ts";

/** The options of a policy, of its retry, and of the calls of the function, in one object. */
export type RetryFunctionOptions<R = unknown, F = never> = RetryPolicyOptions<R, F> & Omit<WrapOptions, keyof RetryPolicyOptions>;

// What both have means the same for both: the policy has it.
const isOfCalls = (option: string): boolean => !Object.hasOwn(retryPolicyTable.rules, option);
const callRules = Object.fromEntries(Object.entries(wrapRules).filter(([option]) => isOfCalls(option)));
const table: OptionTable = { ...retryPolicyTable, rules: { ...retryPolicyTable.rules, ...callRules } };

/** What the options of `retry(fn)` come to. */
export interface FunctionPlan {
  readonly policy: RetryPolicyOptions;
  readonly call: WrapOptions;
}

/**
 * Reads and checks the options, and sorts them by whose they are.
 *
 * @param owner "retry"
 */
export function sortOptions(owner: string, options: RetryFunctionOptions): FunctionPlan {
  const read = requireOptions(owner, options, table);
  const policy: Record<string, unknown> = {};
  const call: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(read)) {
    if (!isOfCalls(option)) policy[option] = value;
    // Hooks are methods of the object that they came in.
    else call[option] = typeof value === "function" ? value.bind(options) : value;
  }
  return { policy: alreadyChecked(policy), call };
}
