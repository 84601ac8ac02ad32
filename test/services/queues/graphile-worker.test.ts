/* redress/graphile-worker in graphile-worker 0.17, on a PostgreSQL of its own. */
import { EventEmitter } from "node:events";
import { join } from "node:path";
import {
  type JobHelpers,
  Logger,
  makeWorkerUtils,
  type Runner,
  run,
  type TaskSpec,
  type WorkerEvents,
  type WorkerUtils,
} from "graphile-worker";
import pg from "pg";
import { type AttemptInfo, CircuitBreaker, constant, PermanentError, Policy, TransientError, unlimited } from "redress";
import { type GraphileTaskOptions, graphileTask } from "redress/graphile-worker";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../broker-server.ts";
import { type PrivatePostgres, privatePostgres } from "../sql-servers.ts";
import { Crew, complaintsOf, isTampered, JOBS, type JobEnd, payloadOf, readLog, TAMPERED, untilInvoked } from "./harness.ts";

let server: PrivatePostgres;
let connectionString: string;
let database: pg.Pool;
let utils: WorkerUtils;
const logger = new Logger(() => () => {});

beforeAll(async () => {
  server = await privatePostgres();
  await server.start();
  connectionString = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  database = new pg.Pool({ connectionString });
  database.on("error", () => {});
  await until("PostgreSQL answers", () =>
    database.query("select 1").then(
      () => true,
      () => false,
    ),
  );
  utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
}, 60_000);

afterAll(async () => {
  await utils?.release();
  await database?.end();
  await server?.remove();
});

const policy = new Policy({
  retry: { maxAttempts: 3, strategy: constant(100), deadlineMs: 600_000, budget: unlimited },
}) as Policy;

interface Row {
  readonly payload: unknown;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly last_error: string | null;
  readonly key: string | null;
  readonly run_at: Date;
  readonly locked_at: Date | null;
}

/** `undefined` for a job that is done. */
async function rowOf(id: string, schema = "graphile_worker"): Promise<Row | undefined> {
  const { rows } = await database.query<Row>(`select * from ${schema}._private_jobs where id = $1`, [id]);
  return rows[0];
}

type Handler = (payload: unknown, helpers: JobHelpers & AttemptInfo) => unknown;

interface Settings {
  readonly policy?: Policy;
  readonly options?: GraphileTaskOptions;
  readonly spec?: TaskSpec;
  readonly events?: WorkerEvents;
  readonly schema?: string;
}

let tasks = 0;
const nextTask = (): string => `task_${++tasks}`;

async function working<T>(
  name: string,
  handler: Handler,
  settings: Settings,
  during: (runner: Runner) => Promise<T>,
): Promise<T> {
  const task = graphileTask(settings.policy ?? policy, handler, settings.options);
  const { events, schema } = settings;
  const runner = await run({
    connectionString,
    logger,
    noHandleSignals: true,
    pollInterval: 50,
    taskList: { [name]: task },
    ...(events && { events }),
    ...(schema && { schema }),
  });
  try {
    return await during(runner);
  } finally {
    await runner.stop().catch(() => {});
  }
}

const isOver = (row: Row | undefined): boolean =>
  row === undefined || (row.locked_at === null && row.attempts >= row.max_attempts);

/** Adds a job, works until it has ended, and says what is left of it. */
async function ended(handler: Handler, payload: unknown = {}, settings: Settings = {}): Promise<Row | undefined> {
  const name = nextTask();
  const { id } = await utils.addJob(name, payload, settings.spec);
  return working(name, handler, settings, async () => {
    await until("The job has ended", async () => isOver(await rowOf(id)), 20_000);
    return rowOf(id);
  });
}

const down = (): never => {
  throw new TransientError("connect ECONNREFUSED");
};

