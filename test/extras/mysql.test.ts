import type { ErrorClass } from "redress";
import { mysqlClassifier, universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("mysql2", mysqlClassifier);

const asked = (error: unknown): ErrorClass => classOf(mysqlClassifier, error);
const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);
const mysql = (errno: number, sqlState: string, message = "it failed", code = "ER_SOMETHING"): Error =>
  failed(message, { errno, sqlState, sqlMessage: message, code });

describe("errors of a server", () => {
  test.each<[number, string, ErrorClass, string]>([
    [1213, "40001", "CONCURRENCY", "a deadlock"],
    [1205, "HY000", "CONCURRENCY", "a lock wait that timed out"],
    [3572, "HY000", "CONCURRENCY", "NOWAIT"],
    [1020, "HY000", "CONCURRENCY", "a row that changed since it was read"],
    [1614, "XA102", "CONCURRENCY", "a deadlock of XA"],
    [3101, "40000", "CONCURRENCY", "a commit that group replication refused"],
    [1180, "HY000", "CONCURRENCY", "a commit that Galera refused"],
    [8002, "HY000", "CONCURRENCY", "TiDB: a write conflict"],
    [8022, "HY000", "CONCURRENCY", "TiDB: a commit that was rolled back"],
    [9007, "HY000", "CONCURRENCY", "TiDB: a write conflict"],
    [1644, "40001", "CONCURRENCY", "a signal that asks for a retry"],
    [1226, "42000", "RATE_LIMIT", "more queries than the account may send"],
    [1040, "08004", "TRANSIENT", "too many connections"],
    [1040, "", "TRANSIENT", "too many connections, said before the protocol has states"],
    [1203, "42000", "TRANSIENT", "too many connections of one account"],
    [1047, "08S01", "TRANSIENT", "a node of Galera that is not ready"],
    [1053, "08S01", "TRANSIENT", "a shutdown"],
    [1077, "00000", "TRANSIENT", "a shutdown"],
    [1158, "08S01", "TRANSIENT", "a cut connection"],
    [1317, "70100", "TRANSIENT", "a killed query"],
    [1927, "70100", "TRANSIENT", "a killed connection"],
    [1969, "70100", "TRANSIENT", "MariaDB's statement timeout"],
    [3024, "HY000", "TRANSIENT", "MySQL's statement timeout"],
    [4031, "HY000", "TRANSIENT", "an idle connection that was closed"],
    [2002, "HY000", "TRANSIENT", "no connection"],
    [2006, "HY000", "TRANSIENT", "the server has gone away"],
    [2013, "HY000", "TRANSIENT", "a connection that was lost"],
    [9005, "HY000", "TRANSIENT", "TiDB: a region that is not available"],
    [1045, "28000", "AUTH", "a wrong password"],
    [1698, "28000", "AUTH", "a wrong plugin"],
    [1251, "08004", "AUTH", "a client that is too old to authenticate"],
    [1130, "HY000", "AUTH", "a host that may not connect"],
    [3118, "HY000", "AUTH", "a locked account"],
    [1862, "HY000", "AUTH", "an expired password"],
    [1044, "42000", "PERMISSION", "no right to the database"],
    [1142, "42000", "PERMISSION", "no right to the table"],
    [1143, "42000", "PERMISSION", "no right to the column"],
    [1227, "42000", "PERMISSION", "no such privilege"],
    [1370, "42000", "PERMISSION", "no right to the procedure"],
    [1792, "25006", "UNKNOWN", "a read-only transaction"],
    [1836, "HY000", "UNKNOWN", "a read-only server"],
    [1021, "HY000", "SERVER_ERROR", "a full disk"],
    [1030, "HY000", "SERVER_ERROR", "the storage engine"],
    [1114, "HY000", "SERVER_ERROR", "a full table"],
    [1105, "HY000", "SERVER_ERROR", "an unknown error"],
    [1062, "23000", "PERMANENT", "a key that is there already"],
    [1451, "23000", "PERMANENT", "a row that is referred to"],
    [1064, "42000", "PERMANENT", "syntax"],
    [1146, "42S02", "PERMANENT", "no such table"],
    [1054, "42S22", "PERMANENT", "no such column"],
    [1049, "42000", "PERMANENT", "no such database"],
    [1264, "22003", "PERMANENT", "out of range"],
    [1265, "01000", "PERMANENT", "truncated"],
    [1364, "HY000", "PERMANENT", "no default"],
    [1366, "HY000", "PERMANENT", "a value of the wrong type"],
    [3819, "HY000", "PERMANENT", "a check constraint"],
    [4025, "23000", "PERMANENT", "MariaDB's check constraint"],
    [1153, "08S01", "PERMANENT", "a packet that is too large, which costs the connection"],
    [1644, "45000", "PERMANENT", "a signal of the application"],
    [1046, "3D000", "PERMANENT", "no database selected"],
    [1815, "HY000", "SERVER_ERROR", "an internal error"],
    [7777, "HY000", "UNKNOWN", "a number nobody knows"],
    [1999, "HY000", "UNKNOWN", "the number before those of the client library"],
    [2000, "HY000", "TRANSIENT", "the first number of the client library"],
    [2099, "HY000", "TRANSIENT", "the last number of the client library"],
    [2100, "HY000", "UNKNOWN", "the number behind those of the client library"],
    [8999, "HY000", "UNKNOWN", "the number before those of TiKV and PD"],
    [9000, "HY000", "TRANSIENT", "the first number of TiKV and PD"],
    [9999, "HY000", "TRANSIENT", "the last number of TiKV and PD"],
    [10_000, "HY000", "UNKNOWN", "the number behind those of TiKV and PD"],
    [44_999, "HY000", "UNKNOWN", "the number before those of MariaDB's connector"],
    [45_000, "HY000", "PERMANENT", "the first number of MariaDB's connector"],
    [45_016, "HY000", "PERMANENT", "a number of MariaDB's connector whose state says nothing"],
  ])("%i (%s) is %s: %s", (errno, sqlState, errorClass) => {
    expect(asked(mysql(errno, sqlState))).toBe(errorClass);
  });

  test("1290 is read-only, or an option that was set for good", () => {
    expect(asked(mysql(1290, "HY000", "The MySQL server is running with the --read-only option so it cannot"))).toBe("UNKNOWN");
    expect(asked(mysql(1290, "HY000", "The MySQL server is running with the --super-read-only option so it cannot"))).toBe(
      "UNKNOWN",
    );
    expect(asked(mysql(1290, "HY000", "The MySQL server is running with the --secure-file-priv option so it cannot"))).toBe(
      "PERMANENT",
    );
  });

  test("read-only is a word of other errors too", () => {
    expect(asked(mysql(1062, "23000", "Duplicate entry 'read-only' for key 'modes.name'"))).toBe("PERMANENT");
  });

  test("what Vitess quotes is what MySQL answered", () => {
    const quoted =
      "target: db.-.primary: vttablet: rpc error: code = Aborted desc = Deadlock found (errno 1213) (sqlstate 40001) (CallerID: x)";
    expect(asked(failed(quoted, { name: "DatabaseError", status: 400 }))).toBe("CONCURRENCY");
    expect(asked(failed(quoted.replace("1213", "1062").replace("40001", "23000")))).toBe("PERMANENT");
    expect(asked(failed(quoted.replace("1213", "1205").replace("40001", "HY000")))).toBe("CONCURRENCY");
  });

  test("of the state that Vitess quotes, the first two characters count", () => {
    const signal = "target: db.-.primary: vttablet: rpc error: code = Unknown desc = try again (errno 1644) (sqlstate 40001)";
    expect(asked(failed(signal))).toBe("CONCURRENCY");
  });
});

