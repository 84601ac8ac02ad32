/* Where in a config a constructor's message points to. */

export type Path = readonly (string | number)[];

type Container = Readonly<Record<string | number, unknown>>;

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null;

/**
 * Reads the path at the beginning of a message, as in `.tripOn[2] must be ...`, by what the config has: a key may have dots and spaces.
 * `null` where the message does not begin with one.
 */
export function readPath(message: string, config: unknown): Path | null {
  if (message.startsWith(" must be ")) return [];
  const [found, index] = /^\[(\d+)\]/.exec(message) ?? [];
  if (found !== undefined) return prepend(Number(index), readPath(message.slice(found.length), at(config, [Number(index)])));
  if (!message.startsWith(".")) return null;
  const rest = message.slice(1);
  for (const key of keysBegin(rest, config)) {
    const path = prepend(key, readPath(rest.slice(key.length), at(config, [key])));
    if (path !== null) return path;
  }
  return null;
}

/** The keys that a text may begin with, the longest first; and, for a required option that is missing, its first word. */
function keysBegin(text: string, config: unknown): readonly string[] {
  const keys: string[] = [];
  if (isContainer(config)) for (const key in config) if (text.startsWith(key)) keys.push(key);
  const [word] = /^\w+/.exec(text) ?? [];
  if (word !== undefined && !keys.includes(word)) keys.push(word);
  return keys.sort((one, other) => other.length - one.length);
}

const prepend = (key: string | number, rest: Path | null): Path | null => (rest === null ? null : [key, ...rest]);

/** What stands at a path; `undefined` where nothing does. */
export function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) found = isContainer(found) ? found[key] : undefined;
  return found;
}

/** Whether something stands there that can be left out: what is inherited cannot. */
export function isOwn(container: unknown, key: string | number): boolean {
  return isContainer(container) && Object.hasOwn(container, key);
}

/** A path as it is written: `.tripOn[2]`. */
export function written(path: Path): string {
  return path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
}

/** A copy without what stands at a path. Only what lies along the path is copied: parts stay the same objects. */
export const without = (value: unknown, path: Path): unknown => changed(value, path, null);

/** A copy with something else at a path, or the value itself where there is no such place. */
export const replaced = (value: unknown, path: Path, by: unknown): unknown =>
  path.length > 0 && isContainer(at(value, path.slice(0, -1))) ? changed(value, path, { by }) : value;

function changed(value: unknown, [key, ...rest]: Path, change: { readonly by: unknown } | null): unknown {
  if (!isContainer(value) || key === undefined) return value;
  const inner = rest.length > 0 ? { by: changed(value[key], rest, change) } : change;
  if (Array.isArray(value)) {
    return [...value.slice(0, key as number), ...(inner === null ? [] : [inner.by]), ...value.slice((key as number) + 1)];
  }
  const copy: object = Object.create(Object.getPrototypeOf(value));
  // Defined, not assigned: a key may be `__proto__`, and the original frozen.
  const define = (own: string | symbol, entry: unknown): unknown =>
    Object.defineProperty(copy, own, { value: entry, enumerable: true, writable: true, configurable: true });
  for (const own of Reflect.ownKeys(value)) {
    if (own !== key && Object.prototype.propertyIsEnumerable.call(value, own)) define(own, Reflect.get(value, own));
  }
  if (inner !== null) define(String(key), inner.by);
  return copy;
}
