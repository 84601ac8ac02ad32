import type { ErrorClass } from "redress";
import { sqliteClassifier, universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("better-sqlite3", sqliteClassifier);
recordedAs("node-sqlite", sqliteClassifier);
recordedAs("sqlite3", sqliteClassifier);

const asked = (error: unknown): ErrorClass => classOf(sqliteClassifier, error);
const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

test.each<[number, string, ErrorClass]>([
  [1, "ERROR", "PERMANENT"],
  [2, "INTERNAL", "SERVER_ERROR"],
  [3, "PERM", "PERMISSION"],
  [4, "ABORT", "UNKNOWN"],
  [5, "BUSY", "CONCURRENCY"],
  [5 | (1 << 8), "BUSY_RECOVERY", "CONCURRENCY"],
  [5 | (2 << 8), "BUSY_SNAPSHOT", "CONCURRENCY"],
  [6, "LOCKED", "CONCURRENCY"],
  [6 | (1 << 8), "LOCKED_SHAREDCACHE", "CONCURRENCY"],
  [7, "NOMEM", "SERVER_ERROR"],
  [8, "READONLY", "PERMANENT"],
  [8 | (4 << 8), "READONLY_DBMOVED", "PERMANENT"],
  [9, "INTERRUPT", "TRANSIENT"],
  [10, "IOERR", "SERVER_ERROR"],
  [10 | (12 << 8), "IOERR_NOMEM", "SERVER_ERROR"],
  [11, "CORRUPT", "PERMANENT"],
  [12, "NOTFOUND", "PERMANENT"],
  [13, "FULL", "SERVER_ERROR"],
  [14, "CANTOPEN", "PERMANENT"],
  [15, "PROTOCOL", "CONCURRENCY"],
  [17, "SCHEMA", "CONCURRENCY"],
  [18, "TOOBIG", "PERMANENT"],
  [19, "CONSTRAINT", "PERMANENT"],
  [19 | (8 << 8), "CONSTRAINT_UNIQUE", "PERMANENT"],
  [20, "MISMATCH", "PERMANENT"],
  [21, "MISUSE", "PERMANENT"],
  [22, "NOLFS", "PERMANENT"],
  [23, "AUTH", "PERMISSION"],
  [24, "FORMAT", "PERMANENT"],
  [25, "RANGE", "PERMANENT"],
  [26, "NOTADB", "PERMANENT"],
  [100, "ROW", "UNKNOWN"],
])("%i, SQLITE_%s, is %s", (number, name, errorClass) => {
  expect(asked(failed("x", { name: "SqliteError", code: `SQLITE_${name}` })), "better-sqlite3").toBe(errorClass);
  expect(asked(failed("x", { code: `SQLITE_${name}`, errno: number & 255 })), "sqlite3").toBe(errorClass);
  expect(asked(failed("x", { name: "SQLiteError", code: `SQLITE_${name}`, errno: number })), "bun:sqlite").toBe(errorClass);
  expect(asked(failed("x", { code: "ERR_SQLITE_ERROR", errcode: number, errstr: "x" })), "node:sqlite").toBe(errorClass);
  expect(asked(failed(`SQLITE_${name}: x`, { name: "LibsqlError", code: `SQLITE_${name}`, rawCode: number })), "libSQL").toBe(
    errorClass,
  );
  expect(asked(failed("x", { name: "SQLite3Error", resultCode: number })), "WebAssembly").toBe(errorClass);
  expect(asked(failed(`D1_ERROR: x: SQLITE_${name}`)), "D1").toBe(errorClass);
  const driverAdapterError = failed("x", { name: "DriverAdapterError", cause: { kind: "sqlite", extendedCode: number } });
  for (const code of ["P2010", "P2039"])
    expect(asked(failed("It failed.", { code, meta: { driverAdapterError } })), `Prisma's ${code}`).toBe(errorClass);
});

describe("what the drivers say without a code", () => {
  test.each<[ErrorClass, string]>([
    ["CONCURRENCY", "database is locked"],
    ["CONCURRENCY", "Error code 6: database table is locked"],
    ["PERMANENT", "The database connection is not open"],
    ["PERMANENT", "This database connection is busy executing a query"],
    ["PERMANENT", "Cannot open database because the directory does not exist"],
    ["PERMANENT", "database is not open"],
    ["TRANSIENT", "D1_ERROR: Network connection lost."],
    ["TRANSIENT", "D1_ERROR: D1 DB reset because its code was updated."],
    ["TRANSIENT", "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node."],
    ["TRANSIENT", "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset."],
    ["TRANSIENT", "D1_ERROR: Replica disconnected from primary."],
    ["RATE_LIMIT", "D1_ERROR: D1 DB is overloaded. Requests queued for too long."],
    ["SERVER_ERROR", "D1_ERROR: Internal error in D1 DB storage caused object to be reset."],
    ["SERVER_ERROR", "Internal error while starting up D1 DB storage caused object to be reset."],
    ["PERMANENT", "D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'"],
    ["TRANSIENT", "HRANA_WEBSOCKET_ERROR: the connection was closed"],
    ["TRANSIENT", "HRANA_CLOSED_ERROR: the stream is closed"],
  ])("%s: %s", (errorClass, message) => {
    expect(asked(new Error(message))).toBe(errorClass);
    expect(asked(new Error("Failed query: select 1", { cause: new Error(message) }))).toBe(errorClass);
  });
});

test("Sequelize calls a locked file a timeout: the driver's error decides", () => {
  const parent = failed("SQLITE_BUSY: database is locked", { code: "SQLITE_BUSY", errno: 5 });
  expect(asked(failed(parent.message, { name: "SequelizeTimeoutError", parent, original: parent }))).toBe("CONCURRENCY");
});

test("what the program has closed is PERMANENT to Turso's client where the client was closed, not where its stream was too old", () => {
  const words = "was manually closed";
  const turso = (code: string): Error => failed(`${code}: Stream ${words}`, { name: "LibsqlError", code });
  expect(classOf(universalClassifier, turso("HRANA_CLOSED_ERROR"))).toBe("PERMANENT");
  expect(classOf(universalClassifier, turso("STREAM_EXPIRED"))).toBe("TRANSIENT");
});

describe("what is none of ours is UNKNOWN", () => {
  test.each<[string, unknown]>([
    ["a number alone", failed("x", { errno: 5 })],
    ["somebody's errcode", failed("x", { errcode: 5 })],
    ["somebody's errcode in words", failed("x", { errcode: "M_FORBIDDEN" })],
    ["a number in code", failed("x", { code: 5 })],
    ["Node's code without a result", failed("x", { code: "ERR_SQLITE_ERROR" })],
    ["another database's extended code", failed("x", { name: "DriverAdapterError", cause: { kind: "mysql", extendedCode: 5 } })],
    ["an extended code of nobody's", failed("x", { extendedCode: 5 })],
    ["PostgreSQL", failed("x", { code: "40001" })],
  ])("%s", (_what, error) => {
    expect(asked(error)).toBe("UNKNOWN");
  });
});
