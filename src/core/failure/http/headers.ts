import { isObject } from "../../is-object.ts";

// Headers beyond this many hold nothing that a server sends in earnest; it bounds the work.
const MOST_HEADERS = 100;

/** A header's value, by its name in small letters. Of several values, the first. */
export type Lookup = (name: string) => string | undefined;

/**
 * Looks a header up where SDKs keep theirs: `Headers`, a container of their own with `get`, and plain objects with names in small letters.
 * What cannot be read holds no header.
 */
export function headerIn(headers: unknown, name: string): string | undefined {
  try {
    const given = headers as ({ get?(name: string): unknown } & Record<string, unknown>) | undefined;
    const value = typeof given?.get === "function" ? given.get(name) : given?.[name];
    const first = Array.isArray(value) ? value[0] : value;
    return first === undefined || first === null ? undefined : `${first}`;
  } catch {
    return undefined;
  }
}

/** The same for whatever keeps headers: plain objects in any case, Maps, arrays of pairs and flat ones, too. */
export function headersIn(headers: unknown): Lookup {
  const kept = new Map<string, unknown>();
  let source: unknown = kept;
  try {
    if (isObject(headers)) {
      const given = headers as { readonly get?: unknown } & Partial<Iterable<unknown>> & Record<string, unknown>;
      if (typeof given.get === "function" && !(headers instanceof Map)) source = headers;
      else if (given[Symbol.iterator]) keepEntries(given as Iterable<unknown>, kept);
      // Node writes all names in small letters.
      else if (!inCapitals(given)) source = headers;
      else for (const key in given) if (keep(kept, key, given[key])) break;
    }
  } catch {
    // What was read before is as good as any.
  }
  return (name) => headerIn(source, name);
}

function inCapitals(given: object): boolean {
  let seen = 0;
  for (const key in given) if (/[A-Z]/.test(key) || ++seen > MOST_HEADERS) return true;
  return false;
}

/** True when that was enough. */
function keep(kept: Map<string, unknown>, key: unknown, value: unknown): boolean {
  const name = `${key}`.toLowerCase();
  if (!kept.has(name)) kept.set(name, value);
  return kept.size >= MOST_HEADERS;
}

function keepEntries(entries: Iterable<unknown>, kept: Map<string, unknown>): void {
  let seen = 0;
  let name: unknown;
  for (const entry of entries) {
    if (++seen > 2 * MOST_HEADERS) return;
    // In a flat array, names and values take turns.
    if (Array.isArray(entry)) keep(kept, entry[0], entry[1]);
    else if (seen % 2) name = entry;
    else keep(kept, name, entry);
  }
}
