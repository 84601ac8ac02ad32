/* A worker of graphile-worker. */
import { EventEmitter, once } from "node:events";
import { Logger, run, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { graphileTask } from "redress/graphile-worker";
import { endWithParent, jobPolicy, operate, type Payload, ready } from "./harness.ts";

// With its batches, graphile-worker hears that a job could not be completed or failed.
const preset = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, concurrentJobs: 10, pollInterval: 100 } };
const pool = new pg.Pool({ connectionString: `postgres://postgres@127.0.0.1:${process.env["QUEUE_PORT"]}/postgres`, max: 12 });
pool.on("error", () => {});
process.on("unhandledRejection", (error) => console.error(error));

const task = graphileTask(jobPolicy(), (payload, helpers) => operate(payload as Payload, helpers));
const events = new EventEmitter() as WorkerEvents;
const created = once(events, "pool:create");
const logger = new Logger(() => () => {});
const runner = await run({ pgPool: pool, events, logger, noHandleSignals: true, preset, taskList: { task } });

// By this name it locks jobs: where this process is killed, somebody has to unlock them.
const [{ workerPool }] = (await created) as [{ workerPool: { id: string } }];
await pool.query("insert into worker_pools values ($1, $2)", [process.pid, workerPool.id]);

process.once("SIGTERM", async () => {
  await runner.stop();
  process.exit(0);
});
endWithParent();
ready();
