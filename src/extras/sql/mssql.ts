/*
 * SQL Server and Azure SQL, through tedious, mssql and what wraps them. What decides: the number of the error; then its severity, which
 * the drivers call `class`; then the code of the driver. A refused login keeps neither number nor severity, only the words.
 * Sources: Microsoft, "Database engine events and errors", "Database Engine error severities", "Troubleshoot transient connection
 * errors", "Resource governance errors"; Entity Framework, SqlServerTransientExceptionDetector; tedious src/connection.ts; mssql lib.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { classOfPattern, judgeAs, type Library, type Meaning, type Patterns, type Rule } from "../shared/index.ts";

/* Asked of `number:severity:code:message`. */
const MEANINGS: Patterns = {
  // Deadlocks (severity 13), lock timeouts, snapshots and in-memory tables that another transaction changed, scans that lost their place.
  CONCURRENCY: /^(12(05|22)|39(35|6\d)|413(0[125]|25)|41839|\d+:1[23]):/,
  RATE_LIMIT: /^(1092[89]|40501|499(18|19|20)):|:ELOGIN:(Res|Cannot p|.*busy)/,
  // Passing states of a server or a database: paused, starting, failing over, in recovery. Severity 20: the connection is lost.
  TRANSIENT:
    /^(20|64|121|233|615|92[126]|4221|6005|100(5[34]|60)|11001|17142|40(1\d\d|540|613)|4210[89]|\d+:20):|:(ECLO|EINST|.peration time|ELOGIN:.*( again| current|paus|progress|this time| wait|recover))/,
  // A database that cannot be opened: missing, denied, or not there yet. A read-only one: a failover or a bug.
  UNKNOWN: /^(4060|3906):|:ELOGIN:Cannot open [du]/,
  AUTH: /^(184\d\d|40(532|615)):|:(ELOG|EFED)/,
  // Severity 14, but for the keys that are there already.
  PERMISSION: /^(229|230|262|300|916|(?!26(01|27))\d+:14):/,
  SERVER_ERROR: /^(701|802|8645|\d+:(1[789]|2\d)):/,
  PERMANENT: /^\d+:1[1-6]|:E(CONNCL|CANCEL|NOCONN|NOT[OBP]|ALREADY|REQINP|ARGS|INJ|ENC|INVALIDS)/,
};

const mssqlRule: Rule = (link) => {
  const { code, message } = link;
  const number = /^E[RL]/.test(code) ? link.text("number") : "";
  return classOfPattern(MEANINGS, `${number}:${link.text("class")}:${code}:${message}`);
};

const meaning: Meaning = {
  rule: mssqlRule,
  wrappers: ["parent", "original", "driverError", "originalError"],
};

export const mssql: Library = {
  name: "mssql",
  looks: {
    fields: ["number"],
    codes: [
      "EREQUEST",
      "ELOGIN",
      "EFEDAUTH",
      "ETIMEOUT",
      "ESOCKET",
      "ECLOSE",
      "EINSTLOOKUP",
      "ECONNCLOSED",
      "ECANCEL",
      "ENOCONN",
      "ENOTOPEN",
      "ENOTBEGUN",
      "EALREADYCONNECTED",
      "EALREADYCONNECTING",
      "EALREADYBEGUN",
      "EREQINPROG",
      "EARGS",
      "EINJECT",
      "EENCRYPT",
      "EINVALIDSTATE",
    ],
  },
  meaning,
};

/**
 * Classifies errors of SQL Server and Azure SQL by number and severity, through mssql, tedious and what wraps them, and what these
 * drivers say themselves. What it does not know is `UNKNOWN`: compose it with `firstKnown(mssqlClassifier, defaultClassifier)`.
 */
export const mssqlClassifier: Classifier = (error) => judgeAs(meaning, error);
