/*
 * PostgreSQL, and what speaks its protocol, through any driver and whatever wraps it. What decides: the SQLSTATE, or the code that
 * Prisma has instead, wherever it stands; then the words of a driver that gives no code.
 * Sources: PostgreSQL, appendix A, "Error codes"; ISO/IEC 9075-2, table of SQLSTATE classes; node-postgres lib/client.js and pg-pool
 * index.js; postgres.js src/errors.js; Prisma, "Error message reference"; Redshift, error 1023; YugabyteDB, "Transaction errors".
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { classOfPattern, judgeAs, type Library, type Meaning, type Patterns, type Rule } from "../shared/index.ts";
import { ORM_AND_PRISMA_WRAPPERS } from "./orms.ts";

/*
 * Asked of `state:name:message`, the state being five characters or nothing. The first two of an SQLSTATE are its class. Prisma's codes
 * are as long: a P, and another digit than 0 after it. The words of a driver follow the name, or the statement in a message of Knex.
 */
const MEANINGS: Patterns = {
  // Rolled back for another's sake: serialization, deadlocks, locks, objects in use, snapshots too old. Redshift (1023), YugabyteDB, and
  // PostgreSQL itself for its catalogs ("tuple concurrently updated"), call such a conflict an internal error.
  CONCURRENCY: /^(40(?!002)|55.0[36]|72|P2034|XX.*(1023|con(cu|fl))|:\w*OptimisticL)/s,
  AUTH: /^(28|P1000)|:SASL/,
  PERMISSION: /^(42501|P1010)/,
  // Read-only may be a failover or a bug; a prepared statement that is missing, or there already, a pooler between us and the server.
  UNKNOWN: /^(25006|26|42P05)/,
  // Connections, too many of them, shutdown and start, cancelled statements, timeouts. P2028 is a bug if the transaction was committed.
  TRANSIENT:
    /^(08|533|57|25P0[345]|P10(0[128]|17)|P20(24|28(?!.*commit)|37)|:(Knex|Seq\w*)Timeout)|(:|- )(write CONNECT(?!ION_E)|Connection te|Client has e|timeout ex|Query read)/s,
  // Memory, disks, limits of the server; files, foreign data wrappers, internal errors.
  SERVER_ERROR: /^(5[38]|F0|XX|HV)/,
  // P2010 and P2036 only say that something failed elsewhere.
  PERMANENT:
    /^(0[2-9A-Z]|10|[23][\dA-F]|4[0245]|5[45]|P(?!20(10|36))[0-4]|:(Pris|Seq)\w*Val)|(:|- )(write CONN|NOT_TAG|UNDEF|MAX_PAR|Client was c|Cannot use a p|The server does not su)/,
};

// How an engine of Prisma quotes an error that it has no code for: `code: "40001"`, `code: SqlState(E40001)`.
const QUOTED = / code: \D+(\w{5})/;

// In a string: a number of five digits is somebody else's.
const isState = (state: unknown): boolean => typeof state === "string" && /^[\dA-Z]{5}$/.test(state);

const sqlstateRule: Rule = (link) => {
  const { name, message } = link;
  const codes = [link.read("code"), link.read("errorCode"), link.read("originalCode"), QUOTED.exec(message)?.[1]];
  const state = codes.find(isState) ?? "";
  // A state says all, but for internal errors and Prisma's: looking through the words takes longer.
  return classOfPattern(MEANINGS, /^[^XP]/.test(state as string) ? `${state}` : `${state}:${name}:${message}`);
};

const meaning: Meaning = {
  rule: sqlstateRule,
  wrappers: ORM_AND_PRISMA_WRAPPERS,
};

export const sqlstate: Library = {
  name: "sqlstate",
  looks: {
    fields: ["clientVersion", "meta", "originalCode", "severity", "severity_local"],
    names: [/^(Pris|Sequelize(Valid|\w*Timeout|Optim)|Knex|Optimistic|Driver|Postgres|QueryF)/],
    codes: [/^([\dA-Z]{5}$|CONNECT|NOT_TAG|UNDEFINED_|MAX_PARAM|SASL)/],
    beginnings: [/^(Connection te|Client |[Tt]imeout ex|Query |Cannot use a p|The server does|Knex|write )/],
    words: [" code: ", "SASL"],
  },
  meaning,
};

/**
 * Classifies errors of PostgreSQL and its relatives by SQLSTATE, through pg, postgres.js, PGlite, Drizzle, Knex, TypeORM, Sequelize and
 * Prisma, and what these say themselves. What it does not know is `UNKNOWN`: compose it with
 * `firstKnown(sqlstateClassifier, defaultClassifier)`.
 */
export const sqlstateClassifier: Classifier = (error) => judgeAs(meaning, error);
