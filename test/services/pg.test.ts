/* Transactions through pg, against PostgreSQL: conflicts, killed sessions in every state, COMMITs whose answer is lost, transfers that add up. */
import { Client, Pool, type PoolClient, type PoolConfig } from "pg";
import { constant, fullJitter, isAttemptTimeoutError, outcomeOf, Policy, type PolicyOptions, unlimited } from "redress";
import { mayHaveCommitted, transaction } from "redress/pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { required, until } from "./broker-server.ts";
import { type BreakingProxy, breakingProxy } from "./sql-proxy.ts";

const PORT = 5432;
const accounts = `redress_accounts_${process.pid}`;
const transfers = `redress_transfers_${process.pid}`;
const address = { host: "127.0.0.1", user: "postgres", database: "postgres" };

let admin: Pool;
let pool: Pool;
const poolErrors: unknown[] = [];

const opened = (port = PORT, max = 4, more: PoolConfig = {}): Pool =>
  new Pool({ ...address, port, max, ...more }).on("error", (error) => poolErrors.push(error));

const retrying = (options: PolicyOptions["retry"] = {}): Policy => new Policy({ retry: { strategy: constant(1), ...options } });

const sum = async (): Promise<number> => Number((await admin.query(`SELECT sum(balance) AS n FROM ${accounts}`)).rows[0]?.["n"]);
const balanceOf = async (id: number): Promise<number> =>
  Number((await admin.query(`SELECT balance FROM ${accounts} WHERE id = ${id}`)).rows[0]?.["balance"]);

const move = (client: Pick<PoolClient, "query">, from: number, to: number): Promise<unknown> =>
  client.query(`UPDATE ${accounts} SET balance = balance + CASE id WHEN ${from} THEN -1 ELSE 1 END WHERE id IN (${from}, ${to})`);

