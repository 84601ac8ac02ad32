/* redress/pg-boss in pg-boss 10, on a PostgreSQL of its own. */
import { join } from "node:path";
import pg from "pg";
import PgBoss from "pg-boss";
import { Bulkhead, CircuitBreaker, constant, PermanentError, Policy, TransientError, unlimited } from "redress";
import { type PgBossHandlerOptions, pgBossHandler } from "redress/pg-boss";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../broker-server.ts";
import { type PrivatePostgres, privatePostgres } from "../sql-servers.ts";
import { Crew, complaintsOf, isTampered, JOBS, type JobEnd, payloadOf, readLog, TAMPERED, untilInvoked } from "./harness.ts";

let server: PrivatePostgres;
let boss: PgBoss;
let database: pg.Pool;

beforeAll(async () => {
  server = await privatePostgres();
  await server.start();
  const address = { host: "127.0.0.1", port: server.port, user: "postgres", database: "postgres" };
  database = new pg.Pool(address);
  database.on("error", () => {});
  boss = new PgBoss({ ...address, maintenanceIntervalSeconds: 1, schedule: false });
  boss.on("error", () => {});
  await until("PostgreSQL answers", () =>
    database.query("select 1").then(
      () => true,
      () => false,
    ),
  );
  await boss.start();
}, 60_000);

afterAll(async () => {
  await boss?.stop({ graceful: false }).catch(() => {});
  await database?.end();
  await server?.remove();
});

const policy = new Policy({
  retry: { maxAttempts: 3, strategy: constant(100), deadlineMs: 600_000, budget: unlimited },
}) as Policy;

let queues = 0;
type Handler = (job: PgBoss.Job<object>, attempt: { attempt: number; signal: AbortSignal }) => unknown;

/** Sends jobs to a queue of their own, works until all of them have ended, and says what they are then. */
async function ended(
  handler: Handler,
  jobs: readonly { data?: unknown; options?: PgBoss.SendOptions }[] = [{}],
  settings: { policy?: Policy; options?: PgBossHandlerOptions; work?: PgBoss.WorkOptions; queue?: object } = {},
): Promise<PgBoss.JobWithMetadata[]> {
  const queue = `queue-${++queues}`;
  await boss.createQueue(queue, { name: queue, ...settings.queue });
  const ids: string[] = [];
  for (const { data = {}, options = {} } of jobs) ids.push((await boss.send(queue, data as object, options)) as string);
  const handling = pgBossHandler(boss, settings.policy ?? policy, handler as never, settings.options);
  await boss.work(queue, { pollingIntervalSeconds: 0.5, includeMetadata: true, ...settings.work }, handling as never);
  const found = (): Promise<PgBoss.JobWithMetadata[]> =>
    Promise.all(ids.map(async (id) => (await boss.getJobById(queue, id)) as PgBoss.JobWithMetadata));
  try {
    await until(
      "The jobs have ended",
      async () => (await found()).every(({ state }) => ["completed", "failed"].includes(state)),
      25_000,
    );
    return await found();
  } finally {
    await boss.offWork(queue);
  }
}

const down = (): never => {
  throw new TransientError("connect ECONNREFUSED");
};

