/*
 * Where ORMs and query builders keep the driver's error, and what they put before its words. What they call their own means nothing here:
 * Sequelize's name for a refused password is SequelizeConnectionError, its name for a locked SQLite file SequelizeTimeoutError.
 */
import type { Library, Link } from "../shared/index.ts";

/** Sequelize: `parent` and `original`. TypeORM: `driverError`. */
export const ORM_WRAPPERS: readonly string[] = ["parent", "original", "driverError"];

/** And Prisma: what the engine says, and what its driver adapters kept of the driver's error. */
export const ORM_AND_PRISMA_WRAPPERS: readonly string[] = ["parent", "original", "driverError", "meta", "driverAdapterError"];

/** The words of the driver, in a message of Knex, which writes the statement and " - " before them. */
export function driversWords(message: string): string {
  return message.split(" - ").at(-1) ?? message;
}

/** Drizzle says "Failed query: " of everything: the driver's error is the cause. */
export const drizzle: Library = {
  name: "drizzle",
  looks: {},
  onlyWraps: ({ message }: Link) => message.startsWith("Failed query: "),
  meaning: {},
};
