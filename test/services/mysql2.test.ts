/* Transactions through mysql2, against MariaDB: conflicts, killed sessions in every state, COMMITs whose answer is lost, transfers that add up. */
import callbacks from "mysql2";
import mysql, { type Pool, type PoolConnection, type RowDataPacket } from "mysql2/promise";
import { constant, fullJitter, isAttemptTimeoutError, outcomeOf, Policy, type PolicyOptions, unlimited } from "redress";
import { mayHaveCommitted, transaction } from "redress/mysql2";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { required, until } from "./broker-server.ts";
import { type BreakingProxy, breakingProxy } from "./sql-proxy.ts";

const PORT = 3306;
const accounts = `redress_accounts_${process.pid}`;
const transfers = `redress_transfers_${process.pid}`;

let admin: Pool;
let pool: Pool;

const address = { host: "127.0.0.1", user: "root", database: "test" };
const opened = (port = PORT, connectionLimit = 4): Pool => mysql.createPool({ ...address, port, connectionLimit });

const retrying = (options: PolicyOptions["retry"] = {}): Policy => new Policy({ retry: { strategy: constant(1), ...options } });

async function rowsOf(on: Pick<Pool, "query">, sql: string): Promise<RowDataPacket[]> {
  const [rows] = await on.query<RowDataPacket[]>(sql);
  return rows;
}
const sum = async (): Promise<number> => Number((await rowsOf(admin, `SELECT sum(balance) AS n FROM ${accounts}`))[0]?.["n"]);
const balanceOf = async (id: number): Promise<number> =>
  Number((await rowsOf(admin, `SELECT balance FROM ${accounts} WHERE id = ${id}`))[0]?.["balance"]);

const move = (connection: Pick<PoolConnection, "query">, from: number, to: number): Promise<unknown> =>
  connection.query(
    `UPDATE ${accounts} SET balance = balance + CASE id WHEN ${from} THEN -1 ELSE 1 END WHERE id IN (${from}, ${to})`,
  );

/** What a promise is rejected with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => Promise.reject(new Error("It was to fail.")),
    (error: unknown) => error,
  );

/** What mysql2 keeps of a pool. */
interface Kept {
  readonly pool: Record<"_allConnections" | "_freeConnections" | "_connectionQueue", { readonly length: number }>;
}
const kept = (of: Pool) => {
  const { _allConnections: all, _freeConnections: free, _connectionQueue: queue } = (of as unknown as Kept).pool;
  return { total: all.length, idle: free.length, waiting: queue.length };
};
const isWhole = (of: Pool): boolean => kept(of).waiting === 0 && kept(of).idle === kept(of).total;
const kill = (connection: PoolConnection): Promise<unknown> => admin.query(`KILL CONNECTION ${connection.threadId}`);

beforeAll(async () => {
  await required("MariaDB", PORT);
  admin = opened();
  await admin.query(`CREATE TABLE ${accounts} (id int PRIMARY KEY, balance int NOT NULL) ENGINE=InnoDB`);
  await admin.query(`CREATE TABLE ${transfers} (id int) ENGINE=InnoDB`);
});

afterAll(async () => {
  await admin?.query(`DROP TABLE IF EXISTS ${accounts}, ${transfers}`);
  await admin?.end();
});

beforeEach(async () => {
  await admin.query(`TRUNCATE ${accounts}`);
  await admin.query(`TRUNCATE ${transfers}`);
  await admin.query(`INSERT INTO ${accounts} VALUES (1, 100), (2, 100), (3, 100), (4, 100)`);
  pool = opened();
});

afterEach(async () => {
  await until("the pool is whole", () => isWhole(pool));
  await pool.end();
});

test("what the function returns is returned, and what it did is committed", async () => {
  const rows = await transaction(pool, retrying(), async (connection) => {
    await move(connection, 1, 2);
    return rowsOf(connection, `SELECT balance FROM ${accounts} ORDER BY id`);
  });
  expect(rows.map(({ balance }) => balance)).toEqual([99, 101, 100, 100]);
  expect(await balanceOf(1)).toBe(99);
});