describe("a job", () => {
  test.each<[string, PgBoss.SendOptions]>([
    ["that pg-boss would not retry", { retryLimit: 0 }],
    ["that pg-boss would retry for long", { retryLimit: 50, retryDelay: 60, retryBackoff: true }],
  ])("%s makes the attempts of its policy, under its own id, and says why it has failed", async (_what, options) => {
    const attempts: unknown[] = [];
    const [job] = await ended(
      ({ id, data }, { attempt }) => {
        attempts.push([id, data, attempt]);
        down();
      },
      [{ data: { to: "ada" }, options }],
    );
    expect(attempts).toEqual([1, 2, 3].map((attempt) => [job?.id, { to: "ada" }, attempt]));
    expect(job).toMatchObject({
      state: "failed",
      data: { to: "ada" },
      output: {
        message: "MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED",
        redress: { stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, deliveries: 3 },
        error: { name: "TransientError", message: "connect ECONNREFUSED" },
      },
    });
  });

  test("that succeeds in the end has its value as its output, and no progress is left in its way", async () => {
    const [job] = await ended((_job, { attempt }) => (attempt < 3 ? down() : { sent: attempt }), [{}], {
      work: { includeMetadata: false },
    });
    expect(job).toMatchObject({ state: "completed", output: { sent: 3 }, retryCount: 2 });
  });

  test.each([[null], [[1, 2]], ["text"], [12]])("keeps its data, though it is no object: %j", async (data) => {
    const seen: unknown[] = [];
    const [job] = await ended(
      (one, { attempt }) => {
        seen.push(one.data);
        if (attempt < 3) down();
        throw new PermanentError("no");
      },
      [{ data: typeof data === "string" ? JSON.stringify(data) : Array.isArray(data) ? JSON.stringify(data) : data }],
    );
    expect(seen).toEqual([data, data, data]);
    expect(job?.data).toEqual(data);
  });

  test("keeps numbers that JavaScript cannot", async () => {
    const [job] = await ended(down, [{ data: '{"id": 12345678901234567890}' }]);
    const { rows } = await database.query("select data::text from pgboss.job where id = $1", [job?.id]);
    expect(rows).toEqual([{ data: '{"id": 12345678901234567890}' }]);
  });

  test("that has failed for good goes to its dead letter queue as it was sent, and begins anew where it is retried by hand", async () => {
    await boss.createQueue("dead");
    let isDown = true;
    const handler: Handler = (_job, { attempt }) => (isDown ? down() : attempt);
    const [job] = await ended(handler, [{ data: { to: "ada" }, options: { deadLetter: "dead" } }]);
    expect(await boss.fetch("dead", { includeMetadata: true })).toMatchObject([
      { data: { to: "ada" }, output: { message: "MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED" } },
    ]);
    isDown = false;
    const { id, name } = job as PgBoss.Job;
    await boss.retry(name, id);
    await boss.work(name, { pollingIntervalSeconds: 0.5 }, pgBossHandler(boss, policy, handler as never) as never);
    await until("The job has ended", async () => (await boss.getJobById(name, id))?.state === "completed");
    expect((await boss.getJobById(name, id))?.output).toEqual({ value: 1 });
    await boss.offWork(name);
  });

  test("whose deliveries have been lost has used up an attempt for each", async () => {
    await boss.createQueue("lost");
    const id = (await boss.send("lost", {}, { expireInSeconds: 1, retryLimit: 5 })) as string;
    for (let lost = 0; lost < 2; lost++) {
      await until("The job is delivered", async () => (await boss.fetch("lost")).length > 0);
      await until("The job is lost", async () => (await boss.getJobById("lost", id))?.state === "retry");
    }
    const attempts: number[] = [];
    const handler = pgBossHandler(boss, policy, (_job: PgBoss.Job, { attempt }) => {
      attempts.push(attempt);
      down();
    });
    await boss.work("lost", { pollingIntervalSeconds: 0.5 }, handler);
    await until("The job has failed", async () => (await boss.getJobById("lost", id))?.state === "failed");
    expect(attempts).toEqual([3]);
    await boss.offWork("lost");
  });

  test("whose progress was tampered with fails, or begins anew", async () => {
    const data = { $redress: TAMPERED };
    const attempts: number[] = [];
    const handler: Handler = (_job, { attempt }) => void attempts.push(attempt);
    const [failed] = await ended(handler, [{ data }]);
    expect([failed?.state, (failed?.output as { message: string } | undefined)?.message, attempts]).toEqual([
      "failed",
      "The call cannot be resumed: progress.attempts must be an integer >= 0, got -1.",
      [],
    ]);
    const [restarted] = await ended(handler, [{ data }], { options: { otherwise: "restart" } });
    expect([restarted?.state, attempts]).toEqual(["completed", [1]]);
  });

  test("is put off by an open circuit and a full limiter, without an attempt", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "mail", recoveryTimeoutMs: 700 });
    circuitBreaker.trip();
    setTimeout(() => circuitBreaker.reset(), 1_500);
    const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: 0 });
    const attempts: number[] = [];
    const handler: Handler = async (_job, { attempt }) => {
      attempts.push(attempt);
      await new Promise((later) => setTimeout(later, 50));
    };
    const jobs = await ended(handler, [{}, {}], {
      policy: policy.with({ circuitBreaker, limiter }) as Policy,
      options: { rejectedDelayMs: 1_000 },
      work: { batchSize: 2 },
    });
    expect(jobs.map(({ state }) => state)).toEqual(["completed", "completed"]);
    expect(attempts).toEqual([1, 1]);
  });

  test("goes back at once when the worker shuts down, and shortly before it expires", async () => {
    const shutdown = new AbortController();
    const begun: number[] = [];
    const handler: Handler = (_job, { attempt, signal }) => {
      begun.push(attempt);
      if (attempt === 2) shutdown.abort(new Error("SIGTERM"));
      if (attempt === 3) return "done";
      return new Promise((_done, fail) => signal.addEventListener("abort", () => fail(signal.reason)));
    };
    const [queue, id] = ["shutdown", "8c6a2f0e-5a43-4a0e-9c6f-d9a4a7b0a001"];
    await boss.createQueue(queue);
    await boss.send(queue, {}, { id, expireInSeconds: 2 });
    const work = (shutdown?: AbortSignal): Promise<string> =>
      boss.work(queue, { pollingIntervalSeconds: 0.5 }, pgBossHandler(boss, policy, handler as never, { shutdown }) as never);
    await work(shutdown.signal);
    await until("The worker has shut down", () => shutdown.signal.aborted);
    await until("The job is back", async () => (await boss.getJobById(queue, id))?.state === "retry");
    await boss.offWork(queue);
    await work();
    await until("The job has ended", async () => (await boss.getJobById(queue, id))?.state === "completed");
    expect(begun).toEqual([1, 2, 3]);
    await boss.offWork(queue);
  });
});

