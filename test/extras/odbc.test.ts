import type { ErrorClass } from "redress";
import { odbcClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf } from "./recorded.ts";

const asked = (error: unknown): ErrorClass => classOf(odbcClassifier, error);
const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

const STATES: Readonly<Record<string, string>> = {
  CONCURRENCY: "40001 40P01 55P03 55006 57033",
  AUTH: "28000 28P01",
  PERMISSION: "42501",
  UNKNOWN: "25006 26000",
  TRANSIENT: "08001 08003 08004 08006 08007 08S01 HYT00 HYT01 S1T00 01002 HY014 HY117 40003 53300 57014 57P01 70100",
  SERVER_ERROR: "53200 58004 HY001 HY013 XX000",
  PERMANENT:
    "02000 07002 0A000 21S01 22001 22003 22018 23000 23505 24000 25000 34000 37000 3D000 3F000 40002 42000 42S02 42S22 44000 54001 HY003 HY004 HY008 HY009 HY010 HY024 HY090 HY092 HY104 HY105 HYC00 IM001 IM002 IM003 IM014 P0001 S0002 S1010",
};

test.each(Object.entries(STATES).flatMap(([errorClass, states]) => states.split(" ").map((state) => [state, errorClass])))(
  "SQLSTATE %s is %s, wherever it stands",
  (state, errorClass) => {
    const odbcErrors = [
      { state, code: 7, message: "[Vendor][ODBC Driver]it failed" },
      { state: "01000", code: 0, message: "a warning" },
    ];
    expect(asked(failed("[odbc] Error executing the sql statement", { odbcErrors })), "odbc").toBe(errorClass);
    expect(asked(failed("it failed", { sqlstate: state, code: 7, severity: 16 })), "msnodesqlv8").toBe(errorClass);
    expect(asked(failed("it failed", { state, sqlcode: -1, error: "[ibm_db] SQL_ERROR" })), "ibm_db").toBe(errorClass);
    expect(asked(failed("it failed", { sqlState: state, code: "001234" })), "snowflake-sdk").toBe(errorClass);
    for (const message of [
      `[${state}] [Vendor][ODBC Driver]it failed`,
      `it failed SQLSTATE=${state}`,
      `it failed SQLSTATE: ${state}`,
      `it failed SQLSTATE = ${state}`,
      `SQLSTATE[${state}]: it failed`,
      `it failed (SQLSTATE ${state})`,
    ]) {
      expect(asked(failed(message)), message).toBe(errorClass);
      expect(asked(new Error("wrapped", { cause: failed(message) })), message).toBe(errorClass);
    }
  },
);

describe("states that hold all sorts", () => {
  const MS = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]";

  test.each<[string, number, string, ErrorClass]>([
    ["42000", 1222, `${MS}Lock request time out period exceeded.`, "CONCURRENCY"],
    ["42000", 3960, `${MS}Snapshot isolation transaction aborted due to update conflict.`, "CONCURRENCY"],
    ["42000", 41302, `${MS}The current transaction attempted to update a record that has been updated`, "CONCURRENCY"],
    ["42000", 10928, `${MS}Resource ID : 1. The request limit for the database is 30 and has been reached.`, "RATE_LIMIT"],
    ["HY000", 40501, `${MS}The service is currently busy.`, "RATE_LIMIT"],
    ["HY000", 40613, `${MS}Database 'd' on server 's' is not currently available.`, "TRANSIENT"],
    ["42000", 4060, `${MS}Cannot open database "d" requested by the login. The login failed.`, "UNKNOWN"],
    ["42000", 229, `${MS}The SELECT permission was denied on the object 't'`, "PERMISSION"],
    ["42000", 102, `${MS}Incorrect syntax near 'selec'.`, "PERMANENT"],
    [
      "HY000",
      1205,
      "[MySQL][ODBC 8.0(w) Driver][mysqld-8.0]Lock wait timeout exceeded; try restarting transaction",
      "CONCURRENCY",
    ],
    ["HY000", 2006, "[MySQL][ODBC 8.0(w) Driver]MySQL server has gone away", "TRANSIENT"],
    ["HY000", 10054, "[Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x2746", "TRANSIENT"],
    ["42000", 1142, "[MySQL][ODBC 8.0(w) Driver][mysqld-8.0]SELECT command denied to user 'u'@'h' for table 't'", "PERMISSION"],
    ["28000", 1045, "[MySQL][ODBC 8.0(w) Driver]Access denied for user 'u'@'h' (using password: YES)", "AUTH"],
    ["HY000", 0, "[Vendor][ODBC Driver]General error", "UNKNOWN"],
    ["01000", 0, "[Vendor][ODBC Driver]General warning", "UNKNOWN"],
  ])("%s with %i: %s", (state, code, message, errorClass) => {
    expect(asked(failed("[odbc] Error executing the sql statement", { odbcErrors: [{ state, code, message }] }))).toBe(
      errorClass,
    );
    expect(asked(failed(message, { sqlstate: state, code }))).toBe(errorClass);
  });

  test("Snowflake's login is refused with the state of a connection", () => {
    expect(asked(failed("Incorrect username or password was specified.", { code: "390100", sqlState: "08001" }))).toBe("AUTH");
    expect(asked(failed("Authentication token has expired.", { code: "390114", sqlState: "08001" }))).toBe("AUTH");
    expect(asked(failed("Network error. Could not reach Snowflake.", { code: "401001", sqlState: "08001" }))).toBe("TRANSIENT");
    expect(asked(failed("Insufficient privileges to operate on table 'T'", { code: "003001", sqlState: "42501" }))).toBe(
      "PERMISSION",
    );
  });

  test("a number with the digits of Snowflake's logins in it is another one", () => {
    for (const code of ["1390100", "3901001", "390200"])
      expect(asked(failed("it failed", { code, sqlState: "08001" })), code).toBe("TRANSIENT");
  });
});

describe("a message that is long", () => {
  const long = "x ".repeat(300);

  test("says its state at its end, where the error itself says it", () => {
    expect(asked(failed(`[IBM][CLI Driver] ${long} SQLSTATE=40001`))).toBe("CONCURRENCY");
  });

  test("of a record that the error lists says it within the first 500 characters", () => {
    const listed = (message: string): Error => failed("[odbc] Error executing the sql statement", { odbcErrors: [{ message }] });
    expect(asked(listed(`${"x".repeat(485)} SQLSTATE=40001`))).toBe("CONCURRENCY");
    expect(asked(listed(`${"x".repeat(486)} SQLSTATE=40001`))).toBe("UNKNOWN");
  });
});

describe("what is none of ours is UNKNOWN", () => {
  test.each<[string, unknown]>([
    ["MySQL's state beside its number", failed("x", { errno: 1203, sqlState: "42000", code: "ER_TOO_MANY_USER_CONNECTIONS" })],
    ["PostgreSQL's code", failed("x", { code: "40001" })],
    ["SQL Server's state", failed("x", { state: 51, number: 1222, code: "EREQUEST" })],
    ["a state in words", failed("x", { state: "READY" })],
    ["a tag in brackets", failed("[ERROR] it failed")],
    ["a state in brackets, but not at the start", failed("it failed [40001]")],
    ["the word SQLSTATE", failed("SQLSTATE value is missing")],
    ["a long number in brackets", failed("[400010] it failed")],
  ])("%s", (_what, error) => {
    expect(asked(error)).toBe("UNKNOWN");
  });
});