describe("what the drivers say themselves", () => {
  test.each<[ErrorClass, string, object]>([
    ["TRANSIENT", "Connection lost: The server closed the connection.", { code: "PROTOCOL_CONNECTION_LOST", fatal: true }],
    ["TRANSIENT", "Query inactivity timeout", { code: "PROTOCOL_SEQUENCE_TIMEOUT" }],
    ["TRANSIENT", "Packets out of order. Got: 0 Expected: 2", { code: "PROTOCOL_PACKETS_OUT_OF_ORDER" }],
    ["TRANSIENT", "Cannot enqueue Query after fatal error.", { code: "PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR", fatal: false }],
    ["PERMANENT", "Cannot enqueue Query after invoking quit.", { code: "PROTOCOL_ENQUEUE_AFTER_QUIT", fatal: false }],
    ["PERMANENT", "Cannot enqueue Query after being destroyed.", { code: "PROTOCOL_ENQUEUE_AFTER_DESTROY", fatal: false }],
    ["PERMANENT", "Cannot enqueue Handshake twice.", { code: "PROTOCOL_ENQUEUE_HANDSHAKE_TWICE", fatal: false }],
    ["TRANSIENT", "Can't add new command when connection is in closed state", { fatal: true }],
    ["TRANSIENT", "select 1 - Can't add new command when connection is in closed state", { fatal: true }],
    ["TRANSIENT", "No connections available.", { code: "POOL_CONNLIMIT" }],
    ["TRANSIENT", "Queue limit reached.", {}],
    ["TRANSIENT", "Operation timeout", { name: "SequelizeConnectionAcquireTimeoutError" }],
    ["TRANSIENT", "Knex: Timeout acquiring a connection. The pool is probably full.", { name: "KnexTimeoutError" }],
    ["TRANSIENT", "Defined query timeout of 100ms exceeded when running query.", { name: "KnexTimeoutError" }],
    ["TRANSIENT", "connect ETIMEDOUT", { code: "ETIMEDOUT" }],
    ["PERMANENT", "Pool is closed.", {}],
    ["PERMANENT", "Pool is closed.", { code: "POOL_CLOSED" }],
    ["AUTH", "Server requests authentication using unknown plugin x", { code: "AUTH_SWITCH_PLUGIN_ERROR" }],
    ["CONCURRENCY", "a copy of nothing but the code", { code: "ER_LOCK_DEADLOCK" }],
  ])("%s: %s", (errorClass, message, fields) => {
    expect(asked(failed(message, fields))).toBe(errorClass);
  });

  test.each<[number, string, ErrorClass]>([
    [45004, "ER_CMD_NOT_EXECUTED_DESTROYED", "TRANSIENT"],
    [45009, "ER_SOCKET_UNEXPECTED_CLOSE", "TRANSIENT"],
    [45012, "ER_CONNECTION_TIMEOUT", "TRANSIENT"],
    [45013, "ER_CMD_CONNECTION_CLOSED", "TRANSIENT"],
    [45026, "ER_SOCKET_TIMEOUT", "TRANSIENT"],
    [45028, "ER_GET_CONNECTION_TIMEOUT", "TRANSIENT"],
    [45042, "ER_PING_TIMEOUT", "TRANSIENT"],
    [45061, "ER_POOL_NO_CONNECTION", "TRANSIENT"],
    [45016, "ER_MISSING_PARAMETER", "PERMANENT"],
    [45027, "ER_POOL_ALREADY_CLOSED", "PERMANENT"],
    [45037, "ER_CLOSING_POOL", "PERMANENT"],
    [45046, "ER_MAX_ALLOWED_PACKET", "PERMANENT"],
  ])("MariaDB's connector: %i %s is %s", (errno, code, errorClass) => {
    expect(
      asked(
        failed(`(conn:-1, no: ${errno}, SQLState: 0A000) x`, { name: "SqlError", errno, code, sqlState: "0A000", fatal: true }),
      ),
    ).toBe(errorClass);
  });

  test("a pool that could not connect is what kept it from connecting", () => {
    const pool = (cause: Error) =>
      Object.assign(new Error("pool failed to retrieve a connection", { cause }), {
        errno: 45028,
        code: "ER_GET_CONNECTION_TIMEOUT",
        sqlState: "HY000",
      });
    expect(asked(pool(mysql(1045, "28000")))).toBe("AUTH");
    expect(asked(pool(failed("connect ECONNREFUSED", { code: "ECONNREFUSED" })))).toBe("TRANSIENT");
  });
});

