/** Objects and functions: what can have properties and be told apart by identity. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Arrays, class instances and the like have no options: to take one for an empty set of them would hide a mistake. */
export function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && (value.constructor ?? Object).name === "Object";
}

/** Whether an object has these methods. */
export function hasMethods(value: object, methods: readonly string[]): boolean {
  return methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === "function");
}
