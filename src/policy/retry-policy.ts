import { checkedByOwner, checkOptions } from "../core/option-rules.ts";
import { Policy, type PolicyOptions, policyRules } from "./policy.ts";
import { type RetryConfig, type RetryOptions, retryRules } from "./retry.ts";

/** The options of a retry and of the policy around it, in one object. */
export type RetryPolicyOptions<R = unknown, F = never> = RetryOptions<R> & Omit<PolicyOptions<R, F>, "retry" | "budget">;

// The budget is an option of the retry here.
const { retry: _retry, budget: _budget, ...outerRules } = policyRules;
// Known here; checked, and named in messages, as options of the retry.
const retryOptions = Object.fromEntries(Object.keys(retryRules).map((option) => [option, checkedByOwner]));
const rules = { ...outerRules, ...retryOptions };

/**
 * A policy that retries, with all options in one object.
 *
 * @throws TypeError or RangeError for a wrong, unknown or contradicting option.
 * @example
 * const policy = new RetryPolicy({ maxAttempts: 4, operation: "fetch_user" });
 */
export class RetryPolicy<R = unknown, F = never> extends Policy<R, F> {
  constructor(options: RetryPolicyOptions<R, F> = {}) {
    checkOptions("retryPolicy", options, rules);
    const pick = (known: object): object => {
      const given = options as Readonly<Record<string, unknown>>;
      return Object.fromEntries(Object.keys(known).map((option) => [option, given[option]]));
    };
    super({ ...pick(outerRules), retry: pick(retryRules) });
  }

  /**
   * A policy from a shared config, with some options replaced or added.
   *
   * @example
   * const policy = RetryPolicy.from(config, { operation: "fetch_user" });
   */
  static from<R = unknown, F = never>(config: RetryConfig<R>, overrides: RetryPolicyOptions<R, F> = {}): RetryPolicy<R, F> {
    checkOptions("retryPolicy", config, rules);
    checkOptions("retryPolicy", overrides, rules);
    return new RetryPolicy<R, F>({ ...config, ...overrides });
  }
}
