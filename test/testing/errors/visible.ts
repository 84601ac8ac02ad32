/* What of an error its catcher can see, without what differs from run to run: places, ids, times. */

/** What changes with every answer. */
const TRANSPORT = /^(date|connection|keep-alive|transfer-encoding|content-length|content-type)$/;

/** Places and names of the recording and of the builders. */
const steady = (text: string): string =>
  text
    .replace(/\b(127\.0\.0\.\d+|nope\.invalid|example\.test|service\.internal)(:\d+)?/g, "HOST")
    .replace(/\bserver:\d+/g, "HOST");

function headersIn(value: object): Record<string, unknown> | undefined {
  const entries = value instanceof Headers ? [...value] : undefined;
  return entries && Object.fromEntries(entries.filter(([name]) => !TRANSPORT.test(name)));
}

function show(key: string, value: unknown, ignored: ReadonlySet<string>): unknown {
  if (key === "port") return "PORT";
  if (typeof value === "string") return steady(value);
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return visible(value, ignored);
  if (value instanceof Set) return [...value].sort();
  if (value instanceof Map) return "a map";
  const headers = headersIn(value);
  if (headers !== undefined) return headers;
  if (Array.isArray(value)) return value.map((each) => show("", each, ignored));
  // Metadata of grpc-js.
  const { getMap } = value as { readonly getMap?: () => object };
  if (typeof getMap === "function") return show("metadata", getMap(), ignored);
  const isHeaders = key === "headers" || key === "metadata";
  return properties(value, ignored, (name) => isHeaders && TRANSPORT.test(name));
}

function properties(value: object, ignored: ReadonlySet<string>, isNoise: (name: string) => boolean): object {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => each !== undefined && !ignored.has(name) && !isNoise(name))
      .map(([name, each]) => [name, show(name, each, ignored)]),
  );
}

/** The names of the classes of an error, its own first. Node's own have several of one name. */
function classes(error: Error): readonly string[] {
  const names: string[] = [];
  for (
    let at: object | null = Object.getPrototypeOf(error);
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const { name } = (at as { readonly constructor: { readonly name: string } }).constructor;
    if (names.at(-1) !== name) names.push(name);
  }
  return names;
}

/** The marks that libraries know their own errors by, whatever their class: symbols that all copies share. */
const marks = (error: Error): readonly string[] =>
  Object.getOwnPropertySymbols(error)
    .map((symbol) => Symbol.keyFor(symbol))
    .filter((mark) => mark !== undefined)
    .sort();

/**
 * @param ignored properties that are left out: incidental, or the client's own business
 */
export function visible(error: Error, ignored: ReadonlySet<string>): object {
  const own = properties(error, ignored, (name) => ["name", "message", "stack", "cause", "errors"].includes(name));
  return {
    classes: classes(error),
    name: error.name,
    message: steady(error.message),
    own,
    marks: marks(error),
    ...(error.cause !== undefined && { cause: show("cause", error.cause, ignored) }),
    ...(error instanceof AggregateError && { errors: error.errors.map((each) => show("", each, ignored)) }),
  };
}
