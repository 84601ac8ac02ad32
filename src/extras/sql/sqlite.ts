/*
 * SQLite, inside the process or behind libSQL and D1. What decides: the primary result code, as a name or as the low byte of a number;
 * then, where a driver gives none, its words.
 * Sources: SQLite, "Result and Error Codes"; Node.js, node:sqlite; better-sqlite3 src/; libSQL client, LibsqlError; Cloudflare, "Debug D1".
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { classOfPattern, judgeAs, type Library, type Meaning, type Patterns, type Rule } from "../shared/index.ts";
import { ORM_AND_PRISMA_WRAPPERS } from "./orms.ts";

/* Asked of `name or number:message`, the name and the number being those of the primary result code. */
const MEANINGS: Patterns = {
  // BUSY and LOCKED; PROTOCOL, a race for the write-ahead log; SCHEMA, changed by another connection meanwhile.
  CONCURRENCY: /^([56]|1[57]|BUSY|LOCKED|PROTOCOL|SCHEMA):|database (table )?is locked/,
  // A file, and the authorizer.
  PERMISSION: /^(2?3|PERM|AUTH):/,
  RATE_LIMIT: /D1 DB is overl/,
  TRANSIENT: /^(9|INTERRUPT):|D1.*(code was upd|transient|timeout|disconn)|Network connection lost|HRANA_(WEB|CLOSED)/,
  // The disk, the memory, a bug of SQLite.
  SERVER_ERROR: /^([27]|1[03]|INTERNAL|NOMEM|IOERR|FULL):|D1 DB storage caused/,
  PERMANENT:
    /^([18]|1\d|2[0-6]|ERROR|READONLY|CORRUPT|NOTFOUND|CANTOPEN|TOOBIG|CONSTRAINT|MIS[A-Z]+|NOLFS|FORMAT|RANGE|NOTADB):|:(The |This )?database (connection )?is (not open|busy)|:Cannot open database|D1_(TYPE|COL)/,
};

const NAME = /(?<!ERR_)SQLITE_([A-Z]+)/;

const sqliteRule: Rule = (link) => {
  const { name, code, message } = link;
  // node:sqlite, SQLite's own WebAssembly, Prisma's adapters.
  const number = link.read("errcode") ?? link.read("resultCode") ?? link.read("extendedCode");
  const ours = /sqlite/i.test(`${name}${code}${link.text("kind")}`);
  const result = ours && typeof number === "number" ? number & 255 : (NAME.exec(code) ?? NAME.exec(message))?.[1];
  return classOfPattern(MEANINGS, `${result ?? ""}:${message}`);
};

const meaning: Meaning = {
  rule: sqliteRule,
  wrappers: ORM_AND_PRISMA_WRAPPERS,
};

export const sqlite: Library = {
  name: "sqlite",
  looks: {
    fields: ["errcode", "extendedCode", "kind", "resultCode"],
    // SequelizeTimeoutError is what Sequelize makes of a locked file.
    names: ["SequelizeTimeoutError", /^(Driver|Libsql|Sqlite|SQLite)/],
    codes: [/SQLITE|HRANA/],
    beginnings: ["Network connection lost"],
    words: ["SQLITE_", "atabase", "D1", "HRANA"],
  },
  meaning,
};

/**
 * Classifies errors of SQLite by primary result code, through better-sqlite3, sqlite3, node:sqlite, bun:sqlite, libSQL, D1 and what wraps
 * them. What it does not know is `UNKNOWN`: compose it with `firstKnown(sqliteClassifier, defaultClassifier)`.
 */
export const sqliteClassifier: Classifier = (error) => judgeAs(meaning, error);
