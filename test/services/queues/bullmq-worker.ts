/* One of the workers of bullmq.test.ts. */
import { UnrecoverableError, Worker } from "bullmq";
import { bullmqProcessor } from "redress/bullmq";
import { endWithParent, jobPolicy, operate, type Payload, ready } from "./harness.ts";

endWithParent();
const { REDIS_PORT, QUEUE } = process.env;

const worker = new Worker<Payload>(
  QUEUE as string,
  bullmqProcessor(jobPolicy(), (job, attempt) => {
    // Handlers see their data as it was given.
    if (Object.keys(job.data).join() !== "index") throw new UnrecoverableError(`data: ${JSON.stringify(job.data)}`);
    return operate(job.data, attempt);
  }),
  {
    connection: { host: "127.0.0.1", port: Number(REDIS_PORT), maxRetriesPerRequest: null, retryStrategy: () => 50 },
    concurrency: 25,
    // A worker that a busy machine lets starve for seconds is not lost.
    lockDuration: 6_000,
    stalledInterval: 2_000,
    maxStalledCount: 4,
  },
);
// The server is restarted: the client tells of every connection that is refused.
worker.on("error", (error) => console.error(String(error)));
await worker.waitUntilReady();
process.once("SIGTERM", () => void worker.close().then(() => process.exit()));
ready();
