/** The kind of a value in words: it says why the value was skipped. */
export function kindInWords(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return isClass(value) ? "a class" : "a function";
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  if (isPlainObject(value)) return "a plain object";
  const maker = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof maker === "string" && maker !== "" ? `an instance of ${maker}` : "an object";
}

/** Whether a value is a plain object, of any realm, or the namespace of a module. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
