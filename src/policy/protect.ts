import { decorated } from "./decorated.ts";
import type { AnyFunction, Wrappable, Wrapped } from "./wrapped-types.ts";
import { sameSignature } from "./wrapping.ts";

type Protected<This, Args extends unknown[], T> = (this: This, ...args: Args) => Promise<T>;

/** Wraps a function, or decorates a method with standard or legacy decorators. */
export interface Protect {
  <Fn extends AnyFunction>(fn: Wrappable<Fn, unknown, "async">): Wrapped<Fn, never, "async">;
  <This, Args extends unknown[], T>(fn: (this: This, ...args: Args) => T | PromiseLike<T>): Protected<This, Args, T>;
  <This, Args extends unknown[], T>(
    method: Protected<This, Args, T>,
    context: ClassMethodDecoratorContext<This, Protected<This, Args, T>>,
  ): Protected<This, Args, T>;
  <T extends (...args: never[]) => Promise<unknown>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): void;
}

type Fn = (this: unknown, ...args: unknown[]) => unknown;
type Through = (fn: Fn, self: unknown, args: unknown[]) => unknown;

/** @param through makes one call of the function, with its `this` and arguments */
export function protectWith(through: Through): Protect {
  const protect = (...args: readonly unknown[]): unknown =>
    decorated("circuitBreaker.protect", args, (fn) =>
      sameSignature(fn, function (this: unknown, ...given: unknown[]) {
        return through(fn as Fn, this, given);
      }),
    );
  return protect as Protect;
}
