/*
 * Reads options once. The copy holds what was there at that moment, and nothing else: options that an object inherits from another one of the
 * user's are options, what somebody has put on `Object.prototype` is none, and whatever is not in the copy reads as `undefined`.
 */
import { isPlain } from "./is-object.ts";

/** The part of a table of rules that says what to read inside of a value. */
interface Readable {
  readonly rules: Readonly<Record<string, { readonly copy?: (value: unknown) => unknown }>>;
  readonly flat?: boolean | undefined;
}

// Objects that inherit from it have no members but their own. With `null` for a prototype they would be slow in V8.
const NOTHING: object = /* @__PURE__ */ Object.freeze(Object.create(null));

/** An object with these members, in which nothing is inherited; what a later layer holds replaces what an earlier one does. */
export function ownMembers<Members extends object>(...layers: readonly Members[]): Members {
  return Object.assign(Object.create(NOTHING), ...layers) as Members;
}

/** Options as they are now, with everything inside of them; what holds no options is left as it is. */
export function copyOfOptions<Options>(options: Options, { rules, flat }: Readable): Options {
  if (!isPlain(options)) return options;
  const inheritsNothing = isShared(Object.getPrototypeOf(options));
  const copy = (inheritsNothing ? ownMembers(options) : withInherited(options)) as Record<string, unknown>;
  if (flat) return copy as Options;
  for (const key in copy) {
    const inside = rules[key]?.copy;
    if (inside !== undefined) copy[key] = inside(copy[key]);
  }
  return copy as Options;
}

/** An array as it is now. */
export function copyOfArray(values: unknown): unknown {
  return Array.isArray(values) ? [...values] : values;
}

/** The names of the options in an object, inherited ones too, in the order in which they were given. */
export function optionKeys(options: object): readonly string[] {
  const keys: string[] = [];
  for (const key in options) if (isOption(options, key)) keys.push(key);
  return keys;
}

function withInherited(options: object): object {
  const copy = ownMembers<Record<string, unknown>>();
  for (const key of optionKeys(options)) copy[key] = (options as typeof copy)[key];
  return copy;
}

/** Whether a name comes from an object of the user's, and not from the prototype that all objects share. */
function isOption(options: object, key: string): boolean {
  for (let from: object | null = options; from !== null; from = Object.getPrototypeOf(from) as object | null)
    if (!isShared(from) && Object.hasOwn(from, key)) return true;
  return false;
}

/** Whether it is the end of a chain of prototypes: nothing, or what all objects of a realm inherit from. */
const isShared = (prototype: object | null): boolean =>
  prototype === null ||
  prototype === Object.prototype ||
  prototype === NOTHING ||
  (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty"));
