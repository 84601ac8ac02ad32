/** Objects and functions: what can have properties and be told apart by identity. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
