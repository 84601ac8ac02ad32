/* Two transfers that meet: one becomes the victim of a deadlock, and is repeated. Needs PostgreSQL on 127.0.0.1:5432. */
import { Pool } from "pg";
import { Policy } from "redress";
import { transaction } from "redress/pg";

const pool = new Pool({ host: "127.0.0.1", user: "postgres", database: "postgres", options: "-c deadlock_timeout=50ms" });
pool.on("error", (error) => console.log("a connection that nobody used is gone:", error.message));

const accounts = `example_accounts_${process.pid}`;
await pool.query(`CREATE TABLE ${accounts} (name text PRIMARY KEY, balance int NOT NULL CHECK (balance >= 0))`);
await pool.query(`INSERT INTO ${accounts} VALUES ('alice', 100), ('bob', 100)`);

const policy = new Policy({ operation: "transfer", retry: { deadlineMs: 10_000 } });

let repeated = 0;
let bothHaveBegun = (): void => {};
const begunBoth = new Promise<void>((resolve) => {
  bothHaveBegun = resolve;
});
let begun = 0;

const transfer = (from: string, to: string, amount: number): Promise<void> =>
  transaction(pool, policy, async (client, { attempt }) => {
    if (attempt > 1) repeated++;
    await client.query(`UPDATE ${accounts} SET balance = balance - $1 WHERE name = $2`, [amount, from]);
    if (++begun === 2) bothHaveBegun();
    await begunBoth;
    await client.query(`UPDATE ${accounts} SET balance = balance + $1 WHERE name = $2`, [amount, to]);
  });

await Promise.all([transfer("alice", "bob", 10), transfer("bob", "alice", 30)]);
console.log("transactions that were repeated:", repeated);

const { rows } = await pool.query(`SELECT name, balance FROM ${accounts} ORDER BY name`);
for (const { name, balance } of rows) console.log(name, balance);

// What the function throws rolls back, and comes out as it is.
await transfer("bob", "alice", 1_000).catch((error: Error) => console.log(error.message.replace(/example_\w+/g, "accounts")));

await pool.query(`DROP TABLE ${accounts}`);
await pool.end();

/* Prints:
transactions that were repeated: 1
alice 120
bob 80
new row for relation "accounts" violates check constraint "accounts"
*/
