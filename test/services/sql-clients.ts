/* Drivers and what wraps them, behind one small interface: a query, a transaction, an end. */
import { PrismaPg } from "@prisma/adapter-pg";
import { drizzle as drizzleMysql } from "drizzle-orm/mysql2";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import { sql as drizzleSql } from "drizzle-orm/sql";
import knexOf from "knex";
import mariadb from "mariadb";
import mysql from "mysql2/promise";
import { Pool } from "pg";
import postgres from "postgres";
import { Sequelize } from "sequelize";
import { DataSource } from "typeorm";
import { PrismaClient } from "./generated/prisma/client.ts";

export type Query = (statement: string) => Promise<unknown>;
type Isolation = "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE";

export interface Client {
  readonly query: Query;
  transaction<T>(isolation: Isolation, work: (query: Query) => Promise<T>): Promise<T>;
  end(): Promise<unknown>;
}

export interface Address {
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
}

export type Open = (address: Address) => Client | Promise<Client>;

const HOST = "127.0.0.1";
const MOST = 4;

/** A number out of whatever a driver answers `select ... as n` with. */
export function numberOf(answer: unknown): number {
  const found = /"n":\s*"?(-?\d+)/.exec(
    JSON.stringify(answer, (_key, value) => (typeof value === "bigint" ? Number(value) : value)),
  );
  if (!found) throw new Error(`No n in ${JSON.stringify(answer)}.`);
  return Number(found[1]);
}

/** A transaction by hand, for drivers that have none. */
async function byHand<C, T>(
  connection: C,
  run: (connection: C, statement: string) => Promise<unknown>,
  begin: readonly string[],
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const query: Query = (statement) => run(connection, statement);
  try {
    for (const statement of begin) await query(statement);
    const value = await work(query);
    await query("COMMIT");
    return value;
  } catch (error) {
    await query("ROLLBACK").catch(() => {});
    throw error;
  }
}

const pgPool = ({ port, user = "postgres", password, database = "postgres" }: Address): Pool => {
  const pool = new Pool({ host: HOST, port, user, password, database, max: MOST, connectionTimeoutMillis: 5_000 });
  pool.on("error", () => {});
  return pool;
};

const openPg: Open = (address) => {
  const pool = pgPool(address);
  return {
    query: (statement) => pool.query(statement),
    async transaction(isolation, work) {
      const client = await pool.connect();
      client.on("error", () => {});
      let broken = false;
      try {
        return await byHand(client, (on, statement) => on.query(statement), [`BEGIN ISOLATION LEVEL ${isolation}`], work);
      } catch (error) {
        broken = true;
        throw error;
      } finally {
        client.release(broken);
      }
    },
    end: () => pool.end(),
  };
};

const openPostgres: Open = ({ port, user = "postgres", password, database = "postgres" }) => {
  const sql = postgres({
    host: HOST,
    port,
    user,
    password: password ?? "",
    database,
    max: MOST,
    onnotice: () => {},
    backoff: false,
  });
  return {
    query: (statement) => sql.unsafe(statement),
    transaction: (isolation, work) =>
      sql.begin(`ISOLATION LEVEL ${isolation}`, (tx) => work((statement) => tx.unsafe(statement))) as ReturnType<typeof work>,
    end: () => sql.end({ timeout: 0 }),
  };
};

const openDrizzlePg: Open = (address) => {
  const pool = pgPool(address);
  const db = drizzlePg(pool);
  return {
    // What Drizzle returns is sent once for each then.
    query: async (statement) => db.execute(drizzleSql.raw(statement)),
    transaction: (isolation, work) =>
      db.transaction((tx) => work(async (statement) => tx.execute(drizzleSql.raw(statement))), {
        isolationLevel: isolation.toLowerCase() as Lowercase<Isolation>,
      }),
    end: () => pool.end(),
  };
};

const openKnex =
  (client: "pg" | "mysql2", defaults: Address): Open =>
  (address) => {
    const { port, user = "", password = "", database = "" } = { ...defaults, ...address };
    const knex = knexOf({ client, connection: { host: HOST, port, user, password, database }, pool: { min: 0, max: MOST } });
    return {
      query: (statement) => knex.raw(statement).then((answer) => answer),
      transaction: (isolation, work) =>
        knex.transaction((tx) => work((statement) => tx.raw(statement).then((answer) => answer)), {
          isolationLevel: isolation.toLowerCase() as Lowercase<Isolation>,
        }),
      end: () => knex.destroy(),
    };
  };