test("a pool that works by callbacks is taken as it is, and the function gets a connection of promises", async () => {
  const classic = callbacks.createPool({ ...address, port: PORT, connectionLimit: 2 });
  const rows = await transaction(classic, retrying(), async (connection) => {
    const [found] = await connection.query<RowDataPacket[]>("SELECT 1 AS n");
    return found;
  });
  expect(rows).toEqual([{ n: 1 }]);
  await classic.promise().end();
});

test("it has the isolation and the mode that it asks for, and the next one has its own", async () => {
  const level = async (options: Parameters<typeof transaction>[3]): Promise<unknown> =>
    transaction(
      pool,
      retrying(),
      async (connection) => {
        await connection.query(`SELECT balance FROM ${accounts}`);
        // The table is refreshed ten times a second.
        await new Promise((turn) => setTimeout(turn, 150));
        const rows = await rowsOf(
          connection,
          "SELECT trx_isolation_level AS level, trx_is_read_only AS read_only FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = connection_id()",
        );
        return [rows[0]?.["level"], Number(rows[0]?.["read_only"])];
      },
      options,
    );
  expect(await level({ isolation: "serializable" })).toEqual(["SERIALIZABLE", 0]);
  expect(await level({ isolation: "read committed", readOnly: true })).toEqual(["READ COMMITTED", 1]);
  expect(await level({ readOnly: false })).toEqual(["REPEATABLE READ", 0]);
  expect(kept(pool).total).toBe(1);
});

test("an error of the function rolls back, is thrown as it is, and is not retried", async () => {
  const poor = new Error("insufficient funds");
  let attempts = 0;
  const thrown = await failure(
    transaction(pool, retrying(), async (connection) => {
      attempts++;
      await move(connection, 1, 2);
      throw poor;
    }),
  );
  expect([thrown, attempts, await balanceOf(1)]).toEqual([poor, 1, 100]);
  expect(outcomeOf(thrown)?.refusal).toBe("the transaction's function threw an error of no known class");
  expect([mayHaveCommitted(thrown), kept(pool).total]).toEqual([false, 1]);
});

test("the victim of a deadlock begins again, and both are committed", async () => {
  let begun = 0;
  let attempts = 0;
  const swap = (first: number, second: number): Promise<unknown> =>
    transaction(pool, retrying(), async (connection, { attempt }) => {
      attempts++;
      await connection.query(`UPDATE ${accounts} SET balance = balance + 1 WHERE id = ${first}`);
      begun++;
      if (attempt === 1) await until("both have begun", () => begun >= 2);
      await connection.query(`UPDATE ${accounts} SET balance = balance - 1 WHERE id = ${second}`);
    });
  await Promise.all([swap(1, 2), swap(2, 1)]);
  expect([await sum(), attempts]).toEqual([400, 3]);
});

test("a lock that took too long rolls all of it back, and is repeated", async () => {
  const holder = await admin.getConnection();
  await holder.query("BEGIN");
  await holder.query(`UPDATE ${accounts} SET balance = balance WHERE id = 2`);
  let attempts = 0;
  await transaction(pool, retrying(), async (connection, { attempt }) => {
    attempts = attempt;
    if (attempt === 2) {
      await holder.query("ROLLBACK");
      holder.release();
    }
    await connection.query("SET innodb_lock_wait_timeout = 1");
    await move(connection, 1, 2);
  });
  expect([attempts, await balanceOf(1)]).toEqual([2, 99]);
});

test("a connection that the function releases goes to nobody else before the transaction has ended", async () => {
  const single = opened(PORT, 1);
  const ended: string[] = [];
  const first = transaction(single, retrying(), async (connection) => {
    await move(connection, 1, 2);
    connection.release();
  }).catch((error: unknown) => ended.push(String(error)));
  const second = single.query("SELECT 1").then(() => ended.push("somebody else"));
  await Promise.all([first, second]);
  await single.end();
  expect(ended[0]).toContain("The connection was released inside of the transaction's function");
  expect([ended[1], await balanceOf(1)]).toEqual(["somebody else", 100]);
});

