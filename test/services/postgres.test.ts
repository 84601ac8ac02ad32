/* PostgreSQL, the shared one and private ones, through drivers and what wraps them: the class of what they throw, and what a policy makes of it. */
import { unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Pool, type PoolClient } from "pg";
import { sqlstateClassifier } from "redress/extras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { required, until } from "./broker-server.ts";
import { type Address, type Client, numberOf, POSTGRES_CLIENTS } from "./sql-clients.ts";
import { deadlock, failure, heldRow, stopsAtOnce, updateConflict, watched } from "./sql-scenarios.ts";
import { type PrivatePostgres, privatePostgres, runPostgres } from "./sql-servers.ts";

const SHARED: Address = { port: 5432 };
const ROLE = `redress_low_${process.pid}`;
const classifier = sqlstateClassifier;

let admin: Pool;

beforeAll(async () => {
  await required("PostgreSQL", SHARED.port);
  admin = new Pool({ host: "127.0.0.1", port: SHARED.port, user: "postgres", database: "postgres", max: 2 });
  await admin.query(`CREATE ROLE ${ROLE} LOGIN`);
});

afterAll(async () => {
  await admin?.query(`DROP ROLE IF EXISTS ${ROLE}`);
  await admin?.end();
});

describe.each(Object.entries(POSTGRES_CLIENTS))("%s", (name, open) => {
  const table = `redress_${process.pid}_${name.replace(/\W/g, "").toLowerCase()}`;
  let client: Client;

  beforeAll(async () => {
    client = await open(SHARED);
    await client.query(`CREATE TABLE ${table} (id int PRIMARY KEY, v int CHECK (v < 1000))`);
    await client.query(`INSERT INTO ${table} VALUES (1, 0), (2, 0)`);
  });

  afterAll(async () => {
    await client?.end();
    await admin.query(`DROP TABLE IF EXISTS ${table}`);
  });

  test("the victim of a deadlock begins again, and both transactions are committed", async () => {
    await deadlock(client, classifier, table, "SET LOCAL deadlock_timeout = '50ms'");
  });

  test("a transaction that meets a concurrent update begins again, and no update is lost", async () => {
    await updateConflict(client, classifier, table);
  });

  test("two transactions that read what the other writes are serialized, one by beginning again", async () => {
    await client.query(`UPDATE ${table} SET v = 0`);
    const { policy, seen } = watched(classifier);
    const reads: Promise<void>[] = [];
    const copy = (from: number, to: number) =>
      policy.call(({ attempt }) =>
        client.transaction("SERIALIZABLE", async (query) => {
          const read = query(`SELECT v AS n FROM ${table} WHERE id = ${from}`).then(numberOf);
          if (attempt === 1) {
            reads.push(read.then(() => {}));
            await until("both have read", () => reads.length === 2);
            await Promise.all(reads);
          }
          await query(`UPDATE ${table} SET v = ${(await read) + 1} WHERE id = ${to}`);
        }),
      );
    await Promise.all([copy(1, 2), copy(2, 1)]);
    // The one that begins again may do so while the other still commits.
    expect(new Set(seen)).toEqual(new Set(["CONCURRENCY"]));
    expect(numberOf(await client.query(`SELECT sum(v) AS n FROM ${table}`)), "one after the other: 1 and 2").toBe(3);
  });

  test.each([
    ["a lock that was waited for too long", ["SET LOCAL lock_timeout = '30ms'", `UPDATE ${table} SET v = 7 WHERE id = 1`]],
    ["a lock that nobody was to wait for", [`SELECT v FROM ${table} WHERE id = 1 FOR UPDATE NOWAIT`]],
  ])("%s is CONCURRENCY, and there the next time", async (_what, statements) => {
    const seen = await heldRow(client, classifier, table, async (query) => {
      for (const statement of statements) await query(statement);
    });
    expect(new Set(seen)).toEqual(new Set(["CONCURRENCY"]));
  });

  test("a statement that took too long is TRANSIENT", async () => {
    const { policy, seen } = watched(classifier);
    await policy.call(({ attempt }) =>
      client.transaction("READ COMMITTED", async (query) => {
        await query("SET LOCAL statement_timeout = '50ms'");
        await query(attempt === 1 ? "SELECT pg_sleep(10)" : "SELECT 1");
      }),
    );
    expect(seen).toEqual(["TRANSIENT"]);
  });

  test("a backend that is killed in the middle of a query is TRANSIENT, until an attempt has another", async () => {
    const { policy, seen } = watched(classifier);
    const value = await policy.call(async ({ attempt }) => {
      if (attempt > 1) return numberOf(await client.query("SELECT 2 AS n"));
      const slow = client.query(`SELECT pg_sleep(10), 1 AS n /* ${table} */`);
      slow.catch(() => {});
      const ours = `query LIKE '%${table}%' AND wait_event = 'PgSleep'`;
      await until("it runs", async () => {
        const { rows } = await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours}`);
        return rows.length === 1;
      });
      return numberOf(await slow);
    });
    expect(value).toBe(2);
    // A pool may hand the dying connection out once more before its socket is closed.
    expect(new Set(seen)).toEqual(new Set(["TRANSIENT"]));
  });

  test.each([
    ["a key that is there already", `INSERT INTO ${table} VALUES (1, 1)`],
    ["a check", `UPDATE ${table} SET v = 5000`],
    ["syntax", "SELEC 1"],
    ["a table that is not there", "SELECT * FROM redress_nowhere"],
    ["a value of the wrong type", "SELECT 'x'::int"],
    ["a division by zero", "SELECT 1/0"],
  ])("%s is PERMANENT: one attempt", async (_what, statement) => {
    expect(await stopsAtOnce(classifier, () => client.query(statement))).toBe("PERMANENT");
  });

  test("a statement in a transaction that has failed is PERMANENT", async () => {
    const again = client.transaction("READ COMMITTED", async (query) => {
      await query("SELECT 1/0").catch(() => {});
      await query("SELECT 1");
    });
    expect(await failure(classifier, () => again)).toBe("PERMANENT");
  });

  test("a read-only transaction is UNKNOWN: nobody can say whether it is a failover or a bug", async () => {
    const write = () =>
      client.transaction("READ COMMITTED", async (query) => {
        await query("SET TRANSACTION READ ONLY");
        await query(`UPDATE ${table} SET v = 1`);
      });
    expect(await failure(classifier, write)).toBe("UNKNOWN");
  });

  test("a role without the privilege is PERMISSION: one attempt", async () => {
    const low = await open({ ...SHARED, user: ROLE });
    try {
      expect(await stopsAtOnce(classifier, () => low.query(`SELECT * FROM ${table}`))).toBe("PERMISSION");
    } finally {
      await low.end();
    }
  });

  test("a database that is not there is PERMANENT: one attempt", async () => {
    const connect = async () => {
      const nowhere = await open({ ...SHARED, database: "redress_nowhere" });
      await nowhere.query("SELECT 1").finally(() => nowhere.end());
    };
    expect(await stopsAtOnce(classifier, connect)).toBe("PERMANENT");
  });
});

describe.each(Object.entries(POSTGRES_CLIENTS).filter(([name]) => name === "pg" || name === "postgres.js"))(
  "%s, on a server of its own",
  (_name, open) => {
    let server: PrivatePostgres;
    const clients: Client[] = [];
    const connect = async (address: Partial<Address> = {}): Promise<Client> => {
      const client = await open({ port: server.port, ...address });
      clients.push(client);
      return client;
    };

    beforeAll(async () => {
      server = await privatePostgres({ max_connections: "6", superuser_reserved_connections: "0" });
      await server.start();
      const client = await connect();
      await until("the server is up", () =>
        client.query("SELECT 1").then(
          () => true,
          () => false,
        ),
      );
      await client.query("CREATE ROLE secretive LOGIN PASSWORD 'secret'");
    });

    afterAll(async () => {
      await Promise.allSettled(clients.map((client) => client.end()));
      await server?.remove();
    });

    test.each([
      ["wrong", { user: "secretive", password: "wrong" }],
      ["missing", { user: "secretive" }],
    ])("a password that is %s is AUTH: one attempt", async (_what, address) => {
      const client = await connect(address);
      expect(await stopsAtOnce(classifier, () => client.query("SELECT 1"))).toBe("AUTH");
      const known = await connect({ user: "secretive", password: "secret" });
      await known.query("SELECT 1");
      await known.end();
    });

    test("too many connections are TRANSIENT, and a free one is taken", async () => {
      const holders = new Pool({ host: "127.0.0.1", port: server.port, user: "postgres", database: "postgres", max: 6 });
      holders.on("error", () => {});
      const taken: PoolClient[] = [];
      try {
        for (;;) taken.push(await holders.connect());
      } catch {
        // The server is full.
      }
      const client = await connect({ database: "template1" });
      const { policy, seen } = watched(classifier);
      await policy.call(({ attempt }) => {
        if (attempt === 3) for (const held of taken) held.release(true);
        return client.query("SELECT 1");
      });
      await holders.end();
      expect(seen.length).toBeGreaterThanOrEqual(2);
      expect(new Set(seen)).toEqual(new Set(["TRANSIENT"]));
      await client.end();
    });

    test.each(["SIGINT", "SIGQUIT"] as const)(
      "a restart (%s) in the middle of a query is TRANSIENT, and the call outlives it",
      async (signal) => {
        const client = await connect();
        const { policy, seen } = watched(classifier);
        let restarted: Promise<void> | undefined;
        const value = await policy.call(async ({ attempt }) => {
          const answer = client.query(attempt === 1 ? "SELECT pg_sleep(10), 1 AS n" : "SELECT 2 AS n");
          if (attempt === 1) {
            answer.catch(() => {});
            await until("it runs", async () => {
              const watcher = await connect();
              const sleeping = numberOf(
                await watcher.query("SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
              );
              await watcher.end();
              return sleeping === 1;
            });
            restarted = server.stop(signal).then(() => server.start());
          }
          return numberOf(await answer);
        });
        await restarted;
        expect(value).toBe(2);
        expect(new Set(seen)).toEqual(new Set(["TRANSIENT"]));
      },
    );

    test("a backend that crashes takes the others with it: TRANSIENT, through recovery, until the server is back", async () => {
      const client = await connect();
      const other = await connect();
      await other.query("SELECT 1");
      const { policy, seen } = watched(classifier);
      const value = await policy.call(async ({ attempt }) => {
        if (attempt > 1) return numberOf(await client.query("SELECT 2 AS n"));
        const pid = numberOf(await other.query("SELECT pg_backend_pid() AS n"));
        const answer = client.query("SELECT pg_sleep(10), 1 AS n");
        answer.catch(() => {});
        await until(
          "it runs",
          async () =>
            numberOf(await other.query("SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event = 'PgSleep'")) === 1,
        );
        process.kill(pid, "SIGKILL");
        return numberOf(await answer);
      });
      expect(value).toBe(2);
      expect(new Set(seen)).toEqual(new Set(["TRANSIENT"]));
    });

    test("a server that is not ready to accept connections is TRANSIENT, until it is", async () => {
      await server.stop("SIGINT");
      const signal = join(server.data, "standby.signal");
      writeFileSync(signal, "", { mode: 0o666 });
      await server.start("-c", "hot_standby=off");
      const client = await connect();
      const { policy, seen } = watched(classifier);
      await policy.call(({ attempt }) => {
        if (attempt === 3) runPostgres("pg_ctl", "promote", "-W", "-D", server.data);
        return client.query("SELECT 1");
      });
      expect(seen.length).toBeGreaterThanOrEqual(2);
      expect(new Set(seen)).toEqual(new Set(["TRANSIENT"]));
    });

    test("a standby that answers reads is UNKNOWN to writes", async () => {
      await server.stop("SIGINT");
      writeFileSync(join(server.data, "standby.signal"), "", { mode: 0o666 });
      await server.start("-c", "hot_standby=on");
      const client = await connect();
      await until("it answers", () =>
        client.query("SELECT 1").then(
          () => true,
          () => false,
        ),
      );
      expect(await failure(classifier, () => client.query("CREATE TABLE t (id int)"))).toBe("UNKNOWN");
      await server.stop("SIGINT");
      unlinkSync(join(server.data, "standby.signal"));
      await server.start();
    });
  },
);