const openSequelize =
  (dialect: "postgres" | "mysql", defaults: Address): Open =>
  (address) => {
    const { port, user = "", password = "", database = "" } = { ...defaults, ...address };
    const sequelize = new Sequelize(database, user, password, { dialect, host: HOST, port, logging: false, pool: { max: MOST } });
    return {
      query: (statement) => sequelize.query(statement),
      transaction: (isolation, work) =>
        sequelize.transaction({ isolationLevel: isolation as never }, (transaction) =>
          work((statement) => sequelize.query(statement, { transaction })),
        ),
      end: () => sequelize.close(),
    };
  };

const openTypeorm =
  (type: "postgres" | "mysql", defaults: Address): Open =>
  async (address) => {
    const { port, user = "", password = "", database = "" } = { ...defaults, ...address };
    const source = await new DataSource({
      type,
      host: HOST,
      port,
      username: user,
      password,
      database,
      poolSize: MOST,
    }).initialize();
    return {
      query: (statement) => source.query(statement),
      transaction: (isolation, work) => source.transaction(isolation, (manager) => work((statement) => manager.query(statement))),
      end: () => source.destroy(),
    };
  };

const PRISMA_LEVELS = {
  "READ COMMITTED": "ReadCommitted",
  "REPEATABLE READ": "RepeatableRead",
  SERIALIZABLE: "Serializable",
} as const;

const openPrisma: Open = ({ port, user = "postgres", password, database = "postgres" }) => {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ host: HOST, port, user, password, database, max: MOST }) });
  return {
    // What Prisma returns is sent once it is awaited.
    query: async (statement) => prisma.$queryRawUnsafe(statement),
    transaction: (isolation, work) =>
      prisma.$transaction((tx) => work(async (statement) => tx.$queryRawUnsafe(statement)), {
        isolationLevel: PRISMA_LEVELS[isolation],
        timeout: 20_000,
      }),
    end: () => prisma.$disconnect(),
  };
};

const mysqlPool = ({ port, user = "root", password = "", database = "test" }: Address): mysql.Pool =>
  mysql.createPool({ host: HOST, port, user, password, database, connectionLimit: MOST });

const beginMysql = (isolation: Isolation): readonly string[] => [`SET TRANSACTION ISOLATION LEVEL ${isolation}`, "BEGIN"];

const openMysql2: Open = (address) => {
  const pool = mysqlPool(address);
  return {
    query: async (statement) => (await pool.query(statement))[0],
    async transaction(isolation, work) {
      const connection = await pool.getConnection();
      try {
        return await byHand(connection, async (on, statement) => (await on.query(statement))[0], beginMysql(isolation), work);
      } catch (error) {
        connection.destroy();
        throw error;
      } finally {
        connection.release();
      }
    },
    end: () => pool.end(),
  };
};

const openMariadb: Open = ({ port, user = "root", password = "", database = "test" }) => {
  const pool = mariadb.createPool({
    host: HOST,
    port,
    user,
    password,
    database,
    connectionLimit: MOST,
    minimumIdle: 1,
    acquireTimeout: 500,
  });
  return {
    query: (statement) => pool.query(statement),
    async transaction(isolation, work) {
      const connection = await pool.getConnection();
      try {
        return await byHand(connection, (on, statement) => on.query(statement), beginMysql(isolation), work);
      } finally {
        await connection.release();
      }
    },
    end: () => pool.end(),
  };
};

const openDrizzleMysql: Open = (address) => {
  const pool = mysqlPool(address);
  const db = drizzleMysql(pool);
  return {
    query: async (statement) => (await db.execute(drizzleSql.raw(statement)))[0],
    transaction: (isolation, work) =>
      db.transaction((tx) => work(async (statement) => (await tx.execute(drizzleSql.raw(statement)))[0]), {
        isolationLevel: isolation.toLowerCase() as Lowercase<Isolation>,
      }),
    end: () => pool.end(),
  };
};

const POSTGRES: Address = { port: 5432, user: "postgres", database: "postgres" };
const MYSQL: Address = { port: 3306, user: "root", database: "test" };

export const POSTGRES_CLIENTS: Readonly<Record<string, Open>> = {
  pg: openPg,
  "postgres.js": openPostgres,
  Drizzle: openDrizzlePg,
  Knex: openKnex("pg", POSTGRES),
  Sequelize: openSequelize("postgres", POSTGRES),
  TypeORM: openTypeorm("postgres", POSTGRES),
  Prisma: openPrisma,
};

export const MYSQL_CLIENTS: Readonly<Record<string, Open>> = {
  mysql2: openMysql2,
  mariadb: openMariadb,
  Drizzle: openDrizzleMysql,
  Knex: openKnex("mysql2", MYSQL),
  Sequelize: openSequelize("mysql", MYSQL),
  TypeORM: openTypeorm("mysql", MYSQL),
};
