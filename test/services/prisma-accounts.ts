/* What the tests of Prisma's recipe share: four accounts in a schema of their own, and a way to kill the sessions that work on them. */
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolConfig } from "pg";
import { constant, type ErrorClass, type Hedge, Policy, type PolicyOptions } from "redress";
import { sqlstateClassifier, universalClassifier } from "redress/extras";
import { classOf } from "../extras/recorded.ts";
import { required } from "./broker-server.ts";
import { type Prisma, PrismaClient } from "./generated/prisma/client.ts";

export const PORT = 5432;
const address = { host: "127.0.0.1", port: PORT, user: "postgres", database: "postgres" };
const schema = `redress_prisma_${process.pid}`;
export const accounts = `${schema}."Account"`;
export const transfers = `${schema}."Transfer"`;
/** The number of a transfer whose COMMIT takes ten seconds. */
export const SLOW = -1;

export const admin = new Pool({ ...address, max: 2 });

export async function createAccounts(): Promise<void> {
  await required("PostgreSQL", PORT);
  await admin.query(`
    CREATE SCHEMA ${schema};
    CREATE TABLE ${accounts} (id int PRIMARY KEY, balance int NOT NULL);
    CREATE TABLE ${transfers} (key serial PRIMARY KEY, number int NOT NULL);
    CREATE FUNCTION ${schema}.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(10); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON ${transfers} DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.number = ${SLOW}) EXECUTE FUNCTION ${schema}.wait();
  `);
}

/** No transfers yet, and 100 in every account. */
export async function resetAccounts(): Promise<void> {
  await admin.query(`TRUNCATE ${accounts}, ${transfers}`);
  await admin.query(`INSERT INTO ${accounts} SELECT n, 100 FROM generate_series(1, 4) AS n`);
}

export async function dropAccounts(): Promise<void> {
  await admin.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await admin.end();
}

export const opened = (config: PoolConfig = {}): PrismaClient =>
  new PrismaClient({ adapter: new PrismaPg({ ...address, max: 4, ...config }, { schema }) });

/** A policy that keeps of all that it is told of: what Prisma calls it, and its class, which both classifiers must agree on. */
export function retrying(seen: string[], options: PolicyOptions["retry"] = {}, hedge?: Hedge): Policy {
  const classifier = (error: unknown): ErrorClass => {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    const classes = [sqlstateClassifier, universalClassifier].map((one) => classOf(() => one(error), error));
    seen.push([code ?? name, ...new Set(classes)].join(" "));
    return classes[0] as ErrorClass;
  };
  const strategies = { CONCURRENCY: constant(1), TRANSIENT: constant(1) };
  return new Policy({ retry: { classifier, strategies, ...options }, hedge });
}

export const add = (tx: Prisma.TransactionClient, id: number, n: number): Promise<unknown> =>
  tx.account.update({ where: { id }, data: { balance: { increment: n } } });

/** Asked on a connection that nobody kills: Prisma gives one whose COMMIT has failed back to its pool. */
export const balanceOf = async (id: number): Promise<number> =>
  (await admin.query(`SELECT balance FROM ${accounts} WHERE id = ${id}`)).rows[0]?.balance;

/** Kills the sessions that work on these tables in this way: how many there were. */
export async function terminate(where: string): Promise<number | null> {
  const ours = `pid IN (SELECT pid FROM pg_locks WHERE relation IN ('${accounts}'::regclass, '${transfers}'::regclass))`;
  return (await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours} AND ${where}`)).rowCount;
}

/** What a promise is rejected with. */
export const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => Promise.reject(new Error("It was to fail.")),
    (error: unknown) => error,
  );
