import { checkOptions } from "../core/option-rules.ts";
import { Policy, type PolicyOptions, policyRules } from "./policy.ts";
import { type RetryConfig, type RetryOptions, retryRules } from "./retry.ts";

/** The options of a retry and of the policy around it, in one object. */
export type RetryPolicyOptions<R = unknown, F = never> = RetryOptions<R> & Omit<PolicyOptions<R, F>, "retry" | "budget">;

const { retry: _nested, ...outerRules } = policyRules;
const rules = { ...outerRules, ...retryRules };

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
    const own = (known: object): object => Object.fromEntries(Object.entries(options).filter(([option]) => option in known));
    const { budget: _budget, ...outer } = own(outerRules) as PolicyOptions<R, F>;
    super({ ...outer, retry: own(retryRules) });
  }

  /**
   * A policy from a shared config, with some options replaced or added.
   *
   * @example
   * const policy = RetryPolicy.from(config, { operation: "fetch_user" });
   */
  static from<R = unknown, F = never>(config: RetryConfig<R>, overrides: RetryPolicyOptions<R, F> = {}): RetryPolicy<R, F> {
    return new RetryPolicy<R, F>({ ...config, ...overrides });
  }
}
