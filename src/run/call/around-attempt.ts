/*
 * Runs an attempt inside of the hooks that surround it, the first one outermost. Whatever they do, the operation is invoked exactly once,
 * and what it returns or throws is what the call gets: a hook that does not call `next` is left, and the next one is run outside of it.
 */
import { isThenable, toNativePromise } from "./isolation.ts";

/** One hook around an attempt. */
export interface Surrounding {
  run(next: () => unknown): unknown;
  /** It has failed. */
  tell(error: unknown): void;
}

/** Invokes the operation inside of the hooks. Returns what the operation returns, throws what it throws. */
export function runAround(hooks: readonly Surrounding[], operation: () => unknown): unknown {
  const invocation = new Invocation(operation);
  enter(hooks, 0, invocation);
  return invocation.result();
}

/** Runs the hook at an index, and what it surrounds. */
function enter(hooks: readonly Surrounding[], index: number, invocation: Invocation): void {
  const hook = hooks[index];
  if (hook === undefined) {
    invocation.invoke();
    return;
  }
  let hasEntered = false;
  const enterNext = (): void => {
    if (hasEntered) return;
    hasEntered = true;
    enter(hooks, index + 1, invocation);
  };
  // What the operation throws, and its promise rejects with, passes through most hooks: that is no failure of theirs.
  const failed = (error: unknown): void => {
    if (!invocation.failedWith(error)) hook.tell(error);
  };
  try {
    const returned = hook.run(() => {
      enterNext();
      return invocation.result();
    });
    if (!hasEntered)
      hook.tell(new TypeError("aroundAttempt must call next before it returns: the operation runs outside of it."));
    // Most hooks return what `next` has returned: how that settles is no matter of theirs.
    if (isThenable(returned) && !invocation.gave(returned)) {
      invocation.follow();
      toNativePromise(returned).then(undefined, failed);
    }
  } catch (error) {
    failed(error);
  }
  enterNext();
}

/** The invocation of the operation, and what has come of it. */
class Invocation {
  readonly #operation: () => unknown;
  #threw = false;
  #value: unknown;
  /** What the promise of the operation has rejected with. */
  #rejection: { readonly reason: unknown } | null = null;

  constructor(operation: () => unknown) {
    this.#operation = operation;
  }

  invoke(): void {
    try {
      const value = this.#operation();
      this.#value = value;
      if (!isThenable(value)) return;
      // The hooks get a promise of the platform's own: some that only behave like one do their work anew for each `then`.
      this.#value = toNativePromise(value);
    } catch (error) {
      this.#threw = true;
      this.#value = error;
    }
  }

  /** What the operation has returned; throws what it has thrown. */
  result(): unknown {
    if (this.#threw) throw this.#value;
    return this.#value;
  }

  /** Whether a hook has returned what the operation did. */
  gave(returned: unknown): boolean {
    return !this.#threw && returned === this.#value;
  }

  /** Hears what the promise of the operation rejects with, before a hook does that waits for it. */
  follow(): void {
    if (this.#threw || !isThenable(this.#value)) return;
    toNativePromise(this.#value).then(undefined, (reason) => {
      this.#rejection = { reason };
    });
  }

  failedWith(error: unknown): boolean {
    return (
      (this.#threw && Object.is(error, this.#value)) || (this.#rejection !== null && Object.is(error, this.#rejection.reason))
    );
  }
}
