/* What functions may be wrapped, and how a wrapper calls its function. */
import { aFunction, checkValue } from "../core/option-rules.ts";
import type { CallSettings } from "../run/call/call-settings.ts";
import type { Operation } from "../run/call/options.ts";

type Fn = (...args: never[]) => unknown;

/** Gives a wrapper the name and the number of parameters of the function it wraps, less those that the wrapper supplies. */
export function sameSignature<Wrapper extends Fn>(fn: Fn, wrapper: Wrapper, supplied = 0): Wrapper {
  return Object.defineProperties(wrapper, {
    name: { value: fn.name, configurable: true },
    length: { value: Math.max(0, fn.length - supplied), configurable: true },
  });
}

/** The operation of one call of a wrapped function. */
export function operationOf(settings: CallSettings, fn: Fn, self: unknown, args: readonly unknown[]): Operation {
  const call = fn as (this: unknown, ...args: readonly unknown[]) => unknown;
  return settings.passAttempt ? (attempt) => call.call(self, attempt, ...args) : () => call.apply(self, args as unknown[]);
}

export function checkFunction<Fn>(option: string, fn: Fn): Fn {
  checkValue(option, fn, aFunction);
  return fn;
}

/**
 * Checks a function that will be called under a policy.
 *
 * @param option "wrap.fn"
 * @throws TypeError for a class, which can be called by `new` only, and for a generator function: a call of one runs nothing of it
 */
export function checkWrappable(option: string, fn: unknown): asserts fn is Fn {
  checkFunction(option, fn);
  if (isClass(fn as Fn)) throw new TypeError(`${option} must be a function, got the class ${JSON.stringify((fn as Fn).name)}.`);
  if (isGeneratorFunction(fn as Fn))
    throw new TypeError(
      `${option} must be no generator function, got ${JSON.stringify((fn as Fn).name)}: what fails while a generator is consumed fails after the ` +
        "call is over, and is not retried. Consume it inside the function, and return what it gave.",
    );
}

/** A class has a prototype that cannot be replaced. The source alone does not tell: a method may be named `class`, and a function be frozen. */
export function isClass(fn: Fn): boolean {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype");
  return prototype?.writable === false && /^class\b/.test(Function.prototype.toString.call(fn));
}

function isGeneratorFunction(fn: Fn): boolean {
  const tag: unknown = (fn as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return tag === "GeneratorFunction" || tag === "AsyncGeneratorFunction";
}
