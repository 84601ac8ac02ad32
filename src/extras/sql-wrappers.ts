/*
 * What the classifiers of SQL libraries share: where a wrapper keeps the driver's error, and how a table is asked. What a wrapper calls
 * the error that it wraps means nothing here: Sequelize's name for a refused password is SequelizeConnectionError, its name for a
 * locked SQLite file SequelizeTimeoutError.
 */
import type { ErrorClass } from "../core/failure/error-class.ts";

/** Sequelize: `parent` and `original`. TypeORM: `driverError`. */
export const ORM_WRAPPERS: readonly string[] = ["cause", "parent", "original", "driverError"];

/** What to look for, by what it means. The first pattern that matches counts. */
export type Table = Readonly<Partial<Record<ErrorClass, RegExp>>>;

export function lookUp(table: Table, key: string): ErrorClass | undefined {
  for (const errorClass in table) if (table[errorClass as ErrorClass]?.test(key)) return errorClass as ErrorClass;
  return undefined;
}
