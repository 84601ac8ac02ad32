/* A worker of pg-boss: jobs one at a time, and in batches. */
import PgBoss from "pg-boss";
import { pgBossHandler } from "redress/pg-boss";
import { endWithParent, jobPolicy, operate, type Payload, ready } from "./harness.ts";

const port = Number(process.env["QUEUE_PORT"]);
const boss = new PgBoss({
  host: "127.0.0.1",
  port,
  user: "postgres",
  database: "postgres",
  maintenanceIntervalSeconds: 1,
  schedule: false,
});
boss.on("error", () => {});
// pg-boss waits for none of its own `complete` and `fail`: what they reject with while the server is away, nobody else hears.
process.on("unhandledRejection", () => {});
await boss.start();

const shutdown = new AbortController();
const handler = pgBossHandler(boss, jobPolicy(), (job: PgBoss.Job<Payload>, attempt) => operate(job.data, attempt), {
  shutdown: shutdown.signal,
});
for (let worker = 0; worker < 16; worker++) {
  const polling = { pollingIntervalSeconds: 0.5 };
  if (worker % 4 === 0) await boss.work<Payload>("jobs", { ...polling, batchSize: 8 }, handler);
  else await boss.work<Payload>("jobs", { ...polling, includeMetadata: true }, handler);
}

process.once("SIGTERM", async () => {
  shutdown.abort(new Error("SIGTERM"));
  await boss.stop({ timeout: 5_000 });
  process.exit(0);
});
endWithParent();
ready();
