import { isObject, isPlain } from "../../core/is-object.ts";
import { descriptionOf, partOf } from "../../core/part.ts";

/** How deep a value is told. Options are not deeper; what is may be circular. */
const DEPTH = 6;

/** A value as plain JSON: numbers that JSON lacks by their names, functions and parts by their descriptions, `undefined` as `null`. */
export function toPlainJson(value: unknown, depth = DEPTH): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : String(value); // JSON has no -0
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (!isObject(value)) return value ?? null;
  if (depth === 0) return "...";
  if (Array.isArray(value)) return value.map((element) => toPlainJson(element, depth - 1));
  if (typeof value === "function" || partOf(value) !== undefined) return toPlainJson({ ...descriptionOf(value) }, depth - 1);
  if (!isPlain(value)) return `an instance of ${descriptionOf(value).name}`;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toPlainJson(entry, depth - 1)]));
}
