import { type ErrorClass, RateLimitError } from "redress";
import { sqlstateClassifier, universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

const LOCK = ["CONCURRENCY", "somebody else holds the lock: the same as a deadlock, as NOWAIT, and as MySQL's 1205"] as const;

recordedAs("pg", sqlstateClassifier, { "55P03.lock-timeout": LOCK });
recordedAs("postgres-js", sqlstateClassifier, {
  "55P03.lock-timeout": LOCK,
  cancel: ["TRANSIENT", "the server's words for a statement that it was told to cancel are the same whoever told it"],
});
recordedAs("pglite", sqlstateClassifier);
recordedAs("drizzle-pg", sqlstateClassifier, { "55P03.lock-timeout": LOCK });
recordedAs("knex", sqlstateClassifier);
recordedAs("typeorm-pg", sqlstateClassifier, { "55P03.lock-timeout": LOCK });
recordedAs("sequelize-pg", sqlstateClassifier, { "55P03.lock-timeout": LOCK });
recordedAs("prisma", sqlstateClassifier);

const asked = (error: unknown): ErrorClass => classOf(sqlstateClassifier, error);
const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);
const pg = (code: string, message = "it failed"): Error =>
  failed(message, { name: "error", severity: "ERROR", code, routine: "exec" });

const STATES: Readonly<Record<string, string>> = {
  CONCURRENCY: "40000 40001 40P01 55006 55P03 72000",
  AUTH: "28000 28P01",
  PERMISSION: "42501",
  UNKNOWN: "25006 26000 42P05",
  TRANSIENT: "08000 08001 08003 08004 08006 08007 08P01 25P03 25P04 40003 53300 57000 57014 57P01 57P02 57P03 57P04 57P05",
  SERVER_ERROR: "53000 53100 53200 53400 58000 58030 58P01 58P02 F0000 F0001 HV000 HV00N XX000 XX001 XX002",
  PERMANENT:
    "02000 03000 09000 0A000 0B000 0F001 0LP01 0P000 0Z002 10608 20000 21000 22001 22012 22P02 23502 23503 23505 23514 23P01 24000 25000 25001 25P01 25P02 27000 2BP01 2D000 2F002 34000 38001 39P01 3B001 3D000 3F000 40002 42601 42703 42P01 42P07 44000 45000 54000 54001 55000 55P02 55P04 P0001 P0002 P0003 P0004",
};

const CODES: Readonly<Record<string, string>> = {
  AUTH: "P1000",
  PERMISSION: "P1010",
  CONCURRENCY: "P2034",
  TRANSIENT: "P1001 P1002 P1008 P1017 P2024 P2037",
  PERMANENT: "P1003 P1011 P1012 P2000 P2002 P2003 P2011 P2014 P2021 P2022 P2025 P2016 P2030 P2033 P3009 P4001",
  UNKNOWN: "P2010 P2036 P2039",
};