/** What a promise is rejected with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => Promise.reject(new Error("It was to fail.")),
    (error: unknown) => error,
  );

const isWhole = (of: Pool): boolean => of.waitingCount === 0 && of.idleCount === of.totalCount;
const terminate = (client: PoolClient): Promise<unknown> =>
  admin.query(`SELECT pg_terminate_backend(${(client as unknown as { processID: number }).processID})`);

beforeAll(async () => {
  await required("PostgreSQL", PORT);
  admin = opened();
  await admin.query(`CREATE TABLE ${accounts} (id int PRIMARY KEY, balance int NOT NULL)`);
  await admin.query(`CREATE TABLE ${transfers} (id int)`);
});

afterAll(async () => {
  await admin?.query(`DROP TABLE IF EXISTS ${accounts}, ${transfers}`);
  await admin?.end();
});

beforeEach(async () => {
  await admin.query(`TRUNCATE ${accounts}, ${transfers}`);
  await admin.query(`INSERT INTO ${accounts} SELECT n, 100 FROM generate_series(1, 4) AS n`);
  pool = opened();
});

afterEach(async () => {
  await until("the pool is whole", () => isWhole(pool));
  await pool.end();
  expect(poolErrors.splice(0)).toEqual([]);
});

test("what the function returns is returned, and what it did is committed", async () => {
  const rows = await transaction(pool, retrying(), async (client) => {
    await move(client, 1, 2);
    return (await client.query<{ balance: number }>(`SELECT balance FROM ${accounts} ORDER BY id`)).rows;
  });
  expect(rows.map(({ balance }) => balance)).toEqual([99, 101, 100, 100]);
  expect(await balanceOf(1)).toBe(99);
});

test("it has the isolation and the mode that it asks for", async () => {
  const shown = async (options: Parameters<typeof transaction>[3]): Promise<unknown> =>
    transaction(
      pool,
      retrying(),
      async (client) => {
        const level = await client.query("SHOW transaction_isolation");
        const mode = await client.query("SHOW transaction_read_only");
        return [level.rows[0].transaction_isolation, mode.rows[0].transaction_read_only];
      },
      options,
    );
  expect(await shown({})).toEqual(["read committed", "off"]);
  expect(await shown({ isolation: "serializable", readOnly: true })).toEqual(["serializable", "on"]);
  expect(await shown({ isolation: "repeatable read", readOnly: false })).toEqual(["repeatable read", "off"]);
});

test("an error of the function rolls back, is thrown as it is, and is not retried", async () => {
  const poor = new Error("insufficient funds");
  let attempts = 0;
  const thrown = await failure(
    transaction(pool, retrying(), async (client) => {
      attempts++;
      await move(client, 1, 2);
      throw poor;
    }),
  );
  expect([thrown, attempts, await balanceOf(1)]).toEqual([poor, 1, 100]);
  expect(outcomeOf(thrown)).toMatchObject({
    stopReason: "RETRY_REFUSED",
    refusal: "the transaction's function threw an error of no known class",
  });
  expect([mayHaveCommitted(thrown), pool.totalCount]).toEqual([false, 1]);
});

test("a statement that failed and was caught does not pass for a commit", async () => {
  const thrown = await failure(
    transaction(pool, retrying(), async (client) => {
      await move(client, 1, 2);
      await client.query("SELECT 1 / 0").catch(() => {});
    }),
  );
  expect(String(thrown)).toMatch(/rolled back instead of committed/);
  expect([await balanceOf(1), mayHaveCommitted(thrown)]).toEqual([100, false]);
});

test("a function that commits by itself is told, and is not repeated", async () => {
  let attempts = 0;
  const thrown = await failure(
    transaction(pool, retrying(), async (client) => {
      attempts++;
      await client.query("COMMIT");
    }),
  );
  expect(String(thrown)).toMatch(/ended inside of its function/);
  expect([attempts, mayHaveCommitted(thrown)]).toEqual([1, true]);
});

test("the victim of a deadlock begins again, and both are committed", async () => {
  let begun = 0;
  let attempts = 0;
  const swap = (first: number, second: number): Promise<unknown> =>
    transaction(pool, retrying(), async (client, { attempt }) => {
      attempts++;
      await client.query("SET LOCAL deadlock_timeout = '50ms'");
      await client.query(`UPDATE ${accounts} SET balance = balance + 1 WHERE id = ${first}`);
      begun++;
      if (attempt === 1) await until("both have begun", () => begun >= 2);
      await client.query(`UPDATE ${accounts} SET balance = balance - 1 WHERE id = ${second}`);
    });
  await Promise.all([swap(1, 2), swap(2, 1)]);
  expect([await sum(), attempts]).toEqual([400, 3]);
});

test("a serialization failure at COMMIT is repeated", async () => {
  const seen: number[] = [];
  let read = 0;
  const copy = (from: number, to: number): Promise<unknown> =>
    transaction(
      pool,
      retrying(),
      async (client, { attempt }) => {
        seen.push(attempt);
        const { rows } = await client.query(`SELECT balance FROM ${accounts} WHERE id = ${from}`);
        read++;
        if (attempt === 1) await until("both have read", () => read >= 2);
        await client.query(`UPDATE ${accounts} SET balance = ${rows[0].balance + 1} WHERE id = ${to}`);
      },
      { isolation: "serializable" },
    );
  await Promise.all([copy(1, 2), copy(2, 1)]);
  expect(seen.sort()).toEqual([1, 1, 2]);
  expect((await balanceOf(1)) + (await balanceOf(2)), "one after the other: 101 and 102").toBe(203);
});

describe("a session that is killed", () => {
  test("in the pool, before BEGIN, is replaced", async () => {
    const client = await pool.connect();
    const killed = terminate(client);
    client.on("error", () => {});
    await killed;
    client.release();
    expect(await transaction(pool, retrying(), async () => "done")).toBe("done");
    poolErrors.length = 0;
  });

  test("during a statement, begins again on another connection", async () => {
    let attempts = 0;
    await transaction(pool, retrying(), async (client) => {
      await move(client, 1, 2);
      if (++attempts > 1) return;
      await Promise.all([client.query("SELECT pg_sleep(10)"), terminate(client)]);
    });
    expect([attempts, await balanceOf(1), pool.totalCount]).toEqual([2, 99, 1]);
  });

  test("while the function does something else, ends no process, and begins again", async () => {
    let attempts = 0;
    await transaction(pool, retrying(), async (client) => {
      await move(client, 1, 2);
      if (++attempts > 1) return;
      const gone = new Promise((ended) => client.once("end", ended));
      await terminate(client);
      await gone;
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
      async (client) => {
        attempts++;
        await client.query(`INSERT INTO ${transfers} VALUES (1)`);
        await move(client, 1, 2);
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
    const thrown = await failure(transfer({ deadlineMs: 1_500 }));
    expect([outcomeOf(thrown)?.stopReason, mayHaveCommitted(thrown)]).toEqual(["DEADLINE_EXCEEDED", true]);
  });
});

test("an attempt that is cut short lets go of its locks, and of its place in the queue for others'", async () => {
  const holder = await admin.connect();
  await holder.query("BEGIN");
  await holder.query(`UPDATE ${accounts} SET balance = balance WHERE id = 2`);
  const thrown = await failure(
    transaction(
      pool,
      retrying({ maxAttempts: 1, attemptTimeoutMs: 300 }),
      async (client) => {
        await client.query(`UPDATE ${accounts} SET balance = 0 WHERE id = 1`);
        await client.query(`UPDATE ${accounts} SET balance = 0 WHERE id = 2`);
      },
      { operation: "cut" },
    ),
  );
  expect(isAttemptTimeoutError(thrown)).toBe(true);
  // While the other lock is still held, the first one is free.
  await admin.query(`SET lock_timeout = '5s'; UPDATE ${accounts} SET balance = 7 WHERE id = 1; RESET lock_timeout`);
  await until("nobody waits for a lock", async () => {
    const { rows } = await admin.query(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${accounts}%'`,
    );
    return Number(rows[0].n) === 0;
  });
  await holder.query("ROLLBACK");
  holder.release();
  expect([await balanceOf(1), await balanceOf(2), mayHaveCommitted(thrown)]).toEqual([7, 100, false]);
});

test("a function that returns after its attempt was cut short commits nothing", async () => {
  const controller = new AbortController();
  let late: Promise<unknown> | undefined;
  const thrown = await failure(
    transaction(
      pool,
      retrying(),
      (client) => {
        late = (async () => {
          await move(client, 1, 2);
          controller.abort(new Error("the caller left"));
          await new Promise((turn) => setTimeout(turn, 20));
          return failure(client.query("SELECT 1"));
        })();
        return late;
      },
      { signal: controller.signal },
    ),
  );
  expect(String(thrown)).toBe("Error: the caller left");
  expect(String(await late)).toMatch(/Client was closed/);
  expect([await balanceOf(1), mayHaveCommitted(thrown)]).toEqual([100, false]);
});

test("a caller that leaves while it waits for a connection takes none away", async () => {
  const held = await Promise.all([1, 2, 3, 4].map(() => pool.connect()));
  const thrown = await failure(transaction(pool, retrying(), async () => "never", { signal: AbortSignal.timeout(50) }));
  expect(String(thrown)).toMatch(/TimeoutError/);
  for (const client of held) client.release();
  await until("the pool is whole", () => isWhole(pool));
  expect(pool.totalCount).toBe(4);
});

test.each(["serializable", "repeatable read"] as const)(
  "1,000 concurrent transfers at %s keep the sum, and none is applied twice",
  { timeout: 120_000 },
  async (isolation) => {
    await pool.end();
    pool = opened(PORT, 8, { options: "-c deadlock_timeout=10ms" });
    const policy = new Policy({
      retry: { strategy: fullJitter({ baseMs: 5, maxMs: 100 }), maxAttempts: 1_000, deadlineMs: 100_000 },
      budget: unlimited,
    });
    const done = await Promise.all(
      Array.from({ length: 1_000 }, (_, id) =>
        transaction(
          pool,
          policy,
          async (client) => {
            const [from, to] = [(id % 4) + 1, ((id + 1 + (id % 3)) % 4) + 1];
            const { rows } = await client.query(`SELECT id, balance FROM ${accounts} WHERE id IN (${from}, ${to})`);
            const before = new Map(rows.map((row) => [row.id as number, row.balance as number]));
            await client.query(`UPDATE ${accounts} SET balance = ${(before.get(from) ?? 0) - 1} WHERE id = ${from}`);
            await client.query(`UPDATE ${accounts} SET balance = ${(before.get(to) ?? 0) + 1} WHERE id = ${to}`);
            await client.query(`INSERT INTO ${transfers} VALUES (${id})`);
            return id;
          },
          { isolation },
        ),
      ),
    );
    const { rows } = await admin.query(`SELECT count(*) AS n, count(DISTINCT id) AS ids FROM ${transfers}`);
    expect([done.length, await sum(), Number(rows[0].n), Number(rows[0].ids)]).toEqual([1_000, 400, 1_000, 1_000]);
  },
);

test("10,000 transactions leave no listener on their clients", { timeout: 120_000 }, async () => {
  const clients = new Set<PoolClient>();
  const count = (client: PoolClient): number => client.listenerCount("error") + client.listenerCount("end");
  const policy = retrying();
  const one = (): Promise<unknown> => transaction(pool, policy, (client) => clients.add(client));
  await Promise.all([one(), one(), one(), one()]);
  const before = [...clients].map(count);
  const { signal } = new AbortController();
  for (let round = 0; round < 100; round++)
    await Promise.all(Array.from({ length: 100 }, () => transaction(pool, policy, () => null, { signal })));
  expect([clients.size, [...clients].map(count)]).toEqual([pool.totalCount, before]);
});

test("what is no pool is refused, with what to do", async () => {
  const single = new Client({ ...address, port: PORT });
  await expect(transaction(single as never, retrying(), () => 1)).rejects.toThrow(
    "transaction.pool must be a Pool of pg; a single Client could not be replaced when it breaks, got an instance of Client.",
  );
  const client = await pool.connect();
  await expect(transaction(client as never, retrying(), () => 1)).rejects.toThrow(
    "transaction.pool must be a Pool of pg; a transaction inside of another one is a SAVEPOINT of its client, got an instance of Client.",
  );
  client.release();
});
