/* Code of the users that fails: what decides throws once, at a visit that its plan names, and a hook fails whenever it is told something. */
import type { FailingHook, HookOfCall, HookOfPolicy, PolicyPlan } from "./world-plan.ts";

type Hook = HookOfCall | HookOfPolicy;

/** What code that decides has thrown. */
export class DeciderFailed extends Error {
  readonly code: string;
  /** By a promise, for which nobody may wait any more. */
  readonly later: boolean;

  constructor(code: string, later: boolean) {
    super(`${code} has thrown`);
    this.code = code;
    this.later = later;
  }
}

/** What a hook has thrown, or rejected with. */
export class HookFailed extends Error {
  readonly hook: Hook;
  readonly policy: number;

  constructor(hook: Hook, policy: number) {
    super(`${hook} has failed`);
    this.hook = hook;
    this.policy = policy;
  }
}

interface Told {
  readonly policy: number;
  readonly name: string;
  readonly error: unknown;
}

export class UserCode {
  readonly deciders: DeciderFailed[] = [];
  readonly hooks: HookFailed[] = [];
  /** What `onHookError` was told. */
  readonly told: Told[] = [];
  readonly #visits = new Map<number, number>();

  /** Code of a policy decides: what it throws, if it does. */
  faultOf(policy: number, { faulty }: PolicyPlan, code: string, later = false): DeciderFailed | null {
    if (faulty?.code !== code) return null;
    const visit = this.#visits.get(policy) ?? 0;
    this.#visits.set(policy, visit + 1);
    if (visit !== faulty.nth) return null;
    const failed = new DeciderFailed(code, later);
    this.deciders.push(failed);
    return failed;
  }

  /** A hook was told something: it fails, where it is the one. */
  hookIsTold(hook: Hook, policy: number, failing: FailingHook<Hook> | null): unknown {
    if (failing?.hook !== hook) return undefined;
    const failed = new HookFailed(hook, policy);
    this.hooks.push(failed);
    if (failing.how === "throws") throw failed;
    return Promise.reject(failed);
  }
}
