/*
 * Hooks have no say: what one throws, or rejects with, changes no call. But a hook that fails in silence is a metric that counts nothing, so it
 * is told once: to the policy's `onHookError` or, without one, as a warning of the process.
 */
import { isThenable, toNativePromise } from "./isolation.ts";
import { warn } from "./warning.ts";

/** Which hook has failed. */
export interface FailedHook {
  /** As the option is called: `"onMetric"`, `"beforeSleep"`, `"budget.recordSuccess"`. */
  readonly name: string;
  /** The operation whose call it failed in; `null` where that has no name. */
  readonly operation: string | null;
}

export type OnHookError = (error: unknown, hook: FailedHook) => unknown;

/** The call that a hook observes, or what else names the operation. */
interface Named {
  readonly operation: string | undefined;
}

const NAMELESS: Named = { operation: undefined };

/** Observers that are made anew for every policy, or with policies that are made for every request, would flood a log: so many warnings per name. */
const MOST_WARNINGS = 10;

// Of the warnings: an observer that many policies share warns once.
const warnedOf = new WeakMap<object, Set<string>>();
const warnings = new Map<string, number>();

/** Where the failures of hooks are told, each hook's once. */
export class HookErrors {
  readonly #listener: OnHookError | undefined;
  readonly #toldOf: WeakMap<object, Set<string>>;

  constructor(listener?: OnHookError) {
    this.#listener = listener;
    this.#toldOf = listener === undefined ? warnedOf : new WeakMap();
  }

  /**
   * Lets a hook observe.
   *
   * @param owner the object whose hook it is: a hook is known by its owner and its name
   */
  observe(name: string, owner: object, of: Named | undefined, observation: () => unknown): void {
    try {
      this.follow(name, owner, of, observation());
    } catch (error) {
      this.tell(name, owner, of, error);
    }
  }

  /** What a hook has returned. A promise is not waited for, but its rejection is told. Throws where reading `then` throws. */
  follow(name: string, owner: object, of: Named | undefined, answer: unknown): void {
    if (isThenable(answer)) toNativePromise(answer).then(undefined, (error) => this.tell(name, owner, of, error));
  }

  /** A hook has failed. */
  tell(name: string, owner: object, { operation }: Named = NAMELESS, error: unknown): void {
    const told = this.#toldOf.get(owner);
    if (told?.has(name)) return;
    if (told === undefined) this.#toldOf.set(owner, new Set([name]));
    else told.add(name);
    const hook: FailedHook = Object.freeze({ name, operation: operation ?? null });
    const listener = this.#listener;
    if (listener === undefined) warnOf(hook, error, this !== hooksWithoutPolicy);
    else hooksWithoutPolicy.observe("onHookError", listener, { operation }, () => listener(error, hook));
  }
}

/** For what belongs to no policy, such as the `onStateChange` of a circuit breaker. */
export const hooksWithoutPolicy = new HookErrors();

function warnOf({ name, operation }: FailedHook, error: unknown, ofPolicy: boolean): void {
  const count = warnings.get(name) ?? 0;
  if (count === MOST_WARNINGS) return;
  warnings.set(name, count + 1);
  const where = operation === null ? "" : ` in a call of "${operation}"`;
  const instead = ofPolicy ? " A policy's onHookError hears of it instead." : "";
  warn(
    "REDRESS_HOOK_ERROR",
    `${name} failed${where}. That changes no call, and is told once: what it should have recorded is lost.${instead}`,
    error,
  );
}