describe("a job", () => {
  test.each([1, 2, 25])(
    "with %i maxAttempts makes the attempts of its policy, with its id and key, and says why it has failed",
    async (maxAttempts) => {
      const attempts: unknown[] = [];
      const spec = { maxAttempts, jobKey: `key ${maxAttempts}`, queueName: "serial" };
      const row = await ended(
        (payload, { attempt, job }) => {
          attempts.push([payload, attempt, job.attempts, job.key]);
          down();
        },
        { to: "ada" },
        { spec },
      );
      expect(attempts).toEqual([1, 2, 3].map((attempt) => [{ to: "ada" }, attempt, attempt, spec.jobKey]));
      expect(row).toMatchObject({
        payload: { to: "ada" },
        attempts: maxAttempts,
        last_error: "MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED",
        key: spec.jobKey,
      });
    },
  );

  test("is put off by exactly the delay, and says why", async () => {
    const name = nextTask();
    const { id } = await utils.addJob(name, {});
    const later = policy.with({ retry: { strategy: constant(3_600_000), deadlineMs: 36_000_000 } }) as Policy;
    await working(name, down, { policy: later }, () =>
      until("The job is put off", async () => (await rowOf(id))?.locked_at === null && (await rowOf(id))?.last_error !== null),
    );
    const { rows } = await database.query(
      "select run_at - updated_at as delay, last_error, payload from graphile_worker._private_jobs where id = $1",
      [id],
    );
    expect(rows).toMatchObject([
      {
        delay: { hours: 1 },
        last_error: "Put off for 3600000 ms after 1 attempts: SCHEDULED: connect ECONNREFUSED",
        payload: { $redress: { attempts: 1, deliveries: 1, prevSleepMs: 3_600_000 } },
      },
    ]);
    expect(Object.keys(rows[0].delay)).toEqual(["hours"]);
  });

  test("that succeeds in the end is done", async () => {
    const attempts: number[] = [];
    expect(await ended((_payload, { attempt }) => (attempts.push(attempt) < 3 ? down() : "sent"))).toBeUndefined();
    expect(attempts).toEqual([1, 2, 3]);
  });

  test.each([[[1, 2]], ["text"], [12], [{ text: "with NUL \0" }]])("keeps its payload, whatever it is: %j", async (payload) => {
    const seen: string[] = [];
    const row = await ended((given, { attempt }) => {
      seen.push(JSON.stringify(given));
      if (Array.isArray(given)) given.push("changed by the handler");
      if (attempt < 3) down();
      throw new PermanentError("no \0 such \uD800 thing");
    }, payload);
    expect(seen).toEqual(Array(3).fill(JSON.stringify(payload)));
    expect(row).toMatchObject({ payload, last_error: "NON_RETRYABLE_CLASS: no   such \uFFFD thing" });
  });

  test("of a batch is repeated as a whole where an item fails, and begins anew where items have come", async () => {
    const seen: unknown[] = [];
    const name = nextTask();
    const spec = { jobKey: "batch" };
    const { id } = await utils.addJob(name, [1, 2], spec);
    const handler: Handler = (payload, { attempt }) => {
      seen.push([payload, attempt]);
      return (payload as number[]).map((item) =>
        item === 2 && seen.length < 3 ? Promise.reject(new TransientError("down")) : item,
      );
    };
    const slow = policy.with({ retry: { strategy: constant(60_000) } }) as Policy;
    await working(name, handler, { policy: slow }, () =>
      until("The job is put off", async () => (await rowOf(id))?.last_error != null),
    );
    await utils.addJob(name, [3], spec);
    await working(name, handler, { policy }, () => until("The job has ended", async () => isOver(await rowOf(id))));
    expect(await rowOf(id)).toBeUndefined();
    expect(seen).toEqual([
      [[1, 2], 1],
      [[1, 2, 3], 1],
      [[1, 2, 3], 2],
    ]);
  });

  test("tells listeners that it has failed for good when it has, and not before", async () => {
    const events = new EventEmitter() as WorkerEvents;
    const failed: unknown[] = [];
    events.on("job:failed", ({ job, error }) => failed.push([job.attempts, (error as Error).message]));
    await ended(down, {}, { events, spec: { maxAttempts: 1 } });
    expect(failed).toEqual([[1, "MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED"]]);
  });

  test("that has failed for good begins anew where it is rescheduled by hand", async () => {
    const name = nextTask();
    const { id } = await utils.addJob(name, {});
    await working(name, down, {}, () => until("The job has failed", async () => isOver(await rowOf(id))));
    // The function of the same name in JavaScript takes a zero for none.
    await database.query("select graphile_worker.reschedule_jobs(array[$1::bigint], attempts := 0, run_at := now())", [id]);
    const attempts: number[] = [];
    await working(
      name,
      (_payload, { attempt }) => void attempts.push(attempt),
      {},
      () => until("The job is done", async () => isOver(await rowOf(id))),
    );
    expect(attempts).toEqual([1]);
  });

  test.each([1, 25])(
    "whose deliveries have been lost has used up an attempt for each, with %i maxAttempts",
    async (maxAttempts) => {
      const name = nextTask();
      const { id } = await utils.addJob(name, {}, { maxAttempts });
      const attempts: number[] = [];
      // As a worker that is killed leaves the job: locked, as it was when it began.
      const lose = async (): Promise<void> => {
        const { rows } = await database.query(
          "update graphile_worker._private_jobs set locked_by = 'killed' where id = $1 returning locked_by",
          [id],
        );
        expect(rows.length).toBe(1);
        await utils.forceUnlockWorkers(["killed"]);
      };
      const never: Handler = (_payload, { attempt }) => {
        attempts.push(attempt);
        return attempt < 3 ? new Promise(() => {}) : down();
      };
      const runners: Runner[] = [];
      for (let delivery = 1; delivery <= 2; delivery++) {
        runners.push(
          await run({
            connectionString,
            logger,
            noHandleSignals: true,
            pollInterval: 50,
            taskList: { [name]: graphileTask(policy, never) },
          }),
        );
        await until("The job is delivered", () => attempts.length === delivery);
        const stopped = runners.at(-1) as Runner;
        void stopped.stop().catch(() => {});
        await lose();
      }
      await working(name, never, {}, () => until("The job has failed", async () => isOver(await rowOf(id))));
      expect(attempts).toEqual([1, 2, 3]);
      expect((await rowOf(id))?.last_error).toBe("MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED");
    },
  );

  test("whose progress was tampered with fails, or begins anew", async () => {
    const payload = { $redress: TAMPERED };
    const attempts: number[] = [];
    const handler: Handler = (_payload, { attempt }) => void attempts.push(attempt);
    expect(await ended(handler, payload)).toMatchObject({
      last_error: "The call cannot be resumed: progress.attempts must be an integer >= 0, got -1.",
    });
    expect(attempts).toEqual([]);
    expect(await ended(handler, payload, { options: { otherwise: "restart" } })).toBeUndefined();
    expect(attempts).toEqual([1]);
  });

  test("is put off by an open circuit, without an attempt", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "mail", recoveryTimeoutMs: 300 });
    circuitBreaker.trip();
    setTimeout(() => circuitBreaker.reset(), 500);
    const attempts: number[] = [];
    const guarded = policy.with({ circuitBreaker }) as Policy;
    await ended(
      (_payload, { attempt }) => void attempts.push(attempt),
      {},
      { policy: guarded, options: { rejectedDelayMs: 200 } },
    );
    expect(attempts).toEqual([1]);
  });

  test("goes back at once when the worker shuts down", async () => {
    const name = nextTask();
    const { id } = await utils.addJob(name, {});
    const attempts: number[] = [];
    const handler: Handler = (_payload, { attempt, abortSignal }) => {
      attempts.push(attempt);
      if (attempt === 2) return;
      return new Promise((_done, fail) => abortSignal.addEventListener("abort", () => fail(abortSignal.reason)));
    };
    const task = graphileTask(policy, handler);
    const preset = { worker: { connectionString, pollInterval: 50, gracefulShutdownAbortTimeout: 50, failJobBatchDelay: 0 } };
    const runner = await run({ preset, logger, noHandleSignals: true, taskList: { [name]: task } });
    await until("The job is under way", () => attempts.length === 1);
    await runner.stop();
    expect(await rowOf(id)).toMatchObject({ locked_at: null, payload: { $redress: { attempts: 1, failures: {} } } });
    await working(name, handler, {}, () => until("The job is done", async () => isOver(await rowOf(id))));
    expect(attempts).toEqual([1, 2]);
  });
});

