/*
 * Any database behind ODBC, and others that say an SQLSTATE under a name of its own or in the message: odbc, msnodesqlv8, ibm_db,
 * snowflake-sdk. What decides: the SQLSTATE; in classes that hold all sorts, the vendor's number and words too.
 * Sources: Microsoft, "ODBC error codes", "Mapping SQLSTATEs"; ISO/IEC 9075-2; Db2, "SQLSTATE messages"; Snowflake, "Driver errors".
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { asText, classOfPattern, judgeAs, type Library, type Meaning, type Patterns, type Rule } from "../shared/index.ts";
import { ORM_WRAPPERS } from "./orms.ts";

/* Asked of `state:number:message`. */
const MEANINGS: Patterns = {
  // Numbers of SQL Server: lock timeouts, snapshots, in-memory tables.
  CONCURRENCY: /^(40(?!002)|55.0[36]|57033|72|.{6}(1222|39[36]\d|413\d\d):.*SQL Server|HY000.*(deadlock|lock (wait|req)))/is,
  RATE_LIMIT: /^.{6}(40501|1092[89]|499[12]\d):.*SQL S/s,
  // Snowflake's connections are refused with 08001; the number says that it was the login.
  AUTH: /^(28|.{6}390[13]\d\d:)/,
  PERMISSION: /^42(501|.*denied)/s,
  UNKNOWN: /^(25006|26|42P05|42000:4060:)/,
  TRANSIENT: /^(08|HYT|01002|533|57|70|25P0[345]|HY(014|117)|S1T|.{6}40(613|197):|HY000.*(gone away|lost conn|TCP P))/is,
  SERVER_ERROR: /^(5[38]|F0|XX|HY0(01|13))/,
  // HY and S1 are the driver manager's, IM its configuration; 000 is anything.
  PERMANENT: /^(0[2-9A-Z]|[23][\dA-F]|4[0245]|5[45]|IM|P0|S0|(HY|S1)(?!000))/,
};

// At the start in brackets, or after its name: `SQLSTATE=40001`, `SQLSTATE[40001]`, `(SQLSTATE 40P01)`.
const QUOTED = /(?:SQL ?STATE\W{1,3}|^\[)([\dA-Z]{5})\b/i;

const isState = (state: unknown): boolean => typeof state === "string" && /^[\dA-Z]{5}$/.test(state);

const odbcRule: Rule = (link) => {
  // MySQL's and MariaDB's own drivers give an SQLSTATE too, but mean the number.
  if (typeof link.read("errno") === "number") return undefined;
  const record = link.read("odbcErrors", "0") ?? link.error;
  const read = (key: string): unknown => link.reader.read(record, key);
  const message = record === link.error ? link.message : asText(read("message")).slice(0, 500);
  const states = [read("state"), read("sqlstate"), read("sqlState"), QUOTED.exec(message)?.[1]];
  return classOfPattern(MEANINGS, `${states.find(isState)}:${asText(read("code"))}:${message}`);
};

const meaning: Meaning = {
  rule: odbcRule,
  wrappers: ORM_WRAPPERS,
};

export const odbc: Library = {
  name: "odbc",
  looks: {
    fields: ["odbcErrors", "sqlState", "sqlstate", "state"],
    beginnings: [/^\[[\dA-Z]{5}\]/],
    words: ["SQLSTATE", "sqlstate", "SQL STATE"],
  },
  meaning,
};

/**
 * Classifies errors by the SQLSTATE of ODBC, in a property or in the message, as of odbc, msnodesqlv8, ibm_db and snowflake-sdk. What it
 * does not know is `UNKNOWN`: compose it with `firstKnown(odbcClassifier, defaultClassifier)`.
 */
export const odbcClassifier: Classifier = (error) => judgeAs(meaning, error);
