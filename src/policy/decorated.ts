/* What `retry` and `protect` may be applied to: a function by itself, or a method, by standard or legacy decorators. */
import { refuse } from "../core/option-rules.ts";
import { checkWrappable, isClass } from "./wrapping.ts";

type Fn = (...args: never[]) => unknown;

/**
 * Wraps what a decorator was called with. Returns what takes its place.
 *
 * @param owner "retry"
 * @param args a function; a method and its context; or a prototype, a key and a descriptor
 * @throws TypeError for what is no function or method: a class, an accessor, a field; and for a generator function
 */
export function decorated(owner: string, args: readonly unknown[], wrap: (fn: Fn, name: string) => unknown): unknown {
  const wrapped = (fn: unknown, name?: string): unknown => {
    if (typeof fn !== "function") refuse(owner, FUNCTION_OR_METHOD, fn);
    if (isClass(fn as Fn)) refuseTarget(owner, `the class ${JSON.stringify(fn.name)}`);
    checkWrappable(`${owner}.fn`, fn);
    return wrap(fn, name ?? fn.name);
  };
  const [target, key, descriptor] = args;
  if (args.length === 1) return wrapped(target);
  if (isContext(key)) {
    if (key.kind !== "method") refuseTarget(owner, `the ${key.kind} ${JSON.stringify(String(key.name))}`);
    return wrapped(target, String(key.name));
  }
  // Babel in `jiti` puts a decorator of its own in between, which returns the prototype for the descriptor.
  const given = descriptor === target ? Object.getOwnPropertyDescriptor(target, key as PropertyKey) : descriptor;
  const method = (given ?? {}) as PropertyDescriptor;
  if (typeof method.value !== "function") refuseTarget(owner, legacyTarget(key, given));
  return { ...method, value: wrapped(method.value, String(key)) };
}

const FUNCTION_OR_METHOD = "applied to a function or method";

/** What has no function to call, or one that is called otherwise than a method. */
function refuseTarget(owner: string, what: string): never {
  const advice = /field|accessor/.test(what) ? ` A function in a field is wrapped by itself: field = ${owner}(...).` : "";
  throw new TypeError(`${owner} must be ${FUNCTION_OR_METHOD}, got ${what}.${advice}`);
}

/** Standard decorators come with a context. */
function isContext(value: unknown): value is { readonly kind: string; readonly name?: string | symbol } {
  return typeof (value as { readonly kind?: unknown } | null | undefined)?.kind === "string";
}

/** What a legacy decorator was applied to that is no method. */
function legacyTarget(key: unknown, descriptor: unknown): string {
  const name = JSON.stringify(String(key));
  if (typeof descriptor === "number") return key === undefined ? "a parameter of a constructor" : `a parameter of ${name}`;
  const { get, set } = (descriptor ?? {}) as PropertyDescriptor;
  return get === undefined && set === undefined ? `the field ${name}` : `the accessor ${name}`;
}
