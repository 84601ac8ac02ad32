import type { AttemptInfo, WrapOptions } from "../run/call/options.ts";
import { decorated } from "./decorated.ts";
import { type FunctionPlan, type RetryFunctionOptions, sortOptions } from "./function-options.ts";
import type { Policy } from "./policy.ts";
import { RetryPolicy } from "./retry-policy.ts";
import type { AnyFunction, Wrappable, Wrapped } from "./wrapped-types.ts";

type AsyncFn<This, Args extends unknown[], T> = (this: This, ...args: Args) => T | PromiseLike<T>;
type Retried<This, Args extends unknown[], T> = (this: This, ...args: Args) => Promise<T>;
type SyncFn<This, Args extends unknown[], T> = (this: This, ...args: Args) => T;

/** Wraps a function, or decorates a method with standard or legacy decorators. */
export interface RetryDecorator<R = unknown, F = never> {
  <Fn extends AnyFunction>(fn: Wrappable<Fn, R, "async">): Wrapped<Fn, F, "async">;
  <This, Args extends unknown[], T extends R>(fn: AsyncFn<This, Args, T>): Retried<This, Args, T | F>;
  <This, Args extends unknown[], T extends R>(
    method: (this: This, ...args: Args) => Promise<T>,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Promise<T>>,
  ): Retried<This, Args, T | F>;
  <T extends (...args: never[]) => Promise<R>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): void;
}

export interface RetrySyncDecorator<R = unknown, F = never> {
  <Fn extends AnyFunction>(fn: Wrappable<Fn, R, "sync">): Wrapped<Fn, F, "sync">;
  <This, Args extends unknown[], T extends R>(fn: SyncFn<This, Args, T>): SyncFn<This, Args, T | F>;
  <This, Args extends unknown[], T extends R>(
    method: SyncFn<This, Args, T>,
    context: ClassMethodDecoratorContext<This, SyncFn<This, Args, T>>,
  ): SyncFn<This, Args, T | F>;
  <T extends (...args: never[]) => R>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void;
}

/**
 * Wraps a function that gets the attempt first, in front of the wrapper's parameters. It decorates no methods: a decorator cannot tell the compiler
 * that a method is called with fewer parameters than it has.
 */
export type RetryWithAttempt<R = unknown, F = never> = <This, Args extends unknown[], T extends R>(
  fn: (this: This, attempt: AttemptInfo, ...args: Args) => T | PromiseLike<T>,
) => Retried<This, Args, T | F>;

/** The same for synchronous functions. */
export type RetrySyncWithAttempt<R = unknown, F = never> = <This, Args extends unknown[], T extends R>(
  fn: (this: This, attempt: AttemptInfo, ...args: Args) => T,
) => SyncFn<This, Args, T | F>;

type WithAttempt<R, F> = RetryFunctionOptions<R, F> & { readonly passAttempt: true };
type WithoutAttempt<R, F> = RetryFunctionOptions<R, F> & { readonly passAttempt?: false | undefined };

interface RetryFunction extends RetryDecorator {
  <R = unknown, F = never>(options: WithAttempt<R, F>): RetryWithAttempt<R, F>;
  <R = unknown, F = never>(options?: WithoutAttempt<R, F>): RetryDecorator<R, F>;
}

interface RetrySyncFunction extends RetrySyncDecorator {
  <R = unknown, F = never>(options: WithAttempt<R, F>): RetrySyncWithAttempt<R, F>;
  <R = unknown, F = never>(options?: WithoutAttempt<R, F>): RetrySyncDecorator<R, F>;
}

/**
 * Retries a function or method: `retry(fn)`, `retry(options)(fn)`, `@retry`, `@retry(options)`. The result is always asynchronous;
 * for synchronous functions there is `retrySync`. `this` is kept. The operation is named after the function unless `operation` says otherwise.
 * The options are those of a `RetryPolicy`, and of its calls.
 *
 * @throws TypeError or RangeError, when wrapping, for wrong options and for what is no function or method: a class, an accessor, a field; a generator
 * function.
 * @example
 * const fetchUser = retry({ maxAttempts: 4 })(async (id: string) => getUser(id));
 */
export const retry: RetryFunction = decorator("retry", (policy, fn, options) =>
  policy.wrap(fn as () => unknown, options as object),
) as RetryFunction;

/**
 * The same for synchronous functions and methods. Its delays block the thread, so it must be asked for by name.
 *
 * @example
 * const readConfig = retrySync({ maxAttempts: 3 })(() => readFileSync("config.json", "utf8"));
 */
export const retrySync: RetrySyncFunction = decorator("retrySync", (policy, fn, options) =>
  policy.wrapSync(fn as () => unknown, options as object),
) as RetrySyncFunction;

type Fn = (...args: never[]) => unknown;
type Wrap = (policy: Policy, fn: Fn, options: WrapOptions) => unknown;

function decorator(owner: string, wrap: Wrap): (...args: unknown[]) => unknown {
  const decorate = (plan: FunctionPlan, args: readonly unknown[]): unknown =>
    decorated(owner, args, (fn, name) => {
      const named = plan.policy.operation === undefined && name !== "" ? { operation: name } : undefined;
      return wrap(new RetryPolicy(plan.policy), fn, { ...plan.call, ...named });
    });
  return (...args) => {
    const [options] = args;
    // Called with what it decorates.
    if (args.length > 1 || typeof options === "function") return decorate({ policy: {}, call: {} }, args);
    // Called with options: mistakes in them show here, while every function gets a policy of its own.
    const plan = sortOptions(owner, (options === undefined ? {} : options) as RetryFunctionOptions);
    return (...target: unknown[]) => decorate(plan, target);
  };
}