describe("a session that is killed", () => {
  test("in the pool, before BEGIN, is replaced", async () => {
    const connection = await pool.getConnection();
    await kill(connection);
    connection.release();
    expect(await transaction(pool, retrying(), async () => "done")).toBe("done");
  });

  test("during a statement, begins again on another connection", async () => {
    let attempts = 0;
    await transaction(pool, retrying(), async (connection) => {
      await move(connection, 1, 2);
      if (++attempts === 1) await Promise.all([connection.query("SELECT SLEEP(10)"), kill(connection)]);
    });
    expect([attempts, await balanceOf(1), kept(pool).total]).toEqual([2, 99, 1]);
  });

  test("while the function does something else, ends no process, and begins again", async () => {
    let attempts = 0;
    await transaction(pool, retrying(), async (connection) => {
      await move(connection, 1, 2);
      if (++attempts > 1) return;
      await kill(connection);
      await until("the connection is gone", () => kept(pool).total === 0);
    });
    expect([attempts, await balanceOf(1)]).toEqual([2, 99]);
  });
});

describe("a connection that is lost while COMMIT is under way", () => {
  let proxy: BreakingProxy;
  beforeEach(async () => {
    proxy = await breakingProxy(PORT);
    await pool.end();
    pool = opened(proxy.port);
  });
  afterEach(() => proxy.close());

  const transfer = async (options: Parameters<typeof transaction>[3] = {}, policy = retrying()): Promise<number> => {
    let attempts = 0;
    await transaction(
      pool,
      policy,
      async (connection) => {
        attempts++;
        await connection.query(`INSERT INTO ${transfers} VALUES (1)`);
        await move(connection, 1, 2);
      },
      options,
    );
    return attempts;
  };

  test.each([
    ["before", 100],
    ["after", 99],
  ] as const)("%s the server has got it, is not repeated", async (when, balance) => {
    proxy.plan.push(when);
    const thrown = await failure(transfer());
    expect(outcomeOf(thrown)).toMatchObject({
      stopReason: "RETRY_REFUSED",
      refusal: "the transaction may have been committed",
      attempts: 1,
      lastClass: "TRANSIENT",
    });
    expect([mayHaveCommitted(thrown), await balanceOf(1)]).toEqual([true, balance]);
  });

  test("is repeated where twice is fine", async () => {
    proxy.plan.push("after", "before");
    expect([await transfer({ idempotent: true }), await balanceOf(1)]).toEqual([3, 98]);
  });

  test("or whose answer does not come in time, is not repeated", async () => {
    proxy.plan.push("never");
    const thrown = await failure(transfer({}, retrying({ attemptTimeoutMs: 300 })));
    expect([isAttemptTimeoutError(thrown), mayHaveCommitted(thrown), outcomeOf(thrown)?.refusal]).toEqual([
      true,
      true,
      "the transaction may have been committed",
    ]);
  });

  test("is told of where the call's own end has come first", async () => {
    proxy.plan.push("never");
    const thrown = await failure(transfer({ deadlineMs: 300 }));
    expect([outcomeOf(thrown)?.stopReason, mayHaveCommitted(thrown)]).toEqual(["DEADLINE_EXCEEDED", true]);
  });
});

test("an attempt that is cut short lets go of its locks, and waits for no others", async () => {
  const holder = await admin.getConnection();
  await holder.query("BEGIN");
  await holder.query(`UPDATE ${accounts} SET balance = balance WHERE id = 2`);
  const thrown = await failure(
    transaction(pool, retrying({ maxAttempts: 1, attemptTimeoutMs: 300 }), async (connection) => {
      await connection.query(`UPDATE ${accounts} SET balance = 0 WHERE id = 1`);
      await connection.query(`UPDATE ${accounts} SET balance = 0 WHERE id = 2`);
    }),
  );
  expect(isAttemptTimeoutError(thrown)).toBe(true);
  // While the other lock is still held, the first one is free: by itself it would not be for 50 s, the innodb_lock_wait_timeout.
  await admin.query(`UPDATE ${accounts} SET balance = 7 WHERE id = 1`);
  const waiting = "SELECT count(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
  expect(Number((await rowsOf(admin, `${waiting} AND trx_query LIKE '%${accounts}%'`))[0]?.["n"])).toBe(0);
  await holder.query("ROLLBACK");
  holder.release();
  expect([await balanceOf(1), await balanceOf(2), mayHaveCommitted(thrown)]).toEqual([7, 100, false]);
});

