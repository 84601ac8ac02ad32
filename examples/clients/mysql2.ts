/* Two transfers that meet: one becomes the victim of a deadlock, and is repeated. Needs MySQL or MariaDB on 127.0.0.1:3306. */
import mysql, { type RowDataPacket } from "mysql2/promise";
import { Policy } from "redress";
import { transaction } from "redress/mysql2";

const pool = mysql.createPool({ host: "127.0.0.1", user: "root", database: "test" });

const accounts = `example_accounts_${process.pid}`;
await pool.query(`CREATE TABLE ${accounts} (name varchar(20) PRIMARY KEY, balance int NOT NULL) ENGINE=InnoDB`);
await pool.query(`INSERT INTO ${accounts} VALUES ('alice', 100), ('bob', 100)`);

const policy = new Policy({ operation: "transfer", retry: { deadlineMs: 10_000 } });

let repeated = 0;
let bothHaveBegun = (): void => {};
const begunBoth = new Promise<void>((resolve) => {
  bothHaveBegun = resolve;
});
let begun = 0;

const transfer = (from: string, to: string, amount: number): Promise<void> =>
  transaction(pool, policy, async (connection, { attempt }) => {
    if (attempt > 1) repeated++;
    await connection.query(`UPDATE ${accounts} SET balance = balance - ? WHERE name = ?`, [amount, from]);
    if (++begun === 2) bothHaveBegun();
    await begunBoth;
    await connection.query(`UPDATE ${accounts} SET balance = balance + ? WHERE name = ?`, [amount, to]);
    if (amount > 500) throw new Error("That is too much for one transfer.");
  });

await Promise.all([transfer("alice", "bob", 10), transfer("bob", "alice", 30)]);
console.log("transactions that were repeated:", repeated);

// What the function throws rolls back, and comes out as it is.
await transfer("bob", "alice", 1_000).catch((error: Error) => console.log(error.message));

const [rows] = await pool.query<RowDataPacket[]>(`SELECT name, balance FROM ${accounts} ORDER BY name`);
for (const { name, balance } of rows) console.log(name, balance);

await pool.query(`DROP TABLE ${accounts}`);
await pool.end();

/* Prints:
transactions that were repeated: 1
That is too much for one transfer.
alice 120
bob 80
*/
