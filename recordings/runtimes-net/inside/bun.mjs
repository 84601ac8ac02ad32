/* What ../bun.mjs records, to be run by Bun. */
const { RedisClient, S3Client, SQL } = Bun;
const at = JSON.parse(process.env.ADDRESSES);
const portOf = (url) => new URL(url).port;

const sql = (options = {}, url = "postgres://postgres@127.0.0.1:5432/test") =>
  new SQL(url, { max: 1, connectionTimeout: 5, ...options });
async function connected(work) {
  const db = sql();
  try {
    return await work(db);
  } finally {
    db.close({ timeout: 0 }).catch(() => {});
  }
}

async function insertTwice(db) {
  await db.unsafe("CREATE TEMPORARY TABLE recorded (id int PRIMARY KEY)");
  await db.unsafe("INSERT INTO recorded VALUES (1)");
  await db.unsafe("INSERT INTO recorded VALUES (1)");
}

async function terminated() {
  const victim = sql();
  const [{ pid }] = await victim`SELECT pg_backend_pid() AS pid`;
  const waiting = victim`SELECT pg_sleep(5)`.execute();
  waiting.catch(() => {});
  await Bun.sleep(150);
  await sql()`SELECT pg_terminate_backend(${pid})`;
  return waiting;
}

async function serialization() {
  const one = sql();
  const other = sql();
  await one.unsafe("DROP TABLE IF EXISTS recorded_bun");
  await one.unsafe("CREATE TABLE recorded_bun (id int PRIMARY KEY, n int)");
  await one.unsafe("INSERT INTO recorded_bun VALUES (1, 0)");
  try {
    await one.begin("ISOLATION LEVEL SERIALIZABLE", async (transaction) => {
      await transaction.unsafe("SELECT n FROM recorded_bun");
      await other.unsafe("UPDATE recorded_bun SET n = 5");
      await transaction.unsafe("UPDATE recorded_bun SET n = n + 1");
    });
  } finally {
    await other.unsafe("DROP TABLE IF EXISTS recorded_bun");
  }
}

const redis = (url = "redis://127.0.0.1:6379", options = {}) =>
  new RedisClient(url, { autoReconnect: false, connectionTimeout: 3000, ...options });

async function wrongType() {
  const client = redis();
  await client.set("recorded:bun", "1");
  try {
    await client.send("LPUSH", ["recorded:bun", "1"]);
  } finally {
    await client.del("recorded:bun");
  }
}

const s3 = (endpoint = at.s3) =>
  new S3Client({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", bucket: "orders", endpoint, retry: 0 });

function aborted() {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  return fetch(at.hanging, { signal: controller.signal });
}

export const cases = {
  "sql.unique": () => connected(insertTwice),
  "sql.syntax": () => connected((db) => db`SELEC 1`),
  "sql.role": async () => sql({}, "postgres://nobody_here:x@127.0.0.1:5432/test")`SELECT 1`,
  "sql.refused": async () => sql({}, `postgres://postgres@127.0.0.1:${portOf(at.refused)}/test`)`SELECT 1`,
  "sql.connection-timeout": async () =>
    sql({ connectionTimeout: 1 }, `postgres://postgres@127.0.0.1:${portOf(at.silent)}/test`)`SELECT 1`,
  "sql.statement-timeout": () =>
    connected(async (db) => {
      await db`SET statement_timeout = 100`;
      await db`SELECT pg_sleep(2)`;
    }),
  "sql.terminated": terminated,
  "sql.serialization": serialization,
  "sql.mysql.denied": async () => new SQL("mysql://nobody_here:wrong@127.0.0.1:3306/test", { max: 1 })`SELECT 1`,
  "sql.mysql.duplicate": async () => insertTwice(new SQL("mysql://root@127.0.0.1:3306/test", { max: 1 })),
  "redis.refused": async () => redis(`redis://127.0.0.1:${portOf(at.refused)}`).get("a"),
  "redis.wrongtype": wrongType,
  "redis.auth": async () => redis("redis://nobody:wrong@127.0.0.1:6379").get("a"),
  "redis.timeout": async () => redis(`redis://127.0.0.1:${portOf(at.silent)}`, { connectionTimeout: 300 }).get("a"),
  "s3.slow-down": () => s3().file("slow-down").text(),
  "s3.internal": () => s3().write("internal", "x"),
  "s3.signature": () => s3().file("signature").text(),
  "s3.denied": () => s3().file("denied").text(),
  "s3.expired": () => s3().file("expired").text(),
  "s3.no-such-key": () => s3().file("nope").text(),
  "s3.refused": () => s3(at.refused).file("a").text(),
  "s3.no-credentials": () => new S3Client({ bucket: "orders", endpoint: at.s3 }).file("a").text(),
  "fetch.refused": () => fetch(at.refused),
  "fetch.cut": () => fetch(at.cut),
  "fetch.timeout": () => fetch(at.hanging, { signal: AbortSignal.timeout(150) }),
  "fetch.self-signed": () => fetch(at.tls),
  "fetch.aborted": aborted,
  "connect.refused": () => Bun.connect({ hostname: "127.0.0.1", port: Number(portOf(at.refused)), socket: { data() {} } }),
};