test("a function that returns after its attempt was cut short commits nothing", async () => {
  const controller = new AbortController();
  let late: Promise<unknown> | undefined;
  const fn = (connection: PoolConnection): Promise<unknown> => {
    late = (async () => {
      await move(connection, 1, 2);
      controller.abort(new Error("the caller left"));
      await new Promise((turn) => setTimeout(turn, 20));
      return failure(connection.query("SELECT 1"));
    })();
    return late;
  };
  const thrown = await failure(transaction(pool, retrying(), fn, { signal: controller.signal }));
  expect(String(thrown)).toBe("Error: the caller left");
  expect(String(await late)).toMatch(/closed state/);
  expect([await balanceOf(1), mayHaveCommitted(thrown)]).toEqual([100, false]);
});

test("a caller that leaves while it waits for a connection takes none away", async () => {
  const held = await Promise.all([1, 2, 3, 4].map(() => pool.getConnection()));
  const thrown = await failure(transaction(pool, retrying(), async () => "never", { signal: AbortSignal.timeout(50) }));
  expect(String(thrown)).toMatch(/TimeoutError/);
  for (const connection of held) connection.release();
  await until("the pool is whole", () => isWhole(pool));
  expect(kept(pool).total).toBe(4);
});

test.each(["serializable", "repeatable read"] as const)(
  "1,000 concurrent transfers at %s keep the sum, and none is applied twice",
  { timeout: 120_000 },
  async (isolation) => {
    await pool.end();
    pool = opened(PORT, 8);
    const policy = new Policy({
      retry: { strategy: fullJitter({ baseMs: 5, maxMs: 100 }), maxAttempts: 1_000, deadlineMs: 100_000 },
      budget: unlimited,
    });
    const done = await Promise.all(
      Array.from({ length: 1_000 }, (_, id) =>
        transaction(
          pool,
          policy,
          async (connection) => {
            const [from, to] = [(id % 4) + 1, ((id + 1 + (id % 3)) % 4) + 1];
            const rows = await rowsOf(connection, `SELECT id, balance FROM ${accounts} WHERE id IN (${from}, ${to})`);
            expect(rows).toHaveLength(2);
            await connection.query(`UPDATE ${accounts} SET balance = balance - 1 WHERE id = ${from}`);
            await connection.query(`UPDATE ${accounts} SET balance = balance + 1 WHERE id = ${to}`);
            await connection.query(`INSERT INTO ${transfers} VALUES (${id})`);
            return id;
          },
          { isolation },
        ),
      ),
    );
    const [row] = await rowsOf(admin, `SELECT count(*) AS n, count(DISTINCT id) AS ids FROM ${transfers}`);
    expect([done.length, await sum(), Number(row?.["n"]), Number(row?.["ids"])]).toEqual([1_000, 400, 1_000, 1_000]);
  },
);

test("10,000 transactions leave no listener on their connections", { timeout: 120_000 }, async () => {
  const cores = new Set<{ listenerCount(event: string): number }>();
  const note = ({ connection }: PoolConnection): unknown => cores.add(connection as never);
  const policy = retrying();
  const one = (): Promise<unknown> => transaction(pool, policy, note);
  await Promise.all([one(), one(), one(), one()]);
  const count = (): number[] => [...cores].map((core) => core.listenerCount("error") + core.listenerCount("end"));
  const before = count();
  const { signal } = new AbortController();
  for (let round = 0; round < 100; round++)
    await Promise.all(Array.from({ length: 100 }, () => transaction(pool, policy, () => null, { signal })));
  expect([cores.size, count()]).toEqual([kept(pool).total, before]);
});

test("what is no pool is refused, with what to do", async () => {
  const single = mysql.createConnection({ ...address, port: PORT });
  await expect(transaction((await single) as never, retrying(), () => 1)).rejects.toThrow(
    "transaction.pool must be a pool of mysql2",
  );
  await (await single).end();
});
