import { type OptionTable, requireOptions } from "../core/option-rules.ts";
import { alreadyChecked, checkedOnce } from "./checked-options.ts";
import { Policy } from "./policy.ts";
import { type PolicyOptions, policyRules, policyTable } from "./policy-options.ts";
import { type RetryConfig, type RetryOptions, retryRules } from "./retry.ts";

/** The options of a retry and of the policy around it, in one object. */
export type RetryPolicyOptions<R = unknown, F = never> = RetryOptions<R> & Omit<PolicyOptions<R, F>, "retry" | "budget">;

// The budget is an option of the retry here.
const { retry: _retry, budget: _budget, ...outerRules } = policyRules;
// Messages name them as options of the retry.
const innerRules = Object.fromEntries(Object.entries(retryRules).map(([option, rule]) => [option, { ...rule, owner: "retry" }]));

export const retryPolicyTable: OptionTable = {
  rules: { ...outerRules, ...innerRules },
  insideOrder: [...Object.keys(innerRules), ...(policyTable.insideOrder ?? []).filter((option) => option in outerRules)],
};

/** Reads and checks the options of a `RetryPolicy`: those of the policy and those of its retry. */
function readRetryPolicyOptions<Options>(options: Options): Options {
  return requireOptions("retryPolicy", options, retryPolicyTable);
}

/**
 * A policy that retries, with all options in one object.
 *
 * @throws TypeError or RangeError for a wrong, unknown or contradicting option.
 * @example
 * const policy = new RetryPolicy({ maxAttempts: 4, operation: "fetch_user" });
 */
export class RetryPolicy<R = unknown, F = never> extends Policy<R, F> {
  constructor(options: RetryPolicyOptions<R, F> = {}) {
    const given = checkedOnce(options, readRetryPolicyOptions) as Readonly<Record<string, unknown>>;
    const pick = (known: object): object => Object.fromEntries(Object.keys(known).map((option) => [option, given[option]]));
    super(alreadyChecked({ ...pick(outerRules), retry: pick(retryRules) }));
  }

  /**
   * A policy from a shared config, with some options replaced or added.
   *
   * @example
   * const policy = RetryPolicy.from(config, { operation: "fetch_user" });
   */
  static from<R = unknown, F = never>(config: RetryConfig<R>, overrides: RetryPolicyOptions<R, F> = {}): RetryPolicy<R, F> {
    return new RetryPolicy<R, F>(alreadyChecked(readRetryPolicyOptions(config), readRetryPolicyOptions(overrides)));
  }
}
