import { refuse } from "../core/option-rules.ts";
import type { AnyFunction, Wrappable, Wrapped } from "./wrapped-types.ts";
import { checkFunction, sameSignature } from "./wrapping.ts";

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
  const wrapped = (fn: unknown): Fn => {
    checkFunction("circuitBreaker.protect.fn", fn);
    if (isClass(fn as Fn)) refuse("circuitBreaker.protect", "applied to a function or method", fn);
    return sameSignature(fn as Fn, function (this: unknown, ...args: unknown[]) {
      return through(fn as Fn, this, args);
    });
  };
  const protect = (target: unknown, key?: unknown, descriptor?: PropertyDescriptor): unknown => {
    // A function by itself, or a method with the context of a standard decorator.
    if (key === undefined || isMethodContext(key)) return wrapped(target);
    const isLegacy = typeof key === "string" || typeof key === "symbol";
    if (!isLegacy || typeof descriptor?.value !== "function") {
      refuse("circuitBreaker.protect", "applied to a function or method", isLegacy ? descriptor?.value : target);
    }
    return { ...descriptor, value: wrapped(descriptor.value) };
  };
  return protect as Protect;
}

function isMethodContext(value: unknown): boolean {
  return typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === "method";
}

/** Legacy decorators hand over a class as they do a function; called without `new`, it would only throw. Methods may be named `class`. */
function isClass(fn: Fn): boolean {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype");
  return prototype?.writable === false && /^class\b/.test(Function.prototype.toString.call(fn));
}
