import { createRequire } from "node:module";
import PgBoss from "pg-boss";
import { refusing } from "../servers.mjs";

const require = createRequire(import.meta.url);
const { Client } = createRequire(require.resolve("pg-boss"))("pg");
const SERVER = { host: "127.0.0.1", port: 5432, user: "postgres", database: "postgres" };
const schema = `record_${process.pid}`;
const open = [];
const boss = async (options = {}) => {
  const made = new PgBoss({ ...SERVER, schema, supervise: false, schedule: false, ...options });
  made.on("error", () => {});
  open.push(made);
  return made.start();
};
const sql = async (text) => {
  const client = new Client(SERVER);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
};

export default {
  library: "pg-boss",
  packages: ["pg-boss"],
  close: async () => {
    for (const one of open) await one.stop({ graceful: false, wait: false }).catch(() => {});
    await sql(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  },
  cases: [
    {
      id: "work.stopped",
      provoked: "work after stop, real PostgreSQL",
      how: "provoked",
      expected: "PERMANENT",
      because: "this instance was stopped and works no more",
      run: async () => {
        const one = await boss();
        await one.stop({ graceful: false, wait: true });
        await one.work("q", async () => {});
      },
    },
    {
      id: "start.no-migration",
      provoked: "start with migrate: false and a schema that is not there, real PostgreSQL",
      how: "provoked",
      expected: "PERMANENT",
      because: "the schema must be made first",
      run: () => boss({ schema: `${schema}_not`, migrate: false }),
    },
    {
      id: "send.wrong-argument",
      provoked: "send with a priority that is no number",
      how: "provoked",
      expected: "PERMANENT",
      because: "the options are not valid",
      run: async () => (await boss()).send("q", {}, { priority: "high" }),
    },
    {
      id: "send.lock-timeout",
      provoked: "send while another transaction holds the table, with lock_timeout 200 of the server, real PostgreSQL",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction holds the lock",
      run: async () => {
        const one = await boss({ options: "-c lock_timeout=200" });
        await one.createQueue("locked");
        const other = new Client(SERVER);
        await other.connect();
        try {
          await other.query(`BEGIN; LOCK TABLE ${schema}.job IN ACCESS EXCLUSIVE MODE`);
          await one.send("locked", {});
        } finally {
          await other.end();
        }
      },
    },
    {
      id: "connection.terminated",
      provoked: "a statement of its own pool whose backend is terminated by an administrator, real PostgreSQL",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server ended this connection; the next one may last",
      run: async () => {
        const one = await boss({ application_name: schema, max: 1 });
        const slow = one.getDb().executeSql("SELECT pg_sleep(5)");
        setTimeout(() => sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${schema}'`), 200);
        await slow;
      },
    },
    {
      id: "start.refused",
      provoked: "start, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => boss({ port: Number(new URL(await refusing()).port) }),
    },
    {
      id: "handler.expired",
      provoked: "a handler that takes longer than expireInSeconds, as pg-boss writes it to the job's output, real PostgreSQL",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "pg-boss gave up waiting for the handler",
      run: async () => {
        const one = await boss();
        await one.createQueue("slow");
        const id = await one.send("slow", {}, { expireInSeconds: 1, retryLimit: 0 });
        await one.work("slow", { pollingIntervalSeconds: 0.5 }, () => new Promise(() => {}));
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 200));
          const job = await one.getJobById("slow", id);
          if (job.state === "failed") throw job.output;
        }
      },
    },
  ],
};
