/* MariaDB, the shared one and private ones, through drivers and what wraps them: the class of what they throw, and what a policy makes of it. */
import mysql from "mysql2/promise";
import { mysqlClassifier } from "redress/extras";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type PrivateServer, required, until } from "./broker-server.ts";
import { type Address, type Client, MYSQL_CLIENTS, numberOf } from "./sql-clients.ts";
import { deadlock, failure, heldRow, stopsAtOnce, watched } from "./sql-scenarios.ts";
import { privateMariadb } from "./sql-servers.ts";

const SHARED: Address = { port: 3306 };
const USER = `redress_low_${process.pid}`;
const classifier = mysqlClassifier;

let admin: mysql.Pool;

/** Ends what sleeps for this test: the query alone, or the connection with it. */
async function kill(which: "QUERY" | "CONNECTION", mark: string): Promise<boolean> {
  const [rows] = await admin.query(
    `SELECT id FROM information_schema.processlist WHERE info LIKE '%sleep(10)%${mark}%' AND id <> connection_id()`,
  );
  const [found] = rows as { id: number }[];
  if (found) await admin.query(`KILL ${which} ${found.id}`);
  return found !== undefined;
}

beforeAll(async () => {
  await required("MariaDB", SHARED.port);
  admin = mysql.createPool({ host: "127.0.0.1", port: SHARED.port, user: "root", database: "test" });
  await admin.query(`CREATE USER ${USER}@'%' IDENTIFIED BY 'secret'`);
  await admin.query(`CREATE USER ${USER}@'localhost' IDENTIFIED BY 'secret'`);
});

afterAll(async () => {
  await admin?.query(`DROP USER IF EXISTS ${USER}@'%', ${USER}@'localhost'`);
  await admin?.end();
});

