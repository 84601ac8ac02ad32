/* SQLite: two connections on one file, and a policy that waits for the other one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { constant, type ErrorClass, Policy } from "redress";
import { sqliteClassifier } from "redress/extras";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";

let folder: string;
let file: string;
let ours: Database;
let theirs: Database;

const open = (options: { readonly?: boolean } = {}): Database => new Database(file, { timeout: 0, ...options });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "redress-sqlite-"));
  file = join(folder, "db");
  ours = open();
  ours.exec(
    "PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE NOT NULL); INSERT INTO t VALUES (1, 'a')",
  );
  theirs = open();
});

afterEach(() => {
  ours.close();
  theirs.close();
  rmSync(folder, { recursive: true, force: true });
});

function failure(call: () => unknown): ErrorClass {
  try {
    call();
  } catch (error) {
    return classOf(sqliteClassifier, error);
  }
  throw new Error("It did not fail.");
}

const policy = (): Policy => new Policy({ retry: { classifier: sqliteClassifier, strategy: constant(1), maxAttempts: 10 } });

test("a file that another connection writes to is CONCURRENCY, and a policy gets its turn", () => {
  theirs.exec("BEGIN IMMEDIATE");
  let attempts = 0;
  policy().callSync(() => {
    if (++attempts === 3) theirs.exec("COMMIT");
    ours.prepare("INSERT INTO t VALUES (2, 'b')").run();
  });
  expect(attempts).toBe(3);
  expect(ours.prepare("SELECT count(*) AS n FROM t").get()).toEqual({ n: 2 });
});

test("a snapshot that another connection has outdated is CONCURRENCY, and the transaction begins again", () => {
  let attempts = 0;
  policy().callSync(() => {
    ours.exec("BEGIN");
    try {
      ours.prepare("SELECT * FROM t").get();
      if (++attempts === 1) theirs.exec("UPDATE t SET v = 'theirs' WHERE id = 1");
      ours.exec("UPDATE t SET v = v || ' and ours' WHERE id = 1; COMMIT");
    } catch (error) {
      ours.exec("ROLLBACK");
      throw error;
    }
  });
  expect(attempts).toBe(2);
  expect(ours.prepare("SELECT v FROM t").get()).toEqual({ v: "theirs and ours" });
});

describe("what stops at once", () => {
  test.each<[string, () => unknown, ErrorClass]>([
    ["a key that is there already", () => ours.exec("INSERT INTO t VALUES (1, 'z')"), "PERMANENT"],
    ["a unique value", () => ours.exec("INSERT INTO t VALUES (2, 'a')"), "PERMANENT"],
    ["a value that is missing", () => ours.exec("INSERT INTO t VALUES (2, NULL)"), "PERMANENT"],
    ["syntax", () => ours.exec("SELEC 1"), "PERMANENT"],
    ["a table that is not there", () => ours.exec("SELECT * FROM nowhere"), "PERMANENT"],
    [
      "a connection that was opened for reading",
      () => open({ readonly: true }).exec("INSERT INTO t VALUES (2, 'b')"),
      "PERMANENT",
    ],
    ["a folder that is not there", () => new Database(join(folder, "no", "db")), "PERMANENT"],
    ["a folder", () => new Database(folder), "PERMANENT"],
    [
      "a file of another kind",
      () => {
        const other = join(folder, "other");
        writeFileSync(other, "this is a text, and not a database at all ".repeat(40));
        new Database(other).exec("SELECT * FROM t");
      },
      "PERMANENT",
    ],
    [
      "a connection that was closed",
      () => {
        const closed = open();
        closed.close();
        closed.exec("SELECT 1");
      },
      "PERMANENT",
    ],
  ])("%s", (_what, call, errorClass) => {
    expect(failure(call)).toBe(errorClass);
    let attempts = 0;
    expect(() =>
      policy().callSync(() => {
        attempts++;
        call();
      }),
    ).toThrow();
    expect(attempts).toBe(1);
  });
});

test("a file that another connection holds for itself is CONCURRENCY", () => {
  const shared = new Database(file, { timeout: 0 });
  shared.exec("BEGIN EXCLUSIVE");
  expect(failure(() => ours.exec("DROP TABLE t"))).toBe("CONCURRENCY");
  shared.exec("ROLLBACK");
  shared.close();
});
