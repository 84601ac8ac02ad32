import { PGlite } from "@electric-sql/pglite";

const database = new PGlite();
await database.exec("CREATE TABLE events (id int PRIMARY KEY, n int NOT NULL)");

export default {
  library: "pglite",
  packages: ["@electric-sql/pglite"],
  cases: [
    {
      id: "closed",
      provoked: "query after close, in-process",
      how: "provoked",
      expected: "PERMANENT",
      because: "this database was closed and takes no more queries",
      run: async () => {
        const one = new PGlite();
        await one.waitReady;
        await one.close();
        await one.query("SELECT 1");
      },
    },
    {
      id: "unique",
      provoked: "a second insert of the same key, in-process",
      how: "provoked",
      expected: "PERMANENT",
      because: "a row with this key is there already",
      run: async () => {
        await database.query("INSERT INTO events VALUES (1, 1)");
        await database.query("INSERT INTO events VALUES ($1, $2)", [1, 1]);
      },
    },
    {
      id: "serialization",
      provoked: "a function that raises SQLSTATE 40001, in-process",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the transaction is to be run again",
      run: () =>
        database.exec(
          "DO $$ BEGIN RAISE EXCEPTION 'could not serialize access due to concurrent update' USING ERRCODE = '40001'; END $$",
        ),
    },
    {
      id: "transaction.aborted",
      provoked: "a query in a transaction that has failed before, in-process",
      how: "provoked",
      expected: "PERMANENT",
      because: "this transaction has failed and takes no more statements",
      run: () =>
        database.transaction(async (transaction) => {
          await transaction.query("SELECT 1/0").catch(() => {});
          await transaction.query("SELECT 1");
        }),
    },
    {
      id: "transaction.closed",
      provoked: "a query of a transaction that was rolled back, in-process",
      how: "provoked",
      expected: "PERMANENT",
      because: "this transaction has ended",
      run: () =>
        database.transaction(async (transaction) => {
          await transaction.rollback();
          await transaction.query("SELECT 1");
        }),
    },
    {
      id: "parameter",
      provoked: "a parameter that is no number, in-process",
      how: "provoked",
      expected: "PERMANENT",
      because: "the parameter is not valid",
      run: () => database.query("SELECT $1::int", ["x"]),
    },
  ],
};