const rows = (table: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(table).flatMap(([errorClass, codes]) => codes.split(" ").map((code): [string, string] => [code, errorClass]));

test.each(rows(STATES))("SQLSTATE %s is %s", (code, errorClass) => {
  expect(asked(pg(code))).toBe(errorClass);
  expect(asked({ code }), "with nothing but the code").toBe(errorClass);
});

test.each(rows(CODES))("Prisma's %s is %s", (code, errorClass) => {
  expect(asked(failed("Invalid `prisma.t.create()` invocation", { name: "PrismaClientKnownRequestError", code }))).toBe(
    errorClass,
  );
  expect(asked(failed("It did not start.", { name: "PrismaClientInitializationError", errorCode: code }))).toBe(errorClass);
});

describe("internal errors that are conflicts", () => {
  test.each([
    ["Redshift's 1023", pg("XX000", "1023")],
    ["Redshift's conflict", pg("XX000", "could not complete because of conflict with concurrent transaction")],
    ["PostgreSQL's catalogs", pg("XX000", "tuple concurrently updated")],
    [
      "YugabyteDB's conflict",
      pg("XX000", "Operation failed. Try again: Transaction aborted: conflicts with higher priority transaction"),
    ],
    ["the same after a statement of many lines", pg("XX000", `alter table t\n  add c int - tuple concurrently updated`)],
  ])("%s is CONCURRENCY", (_what, error) => {
    expect(asked(error)).toBe("CONCURRENCY");
  });

  test("others are not", () => {
    expect(asked(pg("XX000", "cache lookup failed for relation 4711"))).toBe("SERVER_ERROR");
    expect(asked(pg("XX000", "could not read the configuration"))).toBe("SERVER_ERROR");
    expect(asked(pg("23514", 'new row for relation "conflicts" violates check constraint "day"'))).toBe("PERMANENT");
  });

  test("a timeout is the server's where it canceled the statement, not where a function speaks of one", () => {
    const words = "canceling statement due to statement timeout";
    expect(sqlstateClassifier(pg("57014", words))).toEqual({ errorClass: "TRANSIENT", timeout: true });
    expect(asked(pg("P0001", words))).toBe("PERMANENT");
  });
});

describe("drivers without a code", () => {
  test.each<[string, Error]>(
    (
      [
        ["TRANSIENT", "Connection terminated", {}],
        ["TRANSIENT", "Connection terminated unexpectedly", {}],
        ["TRANSIENT", "select 1\nfrom t - Connection terminated due to connection timeout", {}],
        ["TRANSIENT", "Client has encountered a connection error and is not queryable", {}],
        ["TRANSIENT", "timeout expired", {}],
        ["TRANSIENT", "timeout exceeded when trying to connect", {}],
        ["TRANSIENT", "select 1 - Query read timeout", {}],
        ["TRANSIENT", "select total - discount - 1 from orders - Query read timeout", {}],
        ["TRANSIENT", "write CONNECTION_CLOSED db:5432", { code: "CONNECTION_CLOSED", errno: "CONNECTION_CLOSED" }],
        ["TRANSIENT", "write CONNECTION_DESTROYED db:5432", { code: "CONNECTION_DESTROYED", errno: "CONNECTION_DESTROYED" }],
        ["TRANSIENT", "write CONNECT_TIMEOUT db:5432", { code: "CONNECT_TIMEOUT", errno: "CONNECT_TIMEOUT" }],
        ["TRANSIENT", "Operation timeout", { name: "SequelizeConnectionAcquireTimeoutError" }],
        ["PERMANENT", "write CONNECTION_ENDED db:5432", { code: "CONNECTION_ENDED", errno: "CONNECTION_ENDED" }],
        ["PERMANENT", "NOT_TAGGED_CALL: Query not called as a tagged template literal", { code: "NOT_TAGGED_CALL" }],
        ["PERMANENT", "UNDEFINED_VALUE: Undefined values are not allowed", { code: "UNDEFINED_VALUE" }],
        ["PERMANENT", "MAX_PARAMETERS_EXCEEDED: Max number of parameters (65534) exceeded", { code: "MAX_PARAMETERS_EXCEEDED" }],
        ["PERMANENT", "Client was closed and is not queryable", {}],
        ["PERMANENT", "Cannot use a pool after calling end on the pool", {}],
        ["PERMANENT", "The server does not support SSL connections", {}],
        ["PERMANENT", "Invalid invocation", { name: "PrismaClientValidationError" }],
        ["PERMANENT", "notNull Violation: t.v cannot be null", { name: "SequelizeValidationError" }],
        ["AUTH", "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string", {}],
        ["AUTH", "SASL_SIGNATURE_MISMATCH: The server did not return the correct signature", { code: "SASL_SIGNATURE_MISMATCH" }],
        ["CONCURRENCY", "The optimistic lock on entity T failed", { name: "OptimisticLockVersionMismatchError" }],
        ["CONCURRENCY", "Attempting to update a stale model instance", { name: "SequelizeOptimisticLockError" }],
      ] as const
    ).map(([errorClass, message, fields]) => [errorClass, failed(message, fields)]),
  )("%s: %s", (errorClass, error) => {
    expect(asked(error)).toBe(errorClass);
  });
});

describe("Prisma", () => {
  const known = (code: string, message: string, meta?: object) =>
    failed(message, { name: "PrismaClientKnownRequestError", code, meta });

  test.each([
    ["begun too late", "Transaction API error: Unable to start a transaction in the given time.", "TRANSIENT"],
    [
      "taking too long",
      "Transaction API error: A query cannot be executed on an expired transaction. The timeout was 5000 ms",
      "TRANSIENT",
    ],
    ["used after its end", "Transaction API error: A query cannot be executed on a committed transaction.", "PERMANENT"],
  ])("a transaction %s", (_what, message, errorClass) => {
    expect(asked(known("P2028", message))).toBe(errorClass);
  });

  test("what was committed is PERMANENT of a transaction alone", () => {
    expect(asked(known("P2034", "Transaction failed due to a write conflict: another one was committed"))).toBe("CONCURRENCY");
  });

  test("a raw query is what the database said of it, through an adapter and without one", () => {
    const adapterError = failed("x", { name: "DriverAdapterError", cause: { originalCode: "40P01", kind: "postgres" } });
    expect(asked(known("P2010", "Raw query failed.", { driverAdapterError: adapterError }))).toBe("CONCURRENCY");
    expect(asked(known("P2010", "Raw query failed. Code: `55P03`.", { code: "55P03", message: "lock" }))).toBe("CONCURRENCY");
    expect(asked(adapterError), "bare").toBe("CONCURRENCY");
  });

  test.each([
    ["57P01", "terminating connection due to administrator command", "TRANSIENT"],
    ["55P03", "canceling statement due to lock timeout", "CONCURRENCY"],
    ["57014", "canceling statement due to user request", "TRANSIENT"],
    ["25006", "cannot execute UPDATE in a read-only transaction", "UNKNOWN"],
    ["23514", "new row violates check constraint", "PERMANENT"],
    ["1205", "Lock wait timeout exceeded, of another database", "UNKNOWN"],
  ])("a query of a model that the database failed with %s is that, not a mistake of the query: %s", (state, said, errorClass) => {
    const cause = { originalCode: state, originalMessage: said, kind: "postgres", code: state, severity: "ERROR", message: said };
    const driverAdapterError = failed(said, { name: "DriverAdapterError", cause });
    const message = `\nInvalid \`prisma.t.update()\` invocation:\n\n\nDatabase error. Code: \`${state}\`. Message: \`${said}\``;
    expect(asked(known("P2039", message, { modelName: "T", driverAdapterError }))).toBe(errorClass);
  });

  test("COMMIT is what the database said of it, where Prisma adds nothing", () => {
    const cause = { originalCode: "40001", originalMessage: "could not serialize access", kind: "TransactionWriteConflict" };
    expect(asked(failed("TransactionWriteConflict", { name: "DriverAdapterError", cause }))).toBe("CONCURRENCY");
  });

  test.each([
    [
      'QueryError(PostgresError { code: "40P01", message: "deadlock detected", severity: "ERROR" }), transient: false })',
      "CONCURRENCY",
    ],
    [
      'QueryError(Error { kind: Db, cause: Some(DbError { severity: "FATAL", code: SqlState(E57P01), message: "x" }) }) })',
      "TRANSIENT",
    ],
    ['QueryError(PostgresError { code: "23514", message: "violates check constraint" }) })', "PERMANENT"],
    ['QueryError(PostgresError { code: "XX000", message: "cache lookup failed" }) })', "SERVER_ERROR"],
  ])("what its engine has no code for is in the message: %s", (quoted, errorClass) => {
    const message = `\nInvalid \`prisma.t.update()\` invocation:\n\n\nError occurred during query execution:\nConnectorError(ConnectorError { user_facing_error: None, kind: ${quoted}`;
    expect(asked(failed(message, { name: "PrismaClientUnknownRequestError", clientVersion: "5.22.0" }))).toBe(errorClass);
  });
});

describe("wrappers", () => {
  test.each<[string, (driverError: Error) => object]>([
    ["Drizzle", (cause) => new Error("Failed query: select $1\nparams: 28000", { cause })],
    ["Sequelize", (parent) => failed(parent.message, { name: "SequelizeConnectionError", parent, original: parent })],
    ["TypeORM", (driverError) => failed(driverError.message, { name: "QueryFailedError", driverError, query: "select 1" })],
    ["a retry of retries", (cause) => new AggregateError([new Error("first"), new Error("second", { cause })], "all failed")],
  ])("%s: the driver's error decides, whatever the wrapper is called", (_what, wrap) => {
    expect(asked(wrap(pg("28P01")))).toBe("AUTH");
    expect(asked(wrap(pg("40001")))).toBe("CONCURRENCY");
    expect(asked(wrap(failed("Connection terminated unexpectedly")))).toBe("TRANSIENT");
  });

  test("what Drizzle quotes of the statement and its parameters says nothing, the driver's error does", () => {
    const statement = "Failed query: insert into log (line) values ($1)\nparams: it failed SQLSTATE=40001";
    expect(classOf(universalClassifier, new Error(statement, { cause: pg("23505") }))).toBe("PERMANENT");
    expect(classOf(universalClassifier, new Error(statement))).toBe("UNKNOWN");
    expect(classOf(universalClassifier, new Error("it failed SQLSTATE=40001. Failed query: "))).toBe("CONCURRENCY");
  });

  test("an error of ours inside has been classified already", () => {
    expect(sqlstateClassifier(new Error("x", { cause: new RateLimitError("slow", { retryAfterMs: 5 }) }))).toEqual({
      errorClass: "RATE_LIMIT",
      retryAfterMs: 5,
    });
  });

  test("the system's code is known below any wrapper", () => {
    expect(
      asked(failed("x", { name: "SequelizeConnectionError", parent: failed("read ECONNRESET", { code: "ECONNRESET" }) })),
    ).toBe("TRANSIENT");
  });
});

describe("what is none of ours is UNKNOWN", () => {
  test.each<[string, unknown]>([
    ["a system's code of five letters", { code: "ESRCH" }],
    ["another one", { code: "EBUSY" }],
    ["five digits in a number: MongoDB", failed("x", { name: "MongoServerError", code: 11000 })],
    ["five digits in a number: Twilio", failed("x", { code: 21211 })],
    ["digits of no class", { code: "12345" }],
    ["a status in a string: NATS", failed("503", { code: "503" })],
    ["a state in small letters", { code: "40p01" }],
    ["a longer code: Snowflake", { code: "002043" }],
    ["the same word from another client", failed("CONNECTION_CLOSED", { name: "NatsError", code: "CONNECTION_CLOSED" })],
    ["SQLite", failed("SQLITE_BUSY: database is locked", { code: "SQLITE_BUSY", errno: 5 })],
    ["MySQL", failed("Deadlock found", { code: "ER_LOCK_DEADLOCK", errno: 1213, sqlState: "40001" })],
    ["words in the middle of a sentence", failed("The client was told: Query read timeout")],
    ["nothing", undefined],
    ["a string", "40001"],
  ])("%s", (_what, error) => {
    expect(asked(error)).toBe("UNKNOWN");
  });
});

describe("Neon's and PGlite's own words", () => {
  test("a state outweighs what Neon's proxy says beside it", () => {
    const message = "This IP address is not allowed to connect";
    expect(classOf(universalClassifier, failed(message, { name: "NeonDbError", code: null }))).toBe("PERMISSION");
    expect(classOf(universalClassifier, failed(message, { name: "NeonDbError", code: "28000" }))).toBe("AUTH");
  });

  test.each<[string, Error]>([
    ["Neon's proxy's, of another library", failed("Control plane request failed - Database connection string is gone")],
    ["PGlite's, beside a code of another library", failed("Transaction is closed", { code: "TX_OVER" })],
  ])("%s, are UNKNOWN", (_whose, error) => {
    expect(classOf(universalClassifier, error)).toBe("UNKNOWN");
  });
});

test("getters that throw, and messages that are no strings, hurt nothing", () => {
  const hostile = Object.defineProperty({ message: { toString: () => "40001" }, name: 7 }, "code", {
    get() {
      throw new Error("no");
    },
  });
  expect(asked(hostile)).toBe("UNKNOWN");
  const halfHostile = Object.defineProperty(pg("40001"), "errorCode", { get: () => hostile });
  expect(asked(new Error("x", { cause: halfHostile }))).toBe("CONCURRENCY");
});