test("jobs of a batch end each by itself", async () => {
  const jobs = [{ data: { is: "done" } }, { data: { is: "down" } }, { data: { is: "wrong" } }];
  const counts: Record<string, number> = {};
  const handler: Handler = (job) => {
    const { is } = job.data as { is: string };
    counts[is] = (counts[is] ?? 0) + 1;
    if (is === "down") down();
    if (is === "wrong") throw new PermanentError("no such address");
  };
  const [done, failed, wrong] = await ended(handler, jobs, { work: { batchSize: 3 } });
  expect(counts).toEqual({ done: 1, down: 3, wrong: 1 });
  expect(done).toMatchObject({ state: "completed", retryCount: 0 });
  expect(failed).toMatchObject({ state: "failed", output: { message: "MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED" } });
  expect(wrong).toMatchObject({ state: "failed", output: { message: "NON_RETRYABLE_CLASS: no such address" } });
});

test("the schema is that of pg-boss", async () => {
  const address = { host: "127.0.0.1", port: server.port, user: "postgres", database: "postgres" };
  const other = new PgBoss({ ...address, schema: "other_schema", schedule: false, supervise: false });
  await other.start();
  await other.createQueue("mail");
  const id = (await other.send("mail", {})) as string;
  const handler = pgBossHandler(other, policy, () => down());
  await other.work("mail", { pollingIntervalSeconds: 0.5 }, handler);
  await until("The job has failed", async () => (await other.getJobById("mail", id))?.state === "failed");
  expect((await other.getJobById("mail", id))?.output).toMatchObject({ redress: { attempts: 3 } });
  await other.stop({ graceful: false });
});

test("a thousand jobs end as they must, though a worker is killed and the server restarted", async () => {
  await boss.createQueue("jobs");
  const jobs = Array.from({ length: JOBS }, (_one, index) => ({
    name: "jobs",
    data: { ...payloadOf(index), ...(isTampered(index) && { $redress: TAMPERED }) },
    expireInSeconds: 12,
    retryLimit: 1 + (index % 3),
  }));
  await boss.insert(jobs);
  const logFile = join(server.folder, "invocations.log");
  const crew = new Crew(new URL("pg-boss-worker.ts", import.meta.url), logFile, { QUEUE_PORT: `${server.port}` });
  try {
    const [first] = [await crew.start(), await crew.start()];
    await untilInvoked(logFile, 300);
    await crew.kill(first);
    await crew.start();
    await untilInvoked(logFile, 800);
    const fromMs = Date.now();
    await server.stop("SIGINT");
    await server.start();
    const away = [[fromMs, Date.now() + 1_000]] as const;
    const openJobs = "select count(*)::int as count from pgboss.job where name = 'jobs' and state not in ('completed', 'failed')";
    await until(
      "All jobs have ended",
      async () => {
        const { rows } = await database.query(openJobs).catch(() => ({ rows: [{ count: 1 }] }));
        return rows[0].count === 0;
      },
      120_000,
    );
    const { rows } = await database.query(
      "select (data ->> 'index')::int as index, state, output ->> 'message' as reason from pgboss.job where name = 'jobs'",
    );
    const ends = rows.map(
      ({ index, state, reason }): JobEnd => ({
        index,
        kind: state === "completed" ? "done" : "failed",
        reason: reason ?? undefined,
      }),
    );
    expect(complaintsOf({ log: readLog(logFile), ends, killed: crew.killed, away })).toEqual([]);
  } finally {
    await crew.stop();
  }
}, 240_000);
