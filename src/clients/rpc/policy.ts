import type { AttemptInfo, CallOptions } from "../../index.ts";
import { type BoundedPolicy, leftOfAttemptMs } from "../bounds/index.ts";
import { refuse } from "../options/index.ts";

/** What an interceptor needs of a `Policy`. */
export interface RpcPolicy extends BoundedPolicy {
  call<T>(operation: (attempt: AttemptInfo) => T | PromiseLike<T>, options?: CallOptions): Promise<unknown>;
}

/**
 * Refuses what is no policy, the options of one above all.
 *
 * @throws TypeError
 */
export function requirePolicy(option: string, policy: unknown): void {
  const { call, describe } = (policy ?? {}) as Partial<Record<keyof RpcPolicy, unknown>>;
  if (typeof call !== "function" || typeof describe !== "function")
    refuse(option, "a Policy, such as new Policy({ retry: {} })", policy, TypeError);
}

/**
 * What is added to the bounds that servers and libraries are told, in milliseconds: the policy ends an attempt by its own timer, and no other one is
 * to forestall it.
 */
export const GRACE_MS = 5;

// Beyond that a limit tells a server nothing, and the formats of the headers end: some 25 days.
const LONGEST_MS = 2 ** 31 - 1;

/** For how long a server may work on an attempt, in milliseconds; `Infinity` where neither the policy nor the scope of the call limits it. */
export function attemptBoundMs(policy: BoundedPolicy, info: Pick<AttemptInfo, "remainingMs">): number {
  const boundMs = leftOfAttemptMs(policy, info) + GRACE_MS;
  return boundMs < LONGEST_MS ? Math.max(boundMs, 1) : Infinity;
}