test.each<[string, (driverError: Error) => object]>([
  ["Drizzle", (cause) => new Error("Failed query: select ?\nparams: 1213", { cause })],
  [
    "Sequelize",
    (parent) => failed("Validation error", { name: "SequelizeUniqueConstraintError", parent, original: parent, errors: [{}] }),
  ],
  ["TypeORM", (driverError) => failed(driverError.message, { ...driverError, name: "QueryFailedError", driverError })],
])("%s: the driver's error decides", (_what, wrap) => {
  expect(asked(wrap(mysql(1062, "23000")))).toBe("PERMANENT");
  expect(asked(wrap(mysql(1213, "40001")))).toBe("CONCURRENCY");
});

describe("PlanetScale's DatabaseError", () => {
  const kindOf = (message: string, fields: object): ErrorClass =>
    classOf(universalClassifier, failed(message, { name: "DatabaseError", ...fields }));
  const unavailable = { code: "UNAVAILABLE" };

  test("has a code of Vitess beside the status 400 alone", () => {
    expect(kindOf("primary is not serving", { status: 400, body: unavailable })).toBe("TRANSIENT");
    expect(kindOf("primary is not serving", { status: 503, body: unavailable })).toBe("SERVER_ERROR");
  });

  test("is about MySQL's number where it has one, even one that nobody knows", () => {
    const answer = { status: 400, body: { code: "FAILED_PRECONDITION" } };
    expect(kindOf("it failed (errno 7777) (sqlstate HY000)", answer)).toBe("PERMANENT");
    expect(kindOf("it failed (errno none)", answer)).toBe("TRANSIENT");
  });

  test("without a code of Vitess is told by what else it has", () => {
    const outOfMemory = { status: 400, code: "53200", severity: "ERROR" };
    expect(kindOf("the hash table is too large", outOfMemory)).toBe("SERVER_ERROR");
    expect(kindOf("the hash table is too large", { ...outOfMemory, body: unavailable })).toBe("PERMANENT");
  });
});

describe("what is none of ours is UNKNOWN", () => {
  test.each<[string, unknown]>([
    ["the system's number", failed("x", { errno: -104, code: "EXYZ" })],
    ["SQLite's extended number", failed("x", { errno: 1299, code: "SQLITE_CONSTRAINT_NOTNULL" })],
    ["SQL Server's 1205", failed("x", { number: 1205, code: "EREQUEST", class: 13 })],
    ["PostgreSQL's state", failed("x", { code: "40001", severity: "ERROR" })],
    ["Snowflake's state", failed("x", { code: "002043", sqlState: "02000" })],
    ["a number alone", { errno: 1213 }],
    ["a code in a number", failed("x", { code: 1213 })],
  ])("%s", (_what, error) => {
    expect(asked(error)).toBe("UNKNOWN");
  });
});
