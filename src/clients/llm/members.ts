/** A member of what may be anything: of somebody else's JSON. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The same, where it is a number of something. */
export function count(value: unknown, name: string): number | undefined {
  const found = member(value, name);
  return typeof found === "number" && found >= 0 && found < Infinity ? found : undefined;
}
