/*
 * The headers of a request, in the forms that undici takes: none, an object, a flat list of names and values, an iterable of pairs (Headers, a Map). Read once,
 * into a copy: each attempt sends the same, also where the iterable can be read once only.
 */

/** A copy, of a form that can be read again. What undici will refuse is left as it is, for undici to refuse. */
export function copyOfHeaders(headers: unknown): unknown {
  if (typeof headers !== "object" || headers === null) return headers;
  if (Array.isArray(headers)) return [...headers];
  if (typeof (headers as Partial<Iterable<unknown>>)[Symbol.iterator] !== "function") return { ...headers };
  const pairs = [...(headers as Iterable<unknown>)];
  return pairs.every((pair) => Array.isArray(pair) && pair.length === 2) ? pairs.flat(1) : pairs;
}

/** @param copy of `copyOfHeaders` */
export function hasHeader(copy: unknown, name: string): boolean {
  if (typeof copy !== "object" || copy === null) return false;
  const names = Array.isArray(copy) ? copy.filter((_, at) => at % 2 === 0) : Object.keys(copy);
  return names.some((each) => String(each).toLowerCase() === name);
}

export function withHeader(copy: unknown, name: string, value: string): unknown {
  return Array.isArray(copy) ? [...copy, name, value] : { ...(copy as object | null | undefined), [name]: value };
}
