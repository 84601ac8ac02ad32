/* PGlite, a PostgreSQL inside the process: its own codes, and any other by RAISE. */
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import type { ErrorClass } from "redress";
import { sqlstateClassifier } from "redress/extras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failure, stopsAtOnce, watched } from "./sql-scenarios.ts";

let db: PGlite;

beforeAll(async () => {
  db = await PGlite.create();
  await db.exec("CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL CHECK (v < 10)); INSERT INTO t VALUES (1, 1)");
});

afterAll(() => db?.close());

const raise = (state: string): string => `DO $$ BEGIN RAISE 'raised' USING errcode = '${state}'; END $$`;

test.each<[string, ErrorClass]>([
  ["40001", "CONCURRENCY"],
  ["40P01", "CONCURRENCY"],
  ["55P03", "CONCURRENCY"],
  ["55006", "CONCURRENCY"],
  ["28000", "AUTH"],
  ["28P01", "AUTH"],
  ["42501", "PERMISSION"],
  ["25006", "UNKNOWN"],
  ["08006", "TRANSIENT"],
  ["25P03", "TRANSIENT"],
  ["53300", "TRANSIENT"],
  ["57014", "TRANSIENT"],
  ["57P01", "TRANSIENT"],
  ["57P03", "TRANSIENT"],
  ["53100", "SERVER_ERROR"],
  ["53200", "SERVER_ERROR"],
  ["58030", "SERVER_ERROR"],
  ["XX000", "SERVER_ERROR"],
  ["XX001", "SERVER_ERROR"],
  ["0A000", "PERMANENT"],
  ["22012", "PERMANENT"],
  ["23505", "PERMANENT"],
  ["2F002", "PERMANENT"],
  ["3D000", "PERMANENT"],
  ["42P01", "PERMANENT"],
  ["54001", "PERMANENT"],
  ["55000", "PERMANENT"],
  ["P0001", "PERMANENT"],
])("raised with %s is %s", async (state, errorClass) => {
  expect(await failure(sqlstateClassifier, () => db.exec(raise(state)))).toBe(errorClass);
  expect(await failure(sqlstateClassifier, () => db.transaction((tx) => tx.exec(raise(state)))), "in a transaction").toBe(
    errorClass,
  );
  expect(await failure(sqlstateClassifier, async () => drizzle(db).execute(raise(state))), "through Drizzle").toBe(errorClass);
});

describe("its own", () => {
  test.each([
    "INSERT INTO t VALUES (1, 1)",
    "INSERT INTO t VALUES (2, NULL)",
    "INSERT INTO t VALUES (2, 99)",
    "SELECT * FROM nowhere",
    "SELEC 1",
    "SELECT 1/0",
    "SELECT 'x'::int",
  ])("%s is PERMANENT: one attempt", async (statement) => {
    expect(await stopsAtOnce(sqlstateClassifier, () => db.query(statement))).toBe("PERMANENT");
  });

  test("a role without the privilege is PERMISSION: one attempt", async () => {
    await db.exec("CREATE ROLE low");
    const asLow = () =>
      db.transaction(async (tx) => {
        await tx.exec("SET LOCAL ROLE low");
        await tx.query("SELECT * FROM t");
      });
    expect(await stopsAtOnce(sqlstateClassifier, asLow)).toBe("PERMISSION");
  });

  test("a write in a read-only transaction is UNKNOWN", async () => {
    const write = () =>
      db.transaction(async (tx) => {
        await tx.exec("SET TRANSACTION READ ONLY");
        await tx.query("UPDATE t SET v = 2");
      });
    expect(await failure(sqlstateClassifier, write)).toBe("UNKNOWN");
  });
});

test("a transaction that could not be serialized begins again", async () => {
  const { policy, seen } = watched(sqlstateClassifier);
  await policy.call(({ attempt }) =>
    db.transaction(async (tx) => {
      await tx.query("UPDATE t SET v = v + 1 WHERE id = 1");
      if (attempt < 3) await tx.exec(raise("40001"));
    }),
  );
  expect(seen).toEqual(["CONCURRENCY", "CONCURRENCY"]);
  expect((await db.query("SELECT v FROM t WHERE id = 1")).rows, "once").toEqual([{ v: 2 }]);
});
