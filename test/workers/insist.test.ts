/* Statements of a queue in PostgreSQL, which are done again while the database is away. */
import { expect, test } from "vitest";
import { insist } from "../../src/workers/postgres/index.ts";

test.each([
  ["a connection that is refused", Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }), 2],
  ["a server that shuts down", Object.assign(new Error("terminating connection"), { code: "57P01", severity: "FATAL" }), 2],
  ["a table that is none", Object.assign(new Error("no such table"), { code: "42P01", severity: "ERROR" }), 1],
])("%s", async (_what, error, calls) => {
  let called = 0;
  const statement = async (): Promise<string> => {
    if (++called === 1) throw error;
    return "rows";
  };
  await insist(statement, 10_000).catch(() => {});
  expect(called).toBe(calls);
});
