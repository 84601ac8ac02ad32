/* A worker of graphile-worker, which takes up its work again where its server was away. */
import { EventEmitter, once } from "node:events";
import { Logger, makeWorkerUtils, run, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { graphileTask } from "redress/graphile-worker";
import { endWithParent, jobPolicy, operate, type Payload, ready } from "./harness.ts";

// With its batches, graphile-worker hears that a job could not be completed or failed, and stops.
const preset = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, concurrentJobs: 10, pollInterval: 100 } };
const connectionString = `postgres://postgres@127.0.0.1:${process.env["QUEUE_PORT"]}/postgres`;
const logger = new Logger(() => () => {});
const pool = new pg.Pool({ connectionString, max: 12 });
pool.on("error", () => {});
const task = graphileTask(jobPolicy(), (payload, helpers) => operate(payload as Payload, helpers));

/** Says by which name it locks jobs: where this process is killed, somebody has to unlock them. */
async function work(): Promise<void> {
  const events = new EventEmitter() as WorkerEvents;
  const created = once(events, "pool:create");
  const runner = await run({ pgPool: pool, events, logger, noHandleSignals: true, preset, taskList: { task } });
  const [{ workerPool }] = (await created) as [{ workerPool: { id: string } }];
  await pool.query("insert into worker_pools values ($1, $2)", [process.pid, workerPool.id]);
  stop = () => runner.stop();
  ready();
  try {
    await runner.promise;
  } finally {
    stop = async () => {};
    const utils = await makeWorkerUtils({ pgPool: pool, logger });
    await utils.forceUnlockWorkers([workerPool.id]);
    await utils.release();
  }
}

let stop = async (): Promise<void> => {};
let isStopping = false;
process.on("unhandledRejection", (error) => {
  console.error(error);
  void stop().catch(() => {});
});
process.once("SIGTERM", async () => {
  isStopping = true;
  await stop();
  process.exit(0);
});
endWithParent();
while (!isStopping) {
  await work().catch(() => new Promise((later) => setTimeout(later, 200)));
}
