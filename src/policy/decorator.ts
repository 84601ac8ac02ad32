import { refuse } from "../core/option-rules.ts";
import type { CallOptions } from "../run/call/options.ts";
import { alreadyChecked } from "./checked-options.ts";
import type { Policy } from "./policy.ts";
import { RetryPolicy, type RetryPolicyOptions, readRetryPolicyOptions } from "./retry-policy.ts";

type AsyncFn<This, Args extends unknown[], T> = (this: This, ...args: Args) => T | PromiseLike<T>;
type Retried<This, Args extends unknown[], T> = (this: This, ...args: Args) => Promise<T>;
type SyncFn<This, Args extends unknown[], T> = (this: This, ...args: Args) => T;

/** Wraps a function, or decorates a method with standard or legacy decorators. */
export interface RetryDecorator<R = unknown, F = never> {
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
  <This, Args extends unknown[], T extends R>(fn: SyncFn<This, Args, T>): SyncFn<This, Args, T | F>;
  <This, Args extends unknown[], T extends R>(
    method: SyncFn<This, Args, T>,
    context: ClassMethodDecoratorContext<This, SyncFn<This, Args, T>>,
  ): SyncFn<This, Args, T | F>;
  <T extends (...args: never[]) => R>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void;
}

interface RetryFunction extends RetryDecorator {
  <R = unknown, F = never>(options?: RetryPolicyOptions<R, F>): RetryDecorator<R, F>;
}

interface RetrySyncFunction extends RetrySyncDecorator {
  <R = unknown, F = never>(options?: RetryPolicyOptions<R, F>): RetrySyncDecorator<R, F>;
}

/**
 * Retries a function or method: `retry(fn)`, `retry(options)(fn)`, `@retry`, `@retry(options)`. The result is always asynchronous;
 * for synchronous functions there is `retrySync`. `this` is kept. The operation is named after the function unless `operation` says otherwise.
 *
 * @throws TypeError or RangeError, when wrapping, for options that `RetryPolicy` refuses and for what is no function or method.
 * @example
 * const fetchUser = retry({ maxAttempts: 4 })(async (id: string) => getUser(id));
 */
export const retry: RetryFunction = decorator("retry", (policy, fn, options) => policy.wrap(fn, options)) as RetryFunction;

/**
 * The same for synchronous functions and methods. Its delays block the thread, so it must be asked for by name.
 *
 * @example
 * const readConfig = retrySync({ maxAttempts: 3 })(() => readFileSync("config.json", "utf8"));
 */
export const retrySync: RetrySyncFunction = decorator("retrySync", (policy, fn, options) =>
  policy.wrapSync(fn, options),
) as RetrySyncFunction;

type Fn = (...args: never[]) => unknown;
type Wrap = (policy: Policy, fn: Fn, options: CallOptions | undefined) => Fn;

function decorator(owner: string, wrap: Wrap): (...args: unknown[]) => unknown {
  const decorate = (options: RetryPolicyOptions, ...args: readonly unknown[]): unknown => {
    const policy = new RetryPolicy(options);
    const wrapped = (fn: unknown, name: string): Fn => {
      if (typeof fn !== "function" || isClass(fn)) refuse(owner, "applied to a function or method", fn);
      return wrap(policy, fn as Fn, options.operation === undefined && name !== "" ? { operation: name } : undefined);
    };
    const [target, key, descriptor] = args;
    if (isMethodContext(key)) return wrapped(target, String(key.name));
    if (typeof key === "string" || typeof key === "symbol") {
      const method = descriptor as PropertyDescriptor | undefined;
      return { ...method, value: wrapped(method?.value, String(key)) };
    }
    if (args.length !== 1) refuse(owner, "applied to a function or method", key);
    return wrapped(target, (target as Fn | undefined)?.name ?? "");
  };
  return (...args) => {
    const [options] = args;
    // Called with what it decorates.
    if (args.length > 1 || typeof options === "function") return decorate({}, ...args);
    // Called with options: mistakes in them show here, while every function gets a policy of its own.
    const read = alreadyChecked(options === undefined ? {} : (readRetryPolicyOptions(options) as RetryPolicyOptions));
    return (...target: unknown[]) => decorate(read, ...target);
  };
}

function isMethodContext(value: unknown): value is { readonly name: string | symbol } {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "method";
}

/** Legacy decorators hand over a class as they do a function; called without `new`, it would only throw. */
function isClass(fn: object): boolean {
  return Function.prototype.toString.call(fn).startsWith("class");
}
