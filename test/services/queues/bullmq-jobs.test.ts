/* A thousand jobs through BullMQ, with a worker killed and Redis restarted. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Job, Queue } from "bullmq";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PrivateServer, privateServer, until } from "../broker-server.ts";
import {
  addInWaves,
  Crew,
  complaintsOf,
  isTampered,
  JOBS,
  type JobEnd,
  type Payload,
  payloadOf,
  readLog,
  TAMPERED,
  untilInvoked,
} from "./harness.ts";

const QUEUE = "orders";
let redis: PrivateServer;
let crew: Crew;
let queue: Queue<Payload>;
let log: string;

beforeAll(async () => {
  // What Redis has confirmed is on the disk: with `appendfsync everysec`, a crash forgets a second.
  const args = ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--bind", "127.0.0.1"];
  redis = await privateServer("redis-server", ({ port, folder }) => ["--port", `${port}`, "--dir", folder, ...args]);
  await redis.start();
  log = join(redis.folder, "invocations");
  writeFileSync(log, "");
  crew = new Crew(new URL("bullmq-worker.ts", import.meta.url), log, { REDIS_PORT: `${redis.port}`, QUEUE });
  queue = new Queue(QUEUE, {
    connection: { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null, retryStrategy: () => 50 },
  });
  queue.on("error", () => {});
});

afterAll(async () => {
  await crew.stop();
  await queue.close();
  await redis.remove();
});

const nameOf = (index: number): string => `order-${index}`;

test("every job ends as it should, and none runs more often than its caps, though a worker is killed and Redis restarted", async () => {
  const [first] = await Promise.all([crew.start(), crew.start()]);
  if (first === undefined) throw new Error("no worker");
  const added = addInWaves((indexes) =>
    queue.addBulk(
      indexes.map((index) => {
        const kept = isTampered(index) && { redress: { job: nameOf(index), made: 0, stalled: 0, progress: TAMPERED } };
        // BullMQ's own retries are to count for nothing.
        const opts = { jobId: nameOf(index), attempts: index % 2 === 0 ? 1 : 10, backoff: { type: "fixed", delay: 1 } };
        return { name: "order", data: { ...payloadOf(index), ...kept }, opts };
      }),
    ),
  );

  await untilInvoked(log, 300);
  await crew.kill(first);
  await crew.start();

  await untilInvoked(log, 700);
  const fromMs = Date.now();
  await redis.stop("SIGKILL");
  await sleep(300);
  await redis.start();
  const away = [[fromMs, Date.now()]] as const;

  await added;
  let open = JOBS;
  await until(
    "all jobs have ended",
    async () => {
      open = JOBS - Object.values(await queue.getJobCounts("completed", "failed")).reduce((sum, count) => sum + count, 0);
      return open === 0;
    },
    60_000,
  ).catch(() => expect.fail(`${open} jobs have not ended. The workers say: ${crew.said.slice(-2_000)}`));

  const jobs: Job<Payload>[] = await queue.getJobs(["completed", "failed"], 0, -1);
  const ends = jobs.map(
    ({ data, failedReason }): JobEnd => ({ index: data.index, kind: failedReason ? "failed" : "done", reason: failedReason }),
  );
  expect(complaintsOf({ log: readLog(log), ends, killed: crew.killed, away })).toEqual([]);
}, 120_000);
