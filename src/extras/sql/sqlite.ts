/*
 * SQLite, inside the process or behind libSQL and D1. What decides: the primary result code, as a name or as the low byte of a number;
 * then, where a driver gives none, its words.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import {
  type Beginnings,
  type Codes,
  classifierOfLibrary,
  kindOfBeginning,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";
import { ORM_AND_PRISMA_WRAPPERS } from "./orms.ts";

/* The primary result codes after SQLITE_, each in the place of its number. Source: SQLite, "Result and Error Codes". */
export const NAMES: readonly string[] = [
  "OK", // 0
  "ERROR", // 1
  "INTERNAL", // 2
  "PERM", // 3
  "ABORT", // 4
  "BUSY", // 5
  "LOCKED", // 6
  "NOMEM", // 7
  "READONLY", // 8
  "INTERRUPT", // 9
  "IOERR", // 10
  "CORRUPT", // 11
  "NOTFOUND", // 12
  "FULL", // 13
  "CANTOPEN", // 14
  "PROTOCOL", // 15
  "EMPTY", // 16
  "SCHEMA", // 17
  "TOOBIG", // 18
  "CONSTRAINT", // 19
  "MISMATCH", // 20
  "MISUSE", // 21
  "NOLFS", // 22
  "AUTH", // 23
  "FORMAT", // 24
  "RANGE", // 25
  "NOTADB", // 26
];

/* What they mean. ABORT says nothing: a callback, or a rollback on the same connection. */
export const SQLITE_RESULTS: Codes = {
  // Another connection writes, races for the write-ahead log, or has changed the schema meanwhile.
  CONCURRENCY: ["BUSY", "LOCKED", "PROTOCOL", "SCHEMA"],
  // A file, and the authorizer.
  PERMISSION: ["PERM", "AUTH"],
  TRANSIENT: ["INTERRUPT"],
  // The disk, the memory, a bug of SQLite.
  SERVER_ERROR: ["IOERR", "NOMEM", "FULL", "INTERNAL"],
  PERMANENT: [
    "ERROR",
    "READONLY",
    "CORRUPT",
    "NOTFOUND",
    "CANTOPEN",
    "TOOBIG",
    "CONSTRAINT",
    "MISMATCH",
    "MISUSE",
    "NOLFS",
    "FORMAT",
    "RANGE",
    "NOTADB",
  ],
};

/* The name of a primary result code in a code or a message; an extended one follows it. ERR_SQLITE_ERROR is Node's and says nothing. */
const RESULT = /(?<!ERR_)SQLITE_([A-Z]+)/;

/* What the drivers say of a connection that the program uses wrongly. Sources: better-sqlite3 src/ and lib/; Node.js, node:sqlite. */
export const WORDS: Beginnings = {
  PERMANENT: [
    "The database connection is not open",
    "This database connection is busy",
    "database is not open",
    "Cannot open database",
  ],
};

/* Words that stand behind D1_ERROR, a code of libSQL or a number. Sources: SQLite's own; Cloudflare, "Debug D1"; libSQL's client, hrana. */
export const REMOTE_WORDS: Patterns = {
  TIMEOUT: /D1 DB storage operation exceeded timeout/,
  CONCURRENCY: /database is locked|database table is locked/,
  RATE_LIMIT: /D1 DB is overloaded/,
  TRANSIENT:
    /Network connection lost|D1 DB reset because its code was updated|Cannot resolve D1 DB due to transient issue|D1_ERROR: Replica disconnected|D1_ERROR: .* client disconnected|HRANA_WEBSOCKET_ERROR|HRANA_CLOSED_ERROR/,
  SERVER_ERROR: /D1 DB storage caused object to be reset|D1 DB's isolate exceeded its memory limit/,
  PERMANENT: /D1_TYPE_ERROR|D1_COLUMN_NOTFOUND|D1 DB exceeded its CPU time limit/,
};

function sqliteRule(link: Link): Verdict {
  const { code, message } = link;
  const number = numberOf(link);
  const result = typeof number === "number" ? NAMES[number & 255] : (RESULT.exec(code) ?? RESULT.exec(message))?.[1];
  return kindOfCode(SQLITE_RESULTS, result ?? "") ?? kindOfBeginning(WORDS, message) ?? kindOfPattern(REMOTE_WORDS, message);
}

/** A result code in a number, where the error is certainly SQLite's: node:sqlite's, the WebAssembly build's, that of Prisma's adapters. */
function numberOf(link: Link): unknown {
  if (link.code === "ERR_SQLITE_ERROR") return link.read("errcode");
  if (link.name === "SQLite3Error") return link.read("resultCode");
  return link.text("kind") === "sqlite" ? link.read("extendedCode") : undefined;
}

const meaning: Meaning = {
  rule: sqliteRule,
  wrappers: ORM_AND_PRISMA_WRAPPERS,
};

export const sqlite: Library = {
  name: "sqlite",
  looks: {
    fields: ["errcode", "extendedCode", "kind", "resultCode"],
    // SequelizeTimeoutError is what Sequelize makes of a locked file.
    names: ["SequelizeTimeoutError", "SqliteError", "SQLiteError", "SQLite3Error", "LibsqlError", "DriverAdapterError"],
    // Every result code, extended or not.
    codes: [/^SQLITE_/],
    beginnings: [WORDS],
    words: ["SQLITE_", "database is locked", "database table is locked", "D1", "Network connection lost", "HRANA_"],
  },
  meaning,
};

/**
 * Classifies errors of SQLite by primary result code, through better-sqlite3, sqlite3, node:sqlite, bun:sqlite, libSQL, D1 and what wraps
 * them. What it does not know is `UNKNOWN`: compose it with `firstKnown(sqliteClassifier, defaultClassifier)`.
 */
export const sqliteClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("sqliteClassifier", meaning);