describe.each(Object.entries(MYSQL_CLIENTS))("%s", (name, open) => {
  const table = `redress_${process.pid}_${name.toLowerCase()}`;
  let client: Client;

  beforeAll(async () => {
    client = await open(SHARED);
    await client.query(`CREATE TABLE ${table} (id int PRIMARY KEY, v int NOT NULL, CHECK (v < 1000)) ENGINE=InnoDB`);
    await client.query(`INSERT INTO ${table} VALUES (1, 0), (2, 0)`);
  });

  afterAll(async () => {
    await client?.end();
    await admin.query(`DROP TABLE IF EXISTS ${table}`);
  });

  test("the victim of a deadlock begins again, and both transactions are committed", async () => {
    await deadlock(client, classifier, table);
  });

  test.each([
    ["a lock that was waited for too long", ["SET innodb_lock_wait_timeout = 1", `UPDATE ${table} SET v = 7 WHERE id = 1`]],
    ["a lock that nobody was to wait for", [`SELECT v FROM ${table} WHERE id = 1 FOR UPDATE NOWAIT`]],
  ])("%s is CONCURRENCY, and there the next time", async (_what, statements) => {
    const seen = await heldRow(client, classifier, table, async (query) => {
      for (const statement of statements) await query(statement);
    });
    expect(new Set(seen)).toEqual(new Set(["CONCURRENCY"]));
  });

  test.each(["QUERY", "CONNECTION"] as const)("a killed %s is TRANSIENT, and the next attempt gets through", async (which) => {
    const { policy, seen } = watched(classifier);
    const mark = `${table}_${which}`;
    const value = await policy.call(async ({ attempt }) => {
      if (attempt > 1) return numberOf(await client.query("SELECT 2 AS n"));
      // A sleep that is killed answers 1; one for each row of a table fails.
      const slow = client.query(`SELECT sleep(10), 1 AS n FROM ${table} /* ${mark} */`);
      slow.catch(() => {});
      await until("it runs", () => kill(which, mark));
      return numberOf(await slow);
    });
    expect(value).toBe(2);
    expect(seen).toEqual(["TRANSIENT"]);
  });

  test("a statement that took too long is TRANSIENT", async () => {
    const slow = () =>
      client.query(
        `SET STATEMENT max_statement_time = 0.05 FOR SELECT count(*) AS n FROM seq_1_to_100000 a, seq_1_to_100000 b WHERE a.seq % 7 = b.seq % 11`,
      );
    expect(await failure(classifier, slow)).toBe("TRANSIENT");
  });

  test.each([
    ["a key that is there already", `INSERT INTO ${table} VALUES (1, 1)`],
    ["a check", `UPDATE ${table} SET v = 5000`],
    ["a value that is missing", `INSERT INTO ${table} (id) VALUES (9)`],
    ["a value of the wrong type", `INSERT INTO ${table} VALUES (9, 'x')`],
    ["syntax", "SELEC 1"],
    ["a table that is not there", "SELECT * FROM redress_nowhere"],
    ["a signal of the application", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'boom'"],
  ])("%s is PERMANENT: one attempt", async (_what, statement) => {
    expect(await stopsAtOnce(classifier, () => client.query(statement))).toBe("PERMANENT");
  });

  test("a signal that asks for a retry gets one", async () => {
    const { policy, seen } = watched(classifier);
    await policy.call(({ attempt }) =>
      client.query(attempt === 1 ? "SIGNAL SQLSTATE '40001' SET MESSAGE_TEXT = 'again'" : "SELECT 1"),
    );
    expect(seen).toEqual(["CONCURRENCY"]);
  });

  test("a read-only transaction is UNKNOWN", async () => {
    const write = async () => {
      const connection = await admin.getConnection();
      try {
        await connection.query("START TRANSACTION READ ONLY");
        await connection.query(`UPDATE ${table} SET v = 1`);
      } finally {
        connection.destroy();
      }
    };
    expect(await failure(classifier, write)).toBe("UNKNOWN");
  });

  test.each([
    ["a wrong password", { user: USER, password: "wrong", database: "test" }, "AUTH"],
    ["no right to the database", { user: USER, password: "secret", database: "mysql" }, "PERMISSION"],
    ["a database that is not there", { database: "redress_nowhere" }, "PERMANENT"],
  ])("%s: one attempt", async (_what, address, errorClass) => {
    const connect = async () => {
      const other = await open({ ...SHARED, ...address });
      await other.query("SELECT 1").finally(() => other.end());
    };
    expect(await stopsAtOnce(classifier, connect)).toBe(errorClass);
  });

  test("no right to the table is PERMISSION: one attempt", async () => {
    const low = await open({ ...SHARED, user: USER, password: "secret", database: "information_schema" });
    try {
      expect(await stopsAtOnce(classifier, () => low.query("SELECT * FROM mysql.user"))).toBe("PERMISSION");
    } finally {
      await low.end();
    }
  });
});

describe.each(Object.entries(MYSQL_CLIENTS).filter(([name]) => name === "mysql2" || name === "mariadb"))(
  "%s, on a server of its own",
  (_name, open) => {
    let server: PrivateServer;
    const clients: Client[] = [];
    const connect = async (address: Partial<Address> = {}): Promise<Client> => {
      const client = await open({ port: server.port, database: "mysql", ...address });
      clients.push(client);
      return client;
    };

    beforeAll(async () => {
      server = await privateMariadb("--max-connections=20");
      await server.start();
      const client = await connect();
      await client.query("CREATE USER limited@'%' IDENTIFIED BY '' WITH MAX_QUERIES_PER_HOUR 3");
      await client.query("CREATE USER plain@'%' IDENTIFIED BY ''");
      await client.query("CREATE DATABASE test");
      await client.query("GRANT ALL ON test.* TO plain@'%', limited@'%'");
      await client.query("CREATE TABLE test.t (id int)");
    });

    afterEach(async () => {
      await Promise.allSettled(clients.splice(0).map((client) => client.end()));
    });

    afterAll(() => server?.remove());

    test("an account that has used up its queries is RATE_LIMIT", async () => {
      const client = await connect({ user: "limited", database: "test" });
      const often = async () => {
        for (let i = 0; i < 5; i++) await client.query("SELECT 1");
      };
      expect(await failure(classifier, often)).toBe("RATE_LIMIT");
    });

    test("a read-only server is UNKNOWN to writes", async () => {
      const client = await connect();
      await client.query("SET GLOBAL read_only = 1");
      const plain = await connect({ user: "plain", database: "test" });
      expect(await failure(classifier, () => plain.query("INSERT INTO t VALUES (1)"))).toBe("UNKNOWN");
      await client.query("SET GLOBAL read_only = 0");
    });

    test("too many connections are TRANSIENT, and a free one is taken", async () => {
      const holders: mysql.Connection[] = [];
      try {
        for (;;)
          holders.push(await mysql.createConnection({ host: "127.0.0.1", port: server.port, user: "plain", database: "test" }));
      } catch {
        // The server is full.
      }
      const { policy, seen } = watched(classifier);
      await policy.call(async ({ attempt }) => {
        if (attempt === 3) for (const holder of holders) holder.destroy();
        const client = await connect({ user: "plain", database: "test" });
        try {
          await client.query("SELECT 1");
        } finally {
          await client.end();
        }
      });
      expect(seen.length).toBeGreaterThanOrEqual(2);
      expect(new Set(seen)).toEqual(new Set(["TRANSIENT"]));
    });

    test.each(["SIGTERM", "SIGKILL"] as const)(
      "a restart (%s) in the middle of a query is TRANSIENT, and the call outlives it",
      async (signal) => {
        const client = await connect();
        await client.query("SELECT 1");
        const { policy, seen } = watched(classifier);
        let restarted: Promise<void> | undefined;
        const value = await policy.call(async ({ attempt }) => {
          if (attempt > 1) return numberOf(await client.query("SELECT 2 AS n"));
          const answer = client.query("SELECT sleep(10), 1 AS n FROM mysql.user");
          answer.catch(() => {});
          const watcher = await connect();
          await until(
            "it runs",
            async () =>
              numberOf(
                await watcher.query("SELECT count(*) AS n FROM information_schema.processlist WHERE state = 'User sleep'"),
              ) === 1,
          );
          restarted = server.stop(signal).then(() => server.start());
          return numberOf(await answer);
        });
        await restarted;
        expect(value).toBe(2);
        expect(new Set(seen)).toEqual(new Set(["TRANSIENT"]));
      },
    );
  },
);
