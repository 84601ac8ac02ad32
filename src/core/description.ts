/** What `describe()` tells about a strategy or budget. */
export interface Description {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Under this key a part keeps what `describe()` tells about it. */
export const DESCRIPTION: unique symbol = Symbol.for("redress.description");

/** Attaches what `describe()` will tell. */
export function described<T extends object>(thing: T, name: string, settings: Description["settings"]): T {
  return Object.defineProperty(thing, DESCRIPTION, { value: { name, settings } });
}

/** What there is to tell of a strategy, budget or other part; of one of the user's own, its name. */
export function descriptionOf(thing: object): Description {
  return (
    (thing as { [DESCRIPTION]?: Description })[DESCRIPTION] ?? {
      name: (typeof thing === "function" ? thing.name : thing.constructor?.name) || "anonymous",
      settings: {},
    }
  );
}
