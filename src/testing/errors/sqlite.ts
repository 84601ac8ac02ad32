import { builder, type ErrorDetails, entryOf, type Shape } from "./builder.ts";

/** The number of each primary code of SQLite, and what it says. Source: sqlite.org/rescode.html. */
const SQLITE: Readonly<Record<string, readonly [number, string]>> = {
  SQLITE_ERROR: [1, "SQL logic error"],
  SQLITE_PERM: [3, "access permission denied"],
  SQLITE_ABORT: [4, "query aborted"],
  SQLITE_BUSY: [5, "database is locked"],
  SQLITE_LOCKED: [6, "database table is locked"],
  SQLITE_NOMEM: [7, "out of memory"],
  SQLITE_READONLY: [8, "attempt to write a readonly database"],
  SQLITE_INTERRUPT: [9, "interrupted"],
  SQLITE_IOERR: [10, "disk I/O error"],
  SQLITE_CORRUPT: [11, "database disk image is malformed"],
  SQLITE_FULL: [13, "database or disk is full"],
  SQLITE_CANTOPEN: [14, "unable to open database file"],
  SQLITE_PROTOCOL: [15, "locking protocol"],
  SQLITE_SCHEMA: [17, "database schema has changed"],
  SQLITE_TOOBIG: [18, "string or blob too big"],
  SQLITE_CONSTRAINT: [19, "constraint failed"],
  SQLITE_MISMATCH: [20, "datatype mismatch"],
  SQLITE_MISUSE: [21, "bad parameter or other API misuse"],
  SQLITE_AUTH: [23, "authorization denied"],
  SQLITE_NOTADB: [26, "file is not a database"],
};

/** The extended codes that people meet. */
const SQLITE_EXTENDED: Readonly<Record<string, number>> = {
  SQLITE_BUSY_RECOVERY: 261,
  SQLITE_BUSY_SNAPSHOT: 517,
  SQLITE_BUSY_TIMEOUT: 773,
  SQLITE_LOCKED_SHAREDCACHE: 262,
  SQLITE_CONSTRAINT_CHECK: 275,
  SQLITE_CONSTRAINT_FOREIGNKEY: 787,
  SQLITE_CONSTRAINT_NOTNULL: 1299,
  SQLITE_CONSTRAINT_PRIMARYKEY: 1555,
  SQLITE_CONSTRAINT_UNIQUE: 2067,
  SQLITE_READONLY_DBMOVED: 1032,
};

/** How the extended constraints read. */
const CONSTRAINTS: Readonly<Record<string, string>> = {
  SQLITE_CONSTRAINT_CHECK: "CHECK constraint failed: t",
  SQLITE_CONSTRAINT_FOREIGNKEY: "FOREIGN KEY constraint failed",
  SQLITE_CONSTRAINT_NOTNULL: "NOT NULL constraint failed: t.v",
  SQLITE_CONSTRAINT_PRIMARYKEY: "UNIQUE constraint failed: t.id",
  SQLITE_CONSTRAINT_UNIQUE: "UNIQUE constraint failed: t.v",
};

interface SqliteCode {
  readonly primary: string;
  readonly number: number;
  readonly says: string;
  readonly message: string;
}

function sqliteCode(code: string): SqliteCode | undefined {
  const primary = code.split("_").slice(0, 2).join("_");
  const known = entryOf(SQLITE, primary);
  if (known === undefined) return undefined;
  const [number, says] = known;
  const extended = code === primary ? number : entryOf(SQLITE_EXTENDED, code);
  return extended === undefined ? undefined : { primary, number: extended, says, message: CONSTRAINTS[code] ?? says };
}

const SQLITE_CODE = "a code of SQLite, such as SQLITE_BUSY or SQLITE_CONSTRAINT_UNIQUE";
const SQLITE_WORDS = [...Object.keys(SQLITE), ...Object.keys(SQLITE_EXTENDED)];

const sqliteBuilder = (
  name: string,
  shape: (code: string, known: SqliteCode) => Shape,
): ((code: string, details?: ErrorDetails) => Error) =>
  builder<string>({
    name,
    code: SQLITE_CODE,
    words: SQLITE_WORDS,
    shape: (code) => {
      const known = sqliteCode(code);
      return known && shape(code, known);
    },
  });

/** @param code a result code of SQLite, also an extended one, such as `SQLITE_BUSY_SNAPSHOT` */
export const betterSqlite3 = sqliteBuilder("betterSqlite3", (code, { message }) => ({
  classes: ["SqliteError"],
  name: "SqliteError",
  message,
  own: { code },
}));

/** `node:sqlite` tells the code as a number: `errcode`. */
export const nodeSqlite = sqliteBuilder("nodeSqlite", (_code, { number, message, says }) => ({
  message,
  own: { code: "ERR_SQLITE_ERROR", errcode: number, errstr: says },
}));

/** `sqlite3` writes the primary code in front of the message. */
export const sqlite3 = sqliteBuilder("sqlite3", (_code, { primary, message }) => ({
  message: `${primary}: ${message}`,
  own: { errno: SQLITE[primary]?.[0], code: primary },
}));
