import type { ErrorClass } from "../core/failure/error-class.ts";

/** What to look for in what is known of an error, by what it means. The first pattern that matches counts. */
export type Table = Readonly<Partial<Record<ErrorClass, RegExp>>>;

export function lookUp(table: Table, key: string): ErrorClass | undefined {
  for (const errorClass in table) if (table[errorClass as ErrorClass]?.test(key)) return errorClass as ErrorClass;
  return undefined;
}
