/*
 * PGlite, the PostgreSQL in the process: its errors of the database have SQLSTATEs, which sqlstate.ts knows. What it says itself is about a
 * database or a transaction that the program has closed, which nobody opens again.
 */
import { type Beginnings, kindOfBeginning, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Whole messages. Source: @electric-sql/pglite src/pglite.ts and src/base.ts. */
export const PGLITE_WORDS: Beginnings = {
  PERMANENT: [
    "PGlite is closed",
    "PGlite is closing",
    "Transaction is closed",
    "Invalid dataDir, must be a valid path",
    "Database already exists, cannot load from tarball",
    "Extension bundle not found: ",
  ],
};

function pgliteRule({ code, message }: Link): Verdict {
  return code === "" ? kindOfBeginning(PGLITE_WORDS, message) : undefined;
}

export const pglite: Library = {
  name: "pglite",
  looks: { beginnings: [PGLITE_WORDS] },
  meaning: { rule: pgliteRule },
};
