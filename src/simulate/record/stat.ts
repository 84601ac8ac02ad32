import { isObject } from "../../core/is-object.ts";

/** A number that a limiter or hedge tells in its `stats`, which one of the user's own need not have; `null` where it does not. */
export function statOf(part: object, name: string): number | null {
  const { stats } = part as { readonly stats?: unknown };
  const value = isObject(stats) ? (stats as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
