/** JSON of an error in the way of serialize-error 13: what is enumerable, the usual fields of errors, and no functions. */
export function serialized(error: unknown): string {
  return JSON.stringify(plain(error, []));
}

const ofErrors = ["name", "message", "stack", "code", "cause", "errors"] as const;

function plain(value: unknown, above: readonly unknown[]): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (Buffer.isBuffer(value)) return "[object Buffer]";
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return "[Circular]";
  if (Array.isArray(value)) return value.map((each) => plain(each, [...above, value]));
  const object = value as Readonly<Record<string, unknown>>;
  if (typeof object["toJSON"] === "function") return object["toJSON"]();
  const named = ofErrors
    .map((name) => [name, object[name]] as const)
    .filter(([, field]) => field !== undefined && field !== null);
  return Object.fromEntries(
    [...named, ...Object.entries(object)]
      .filter(([, field]) => typeof field !== "function")
      .map(([name, field]) => [name, plain(field, [...above, value])]),
  );
}
