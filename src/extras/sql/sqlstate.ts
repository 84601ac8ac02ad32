/*
 * PostgreSQL, and what speaks its protocol, through any driver and whatever wraps it. What decides: the SQLSTATE, or the code that
 * Prisma has instead, wherever it stands; then the name or the words of a driver or an ORM that gives no code.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import {
  type Beginnings,
  type Codes,
  classifierOfLibrary,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Meaning,
  type Verdict,
} from "../shared/index.ts";
import { driversWords, ORM_AND_PRISMA_WRAPPERS } from "./orms.ts";
import { isState, kindOfState } from "./states.ts";

/* Source: Prisma, "Error message reference". */
export const PRISMA_CODES: Codes = {
  AUTH: [
    "P1000", // authentication failed
  ],
  PERMISSION: [
    "P1010", // the user was denied access
  ],
  CONCURRENCY: [
    "P2034", // a write conflict or a deadlock
  ],
  TRANSIENT: [
    "P1001", // the server cannot be reached
    "P1017", // the server has closed the connection
    "P2028", // transaction API error, but for a transaction that was committed
    "P2037", // too many database connections
  ],
  TIMEOUT: [
    "P1002", // the server was reached but timed out
    "P1008", // the operation timed out
    "P2024", // no connection of the pool was free in time
  ],
};

/* P1 is about connections, P2 about queries, P3 about migrations, P4 about introspection. P0 is PostgreSQL's. */
export const PRISMA_CLASSES: Codes = { PERMANENT: ["P1", "P2", "P3", "P4"] };

/*
 * These only say that something failed elsewhere: a raw query, an external connector, and what the database said of a query of a model where Prisma has
 * no code of its own for it, a killed session or a lock timeout, too. Source of P2039: Prisma, client-engine-runtime/src/user-facing-error.ts.
 */
export const PRISMA_WRAPS: readonly string[] = ["P2010", "P2036", "P2039"];

/* Sources: Sequelize src/errors; Knex lib/util/timeout.js; TypeORM src/error; MikroORM OptimisticLockError; Prisma's client. */
export const ORM_NAMES: Codes = {
  CONCURRENCY: ["SequelizeOptimisticLockError", "OptimisticLockVersionMismatchError", "OptimisticLockError"],
  TIMEOUT: ["SequelizeTimeoutError", "SequelizeConnectionAcquireTimeoutError", "KnexTimeoutError"],
  PERMANENT: ["SequelizeValidationError", "PrismaClientValidationError"],
};

/* Source: postgres.js src/types.js and src/connection.js. */
export const POSTGRES_JS_CODES: Codes = {
  AUTH: ["SASL_SIGNATURE_MISMATCH"],
  PERMANENT: ["NOT_TAGGED_CALL", "UNDEFINED_VALUE", "MAX_PARAMETERS_EXCEEDED"],
};

/* Sources: node-postgres lib/client.js, lib/connection.js and lib/crypto/sasl.js; pg-pool index.js; postgres.js src/errors.js ("write ..."). */
export const WORDS: Beginnings = {
  TIMEOUT: [
    "Connection terminated due to connection timeout",
    "timeout expired",
    "timeout exceeded when trying to connect",
    "Query read timeout",
    "write CONNECT_TIMEOUT",
  ],
  TRANSIENT: [
    "Connection terminated",
    "Client has encountered a connection error",
    // Of another client, the code alone would be no proof.
    "write CONNECTION_CLOSED",
    "write CONNECTION_DESTROYED",
  ],
  PERMANENT: [
    "write CONNECTION_ENDED",
    "Client was closed and is not queryable",
    "Cannot use a pool after calling end on the pool",
    "The server does not support SSL connections",
  ],
  AUTH: ["SASL: "],
};

/* A conflict that is called an internal error. Sources: Redshift, error 1023; YugabyteDB, "Transaction errors"; PostgreSQL, "tuple concurrently updated". */
const CONFLICT = /\b(1023|concurrent|concurrently|conflict|conflicts)\b/;

/* A statement that the server canceled, for a person or because it took too long. Sources: PostgreSQL, statement_timeout; CockroachDB. */
const QUERY_CANCELED = "57014";
const CANCELED_BY_TIME = /due to (statement|transaction) timeout/;

/* How an engine of Prisma quotes an error that it has no code for: `code: "40001"`, `code: SqlState(E40001)`. */
const QUOTED = /\bcode: (?:"|SqlState\(E)([\dA-Z]{5})\b/;

function sqlstateRule(link: Link): Verdict {
  const state = stateOf(link);
  if (state === undefined)
    return (
      kindOfCode(ORM_NAMES, link.name) ??
      kindOfCode(POSTGRES_JS_CODES, link.code) ??
      kindOfBeginning(WORDS, driversWords(link.message))
    );
  if (state.startsWith("XX") && CONFLICT.test(link.message)) return "CONCURRENCY";
  if (state === QUERY_CANCELED && CANCELED_BY_TIME.test(link.message)) return "TIMEOUT";
  return kindOfState(state) ?? kindOfPrismas(state, link.message);
}

function kindOfPrismas(code: string, message: string): Verdict {
  if (PRISMA_WRAPS.includes(code)) return undefined;
  if (code === "P2028" && message.includes("committed")) return "PERMANENT";
  return kindOfCode(PRISMA_CODES, code) ?? kindOfCode(PRISMA_CLASSES, code.slice(0, 2));
}

/**
 * What any of these fields holds. Prisma's errors of initialization have an `errorCode`, its adapters keep an `originalCode`; Bun has a code
 * of its own, and the server's as `errno`.
 */
function stateOf(link: Link): string | undefined {
  const given = [link.read("code"), link.read("errorCode"), link.read("originalCode"), link.read("errno")].find(isState);
  return given ?? QUOTED.exec(link.message)?.[1];
}

const meaning: Meaning = {
  rule: sqlstateRule,
  wrappers: ORM_AND_PRISMA_WRAPPERS,
};

export const sqlstate: Library = {
  name: "sqlstate",
  looks: {
    // The server's; Prisma's; those of Prisma's adapters.
    fields: ["severity", "severity_local", "clientVersion", "meta", "originalCode"],
    names: [ORM_NAMES, "PostgresError", "QueryFailedError", "DriverAdapterError", "PrismaClientInitializationError"],
    // Every SQLSTATE, and every code of Prisma.
    codes: [POSTGRES_JS_CODES, /^[\dA-Z]{5}$/],
    beginnings: [WORDS],
    words: [" code: "],
  },
  meaning,
};

/**
 * Classifies errors of PostgreSQL and its relatives by SQLSTATE, through pg, postgres.js, PGlite, Drizzle, Knex, TypeORM, Sequelize and
 * Prisma, and what these say themselves. What it does not know is `UNKNOWN`: compose it with
 * `firstKnown(sqlstateClassifier, defaultClassifier)`.
 */
export const sqlstateClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("sqlstateClassifier", meaning);
