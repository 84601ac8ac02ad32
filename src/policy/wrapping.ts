import { aFunction, checkValue } from "../core/option-rules.ts";

/** Gives a wrapper the name and the number of parameters of the function it wraps. */
export function sameSignature<Wrapper extends (...args: never[]) => unknown>(
  fn: (...args: never[]) => unknown,
  wrapper: Wrapper,
): Wrapper {
  return Object.defineProperties(wrapper, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
}

export function checkFunction<Fn>(option: string, fn: Fn): Fn {
  checkValue(option, fn, aFunction);
  return fn;
}