test("another schema has to be named, or the job says so", async () => {
  const schema = "other-schema";
  const others = await makeWorkerUtils({ connectionString, schema, logger });
  await others.migrate();
  const name = nextTask();
  const { id } = await others.addJob(name, {});
  const found = (): Promise<Row | undefined> => rowOf(id, `"${schema}"`);
  await working(name, down, { schema }, () => until("The job says so", async () => (await found())?.last_error != null));
  expect((await found())?.last_error).toMatch(
    /"graphile_worker"._private_jobs has no job .* which graphileTask's option schema must name/,
  );
  await others.rescheduleJobs([id], { runAt: new Date() });
  await working(name, down, { schema, options: { schema } }, () => until("The job has ended", async () => isOver(await found())));
  expect((await found())?.last_error).toBe("MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED");
  await others.release();
});

test("a thousand jobs end as they must, though a worker is killed and the server restarted", async () => {
  await database.query("create table worker_pools (pid int, id text)");
  const ids = new Map<string, number>();
  const specs = Array.from({ length: JOBS }, (_one, index) => ({
    identifier: "task",
    payload: { ...payloadOf(index), ...(isTampered(index) && { $redress: TAMPERED }) },
    maxAttempts: 2 + (index % 5),
  }));
  (await utils.addJobs(specs)).forEach(({ id }, index) => void ids.set(id, index));
  const logFile = join(server.folder, "invocations.log");
  const crew = new Crew(new URL("graphile-task-worker.ts", import.meta.url), logFile, { QUEUE_PORT: `${server.port}` });
  try {
    const workers = [await crew.start(), await crew.start()];
    /** As whoever watches the processes does: what a dead one has locked, nobody else unlocks for four hours. */
    const replace = async (): Promise<void> => {
      const dead = workers.shift() as (typeof workers)[number];
      await crew.kill(dead);
      const { rows } = await database.query("select id from worker_pools where pid = $1", [dead.pid]);
      await utils.forceUnlockWorkers(rows.map(({ id }) => id));
      workers.push(await crew.start());
    };
    await untilInvoked(logFile, 300);
    await replace();
    await untilInvoked(logFile, 800);
    const fromMs = Date.now();
    await server.stop("SIGINT");
    await server.start();
    await until("PostgreSQL answers", () =>
      database.query("select 1").then(
        () => true,
        () => false,
      ),
    );
    const away = [[fromMs, Date.now() + 1_000]] as const;
    // While its server is away, graphile-worker begins to shut down, and may not get to its end.
    await replace();
    await replace();
    const openJobs =
      "select count(*)::int as count from graphile_worker._private_jobs where task_id = (select id from graphile_worker._private_tasks where identifier = 'task') and (attempts < max_attempts or locked_at is not null)";
    await until(
      "All jobs have ended",
      async () => {
        const { rows } = await database.query(openJobs).catch(() => ({ rows: [{ count: 1 }] }));
        return rows[0].count === 0;
      },
      90_000,
    );
    const { rows } = await database.query("select id, last_error from graphile_worker._private_jobs");
    const reasons = new Map<string, string>(rows.map(({ id, last_error }) => [id, last_error]));
    const ends = [...ids].map(
      ([id, index]): JobEnd => ({ index, kind: reasons.has(id) ? "failed" : "done", reason: reasons.get(id) }),
    );
    expect(complaintsOf({ log: readLog(logFile), ends, killed: crew.killed, away })).toEqual([]);
  } finally {
    await crew.stop();
  }
}, 240_000);
