import type { AttemptInfo } from "../../index.ts";

/** What of a policy says how long an attempt may take. */
export interface BoundedPolicy {
  describe(): { readonly retry?: { readonly attemptTimeoutMs: number | "Infinity" } };
}

/** A description is made once for each policy. */
const attemptTimeouts = new WeakMap<BoundedPolicy, number>();

function attemptTimeoutMsOf(policy: BoundedPolicy): number {
  const known = attemptTimeouts.get(policy);
  if (known !== undefined) return known;
  const ms = Number(policy.describe().retry?.attemptTimeoutMs ?? Infinity);
  attemptTimeouts.set(policy, ms);
  return ms;
}

/**
 * For how long an attempt that begins now may take, in milliseconds: the least of the policy's attempt timeout and what is left of the deadlines of the policy,
 * the call and its scope. `Infinity` where nothing bounds it.
 */
export function leftOfAttemptMs(policy: BoundedPolicy, { remainingMs }: Pick<AttemptInfo, "remainingMs">): number {
  return Math.min(attemptTimeoutMsOf(policy), remainingMs);
}
