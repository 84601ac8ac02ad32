import { outcomeOf, Policy } from "redress";
import { mayHaveCommitted, transaction } from "redress/mysql2";
import { VirtualClock } from "redress/testing";
import { beforeEach, expect, test } from "vitest";
import { type FakeClient, FakeDatabase, failing, failure, retrying } from "./sql-fakes.ts";

const deadlock = failing({ code: "ER_LOCK_DEADLOCK", errno: 1213, sqlState: "40001" });

let database: FakeDatabase;
let pool: { readonly getConnection: FakeDatabase["connect"] };
beforeEach(() => {
  database = new FakeDatabase();
  pool = { getConnection: database.connect };
});

const work = (connection: FakeClient): Promise<unknown> => connection.query("UPDATE");

test.each([
  [{}, "START TRANSACTION"],
  [{ readOnly: true }, "START TRANSACTION READ ONLY"],
  [{ readOnly: false }, "START TRANSACTION READ WRITE"],
  [{ isolation: "read uncommitted" }, "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED, START TRANSACTION"],
] as const)("a transaction with %j begins with %s", async (options, begin) => {
  await transaction(pool, retrying(), work, options);
  expect(database.story).toEqual([`${begin}, UPDATE, COMMIT, released`]);
});

test("a pool that works by callbacks is used by its promises", async () => {
  const callbacks = { getConnection(_callback: () => void): void {}, promise: () => pool };
  expect(await transaction(callbacks, retrying(), work)).toEqual({ command: "UPDATE" });
});

test.each([
  ["UPDATE", deadlock, "START TRANSACTION, UPDATE, ROLLBACK, released"],
  [
    "UPDATE",
    failing({ code: "ER_LOCK_WAIT_TIMEOUT", errno: 1205, sqlState: "HY000" }),
    "START TRANSACTION, UPDATE, ROLLBACK, released",
  ],
  ["COMMIT", deadlock, "START TRANSACTION, UPDATE, COMMIT, ROLLBACK, released"],
  ["COMMIT", failing({ errno: 3101, sqlState: "HY000" }), "START TRANSACTION, UPDATE, COMMIT, ROLLBACK, released"],
  ["START TRANSACTION", failing({ code: "PROTOCOL_CONNECTION_LOST", fatal: true }), "START TRANSACTION, destroyed"],
])("what the server has rolled back, or never begun, is repeated: %s, %o", async (statement, error, first) => {
  database.answers(statement, error);
  await transaction(pool, retrying(), work);
  expect(database.story).toEqual([first, "START TRANSACTION, UPDATE, COMMIT, released"]);
});

test.each([
  ["a lost connection", failing({ code: "PROTOCOL_CONNECTION_LOST", fatal: true })],
  ["an error that may have come after the engine has committed", failing({ errno: 1180, sqlState: "HY000" })],
])("%s at COMMIT is not repeated", async (_what, error) => {
  database.answers("COMMIT", error);
  const thrown = await failure(transaction(pool, retrying(), work));
  expect([outcomeOf(thrown)?.refusal, mayHaveCommitted(thrown)]).toEqual(["the transaction may have been committed", true]);
  expect(database.story).toEqual(["START TRANSACTION, UPDATE, COMMIT, destroyed"]);
});

test("the session of an attempt that is cut short is killed, where its port says that it is the same", async () => {
  const asked: string[] = [];
  const query = async (sql: string): Promise<unknown> => {
    asked.push(sql);
    return [sql.startsWith("SELECT") ? [{ id: 7 }] : {}, []];
  };
  const getConnection = async (): Promise<FakeClient> =>
    Object.assign(await database.connect(), { threadId: 7, connection: { stream: { localPort: 4242 } } });
  const clock = new VirtualClock();
  const policy = new Policy({ clock, retry: { attemptTimeoutMs: 50, maxAttempts: 1 } });
  database.answers("UPDATE", "silence");
  const querying = { getConnection, query };
  const thrown = failure(transaction(querying, policy, work));
  await clock.run();
  await thrown;
  expect(database.story).toEqual(["START TRANSACTION, UPDATE, destroyed"]);
  expect(asked).toEqual([
    "SELECT id FROM information_schema.processlist WHERE id = 7 AND host LIKE '%:4242'",
    "KILL CONNECTION 7",
  ]);
});

test.each<[string, unknown, string]>([
  ["no pool", {}, "transaction.pool must be a pool of mysql2, got an object with no keys."],
  [
    "a connection",
    { beginTransaction() {} },
    "transaction.pool must be a pool of mysql2, which has another connection when one breaks; a transaction inside of another one",
  ],
])("%s is refused, with what to do", async (_what, given, message) => {
  await expect(transaction(given as never, retrying(), () => 1)).rejects.toThrow(message);
});
