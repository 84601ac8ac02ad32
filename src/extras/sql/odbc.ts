/*
 * Any database behind ODBC, and others that say an SQLSTATE under a name of its own or in the message: odbc, msnodesqlv8, ibm_db,
 * snowflake-sdk. What decides: the vendor's number, where it says more; then the SQLSTATE; in classes that hold all sorts, the words too.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  asText,
  type Codes,
  classifierOfLibrary,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";
import { MSSQL_NUMBERS } from "./mssql.ts";
import { ORM_WRAPPERS } from "./orms.ts";
import { isState, kindOfState } from "./states.ts";

/* What ODBC adds to the SQLSTATEs of SQL. Sources: Microsoft, "ODBC error codes", "Mapping SQLSTATEs" (S1: ODBC 2); MySQL (70100). */
export const ODBC_STATES: Codes = {
  TRANSIENT: [
    "01002", // disconnect error
    "70100", // MySQL: query execution was interrupted
    "HY014", // limit on the number of handles exceeded
    "HY117", // connection suspended due to unknown transaction state
  ],
  TIMEOUT: [
    "S1T00", // timeout expired
  ],
  SERVER_ERROR: [
    "HY001", // memory allocation error
    "HY013", // memory management error
  ],
};

export const ODBC_CLASSES: Codes = {
  PERMANENT: [
    "HY", // the driver manager, or the driver
    "IM", // the driver manager's configuration
    "S0", // ODBC 2: tables, indexes and columns
    "S1", // ODBC 2: the driver manager, or the driver
  ],
};

/* A general error is anything: the words of MySQL's and SQL Server's drivers say what. */
export const GENERAL: readonly string[] = ["HY000", "S1000"];
export const GENERAL_WORDS: Patterns = {
  CONCURRENCY: /\b(deadlock|lock wait|lock request)\b/i,
  TRANSIENT: /\b(gone away|lost connection|TCP Provider)\b/i,
};

/* Snowflake refuses logins and sessions with the state of a connection, and these numbers. Source: Snowflake, "Driver errors". */
const SNOWFLAKE_LOGIN = /^390[13]\d\d$/;

// At the start in brackets, or after its name: `SQLSTATE=40001`, `SQLSTATE[40001]`, `(SQLSTATE 40P01)`.
const QUOTED = /(?:SQL ?STATE\W{1,3}|^\[)([\dA-Z]{5})\b/i;

function odbcRule(link: Link): Verdict {
  // MySQL's and MariaDB's own drivers give an SQLSTATE too, but mean the number.
  if (typeof link.read("errno") === "number") return undefined;
  const record = link.read("odbcErrors", "0") ?? link.error;
  const read = (key: string): unknown => link.reader.read(record, key);
  const message = record === link.error ? link.message : asText(read("message")).slice(0, 500);
  const state = [read("state"), read("sqlstate"), read("sqlState"), QUOTED.exec(message)?.[1]].find(isState);
  return state === undefined ? undefined : (kindOfNumber(asText(read("code")), message) ?? kindOf(state, message));
}

function kindOfNumber(number: string, message: string): Kind | undefined {
  if (message.includes("SQL Server")) return kindOfCode(MSSQL_NUMBERS, Number(number));
  return SNOWFLAKE_LOGIN.test(number) ? "AUTH" : undefined;
}

function kindOf(state: string, message: string): Kind | undefined {
  if (GENERAL.includes(state)) return kindOfPattern(GENERAL_WORDS, message);
  // MySQL's and SQL Server's.
  if (state.startsWith("42") && message.includes("denied")) return "PERMISSION";
  return kindOfCode(ODBC_STATES, state) ?? kindOfState(state) ?? kindOfCode(ODBC_CLASSES, state.slice(0, 2));
}

const meaning: Meaning = {
  rule: odbcRule,
  wrappers: ORM_WRAPPERS,
};

export const odbc: Library = {
  name: "odbc",
  looks: {
    fields: ["odbcErrors", "sqlState", "sqlstate", "state"],
    // A state in brackets.
    beginnings: [/^\[[\dA-Z]{5}\]/],
    words: ["SQLSTATE", "sqlstate", "SQL STATE"],
  },
  meaning,
};

/**
 * Classifies errors by the SQLSTATE of ODBC, in a property or in the message, as of odbc, msnodesqlv8, ibm_db and snowflake-sdk. What it
 * does not know is `UNKNOWN`: compose it with `firstKnown(odbcClassifier, defaultClassifier)`.
 */
export const odbcClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("odbcClassifier", meaning);
