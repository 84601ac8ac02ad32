import { Queue, QueueEvents, UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { refusing } from "../servers.mjs";

const connection = { host: "127.0.0.1", port: 6379, maxRetriesPerRequest: null };
const prefix = `record-${process.pid}`;
const open = [];
const redis = new Redis(6379, "127.0.0.1");
const queue = (name, options = {}) => {
  const made = new Queue(name, { connection, prefix, ...options });
  made.on("error", () => {});
  open.push(made);
  return made;
};
const worker = (name, run = null, options = {}) => {
  const made = new Worker(name, run, { connection, prefix, autorun: run !== null, ...options });
  made.on("error", () => {});
  open.push(made);
  return made;
};
/** A job that a worker holds with the token "mine". */
const active = async (name) => {
  const jobs = queue(name);
  await jobs.add("job", {});
  return worker(name).getNextJob("mine");
};

export default {
  library: "bullmq",
  packages: ["bullmq"],
  close: async () => {
    for (const one of open) await one.close().catch(() => {});
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
  },
  cases: [
    {
      id: "lock.missing",
      provoked: "moveToCompleted of a job whose lock has expired, real Redis",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the lock was lost, and another worker may have the job",
      run: async () => {
        const job = await active("missing");
        await redis.del(`${prefix}:missing:${job.id}:lock`);
        await job.moveToCompleted("done", "mine", false);
      },
    },
    {
      id: "lock.mismatch",
      provoked: "moveToCompleted with another worker's token, real Redis",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another worker holds the job",
      run: async () => {
        const job = await active("mismatch");
        await job.moveToCompleted("done", "another", false);
      },
    },
    {
      id: "job.not-in-state",
      provoked: "retry of a job that has not failed, real Redis",
      how: "provoked",
      expected: "PERMANENT",
      because: "the job is not in the state that the call needs",
      run: async () => {
        const job = await queue("state").add("job", {}, { delay: 60_000 });
        await job.retry("failed");
      },
    },
    {
      id: "wait.timed-out",
      provoked: "waitUntilFinished with ttl 200 of a job that nobody works on, real Redis",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the job",
      run: async () => {
        const job = await queue("wait").add("job", {});
        const events = new QueueEvents("wait", { connection, prefix });
        events.on("error", () => {});
        open.push(events);
        await events.waitUntilReady();
        await job.waitUntilFinished(events, 200);
      },
    },
    {
      id: "unrecoverable",
      provoked: "a processor throws UnrecoverableError, as the worker's event failed gives it, real Redis",
      how: "provoked",
      expected: "PERMANENT",
      because: "the job itself says that no retry helps",
      run: async () => {
        const jobs = queue("unrecoverable");
        const failed = new Promise((_, reject) =>
          worker("unrecoverable", async () => {
            throw new UnrecoverableError("the customer has no address");
          }).on("failed", (_job, error) => reject(error)),
        );
        await jobs.add("job", {}, { attempts: 5 });
        await failed;
      },
    },
    {
      id: "stalled",
      provoked: "a job is found stalled more often than maxStalledCount, as the worker's event failed gives it, real Redis",
      how: "provoked",
      expected: "PERMANENT",
      because: "the job's workers have died over it too often, and it is moved to failed",
      run: async () => {
        const jobs = queue("stalled");
        await jobs.add("job", {});
        const job = await worker("stalled").getNextJob("mine");
        await redis.del(`${prefix}:stalled:${job.id}:lock`);
        const failed = new Promise((_, reject) =>
          worker("stalled", async () => {}, { maxStalledCount: 0, stalledInterval: 200 }).on("failed", (_job, error) =>
            reject(error),
          ),
        );
        await failed;
      },
    },
    {
      id: "connection.refused",
      provoked: "waitUntilReady of a queue without retries, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => {
        const jobs = new Queue("refused", {
          connection: { host: "127.0.0.1", port: Number(new URL(await refusing()).port), retryStrategy: () => null },
        });
        jobs.on("error", () => {});
        await jobs.waitUntilReady();
      },
    },
  ],
};
