import { type KeyedOptions, type KeyedSubject, readKeyedOptions } from "./keyed-options.ts";
import { KeyedPolicies } from "./keyed-policies.ts";

/**
 * One policy for each key (a tenant, a shard, a model, an origin), so that the circuit and the budget of one do not shut out the others.
 *
 * Parts that are given as options, such as `circuitBreaker: {}`, are made anew for each key, and so is the throttle of a retry without a budget of its
 * own; parts that are given as instances (a `CircuitBreaker`, a budget, a limiter, a `Hedge`, a strategy) are shared by all keys. Of a policy, and of one
 * made by `with`, the same holds of what it was made of, and its `inFlight` and `idle` count the calls of all keys. The circuit of a key is named after
 * it: its name is the key, or `name key` where the options name it. A function is asked for each key, and again for one that had to go: options that it
 * gives are the key's, a policy that it gives is shared by the keys that it gives it for.
 *
 * A key is no name of an operation: it stands in the circuit's name and errors, never in a tag, so there may be many.
 *
 * @throws TypeError or RangeError for a wrong, unknown or contradicting option.
 * @example
 * const tenants = keyed({ retry: { maxAttempts: 4 }, circuitBreaker: { failureThreshold: 10 } }, { maxKeys: 500 });
 * const user = await tenants.for("acme").call(({ signal }) => fetchUser(id, { signal }));
 */
export function keyed<R = unknown, F = never>(subject: KeyedSubject<R, F>, options: KeyedOptions = {}): KeyedPolicies<R, F> {
  const { maxKeys } = readKeyedOptions(options);
  return new KeyedPolicies<R, F>(subject, maxKeys);
}
