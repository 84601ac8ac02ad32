/*
 * Where ORMs keep the driver's error. What they call their own means nothing here: Sequelize's name for a refused password is
 * SequelizeConnectionError, its name for a locked SQLite file SequelizeTimeoutError.
 */

/** Sequelize: `parent` and `original`. TypeORM: `driverError`. */
export const ORM_WRAPPERS: readonly string[] = ["cause", "parent", "original", "driverError"];
