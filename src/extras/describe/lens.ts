/*
 * A thrown value seen through glass: whatever looks at it sees the same, but for the fields that are hidden, and the glass remembers which
 * fields were read. So any classifier can be asked what its answer depends on, without knowing how it works.
 */
import { isObject } from "../../core/is-object.ts";

/** A field, as a person would write it: "error.cause.code", "error.errors[0].status", "error.headers.get(\"retry-after\")". */
export type Path = string;

type Method = (...args: unknown[]) => unknown;

/** The first names of each object's fields: shared by all lenses over one error, since an object may have a million. */
export type Keys = WeakMap<object, readonly (string | symbol)[]>;

// No classifier looks at more of one object.
const MOST_KEYS = 200;

export class Lens {
  /** What was read that says something, by its path, in the order of the first look. Never an object but a date: its fields say it. */
  readonly seen = new Map<Path, unknown>();
  /** The fields whose values are others here; `undefined` hides one. */
  readonly #changed: ReadonlyMap<Path, unknown>;
  // An object that is reached on two ways must stay one, for chains of causes may be circles.
  readonly #glasses = new WeakMap<object, object>();
  readonly #paths = new WeakMap<object, Path>();
  readonly #keys: Keys;

  constructor(changed: ReadonlyMap<Path, unknown>, keys: Keys) {
    this.#changed = changed;
    this.#keys = keys;
  }

  /** The value as it is seen; `path` is what a person would call it. */
  look(value: unknown, path: Path): unknown {
    // A date is a value: whoever reads it asks its methods, which a proxy cannot have.
    if (!isObject(value) || isCertain(() => value instanceof Date)) return this.#told(value, path);
    const known = this.#glasses.get(value);
    if (known !== undefined) return known;
    const glass = this.#glassOver(value, path);
    this.#glasses.set(value, glass);
    this.#paths.set(glass, path);
    return glass;
  }

  /** Where an object stands that was seen through this lens. */
  pathOf(glass: object | undefined): Path | undefined {
    return glass && this.#paths.get(glass);
  }

  #told(value: unknown, path: Path): unknown {
    if (this.#changed.has(path)) return this.#changed.get(path);
    if (value !== undefined && value !== null && !this.seen.has(path)) this.seen.set(path, value);
    return value;
  }

  #glassOver(object: object, path: Path): object {
    const isList = isCertain(() => Array.isArray(object));
    const at = (key: PropertyKey): Path => below(path, key, isList);
    const isHidden = (key: PropertyKey): boolean => this.#changed.has(at(key)) && this.#changed.get(at(key)) === undefined;
    // The target is a stand-in: of the object itself, frozen ones above all, a proxy may not hide anything.
    return new Proxy(isList ? [] : {}, {
      get: (_target, key) => {
        const value: unknown = Reflect.get(object, key, object);
        // The methods of a list work on whatever looks like one, and so on what is seen of it.
        if (isList && typeof value === "function") return value;
        const isMethod = typeof value === "function" && key !== "constructor";
        return isMethod ? this.#method(object, value as Method, at(key)) : this.look(value, at(key));
      },
      has: (_target, key) => Reflect.has(object, key) && !isHidden(key),
      getPrototypeOf: () => Reflect.getPrototypeOf(object),
      ownKeys: (target) => [...new Set([...Reflect.ownKeys(target), ...this.#keysOf(object).filter((key) => !isHidden(key))])],
      getOwnPropertyDescriptor: (target, key) => {
        // The length of a list, which a proxy may not deny.
        const ofTarget = Reflect.getOwnPropertyDescriptor(target, key);
        if (ofTarget !== undefined || isHidden(key)) return ofTarget;
        const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
        return descriptor && { ...descriptor, configurable: true };
      },
    });
  }

  #keysOf(object: object): readonly (string | symbol)[] {
    const known = this.#keys.get(object);
    if (known !== undefined) return known;
    const keys = Reflect.ownKeys(object).slice(0, MOST_KEYS);
    this.#keys.set(object, keys);
    return keys;
  }

  /** A method of the object itself, since many look for fields that no proxy has; what `get("retry-after")` gives is a field, too. */
  #method(object: object, method: Method, path: Path): unknown {
    return (...args: unknown[]) => {
      const answer = Reflect.apply(method, object, args);
      return typeof args[0] === "string" && args.length === 1 ? this.look(answer, `${path}(${JSON.stringify(args[0])})`) : answer;
    };
  }
}

/** What an object is, where it says so: a proxy may throw instead, and one that was revoked does. */
function isCertain(is: () => boolean): boolean {
  try {
    if (is()) return true;
  } catch {
    // Then it is anything.
  }
  return false;
}

function below(path: Path, key: PropertyKey, isList: boolean): Path {
  if (typeof key === "symbol") return `${path}[${String(key)}]`;
  if (isList && /^\d+$/.test(`${key}`)) return `${path}[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(`${key}`) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
