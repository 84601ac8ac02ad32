/* What BullMQ does with what the processor says: one sentence each, against a real Redis. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DelayedError, FlowProducer, type Job, Queue, WaitingChildrenError, Worker, type WorkerOptions } from "bullmq";
import { constant, PermanentError, Policy, TransientError } from "redress";
import { type BullmqProcessorOptions, bullmqProcessor } from "redress/bullmq";
import { afterEach, beforeAll, expect, test } from "vitest";
import { required, until } from "../broker-server.ts";

const connection = { host: "127.0.0.1", port: 6379, maxRetriesPerRequest: null };
const DELAY_MS = 100;
const policy = new Policy({ retry: { strategy: constant(DELAY_MS), maxAttempts: 3 } });
const down = new TransientError("down");

interface Mail {
  readonly to: string;
}

beforeAll(() => required("Redis", 6379));

const open: { close(): Promise<unknown> }[] = [];
let names = 0;
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function newQueue(): Queue<Mail, unknown> {
  const queue = new Queue<Mail, unknown>(`redress-${process.pid}-${++names}`, { connection });
  open.push({ close: () => queue.obliterate({ force: true }).then(() => queue.close()) });
  return queue;
}

type Handler = (job: Job<Mail>, attempt: { readonly attempt: number; readonly signal: AbortSignal }) => unknown;

/** A worker, and what its error event tells. */
function newWorker(queue: Queue, handler: Handler, options: BullmqProcessorOptions = {}, more: Partial<WorkerOptions> = {}) {
  const worker = new Worker<Mail>(queue.name, bullmqProcessor(policy, handler, options), {
    connection,
    maxStalledCount: 3,
    drainDelay: 1,
    ...more,
  });
  const told: string[] = [];
  worker.on("error", ({ message }) => told.push(message));
  open.push(worker);
  return { worker, told };
}

const stateOf = (queue: Queue, id: string): Promise<Job> =>
  queue.getJob(id).then((job) => job ?? Promise.reject(new Error(`no job ${id}`)));
async function untilIs(queue: Queue, { id }: Job, ...states: readonly string[]): Promise<Job> {
  await until(`job ${id} is ${states.join(" or ")}`, async () => states.includes(await queue.getJobState(id as string)));
  return stateOf(queue, id as string);
}

test.each([1, 2, 50])(
  "a job of %i BullMQ attempts makes as many as the policy allows, apart by its delay, and fails for good",
  async (attempts) => {
    const queue = newQueue();
    const atMs: number[] = [];
    const seen: unknown[] = [];
    const asked: boolean[] = [];
    newWorker(queue, async (job, { attempt }) => {
      atMs.push(Date.now());
      seen.push([attempt, job.data, job.attemptsStarted]);
      const move = job.moveToDelayed.bind(job);
      job.moveToDelayed = (timestamp, token) => {
        // The delay begins when the handler has failed, and before it is asked for.
        asked.push(timestamp >= (atMs.at(-1) as number) + DELAY_MS && timestamp <= Date.now() + DELAY_MS);
        return move(timestamp, token);
      };
      throw down;
    });
    const job = await queue.add("welcome", { to: "a" }, { attempts, backoff: { type: "fixed", delay: 1 } });
    const ended = await untilIs(queue, job, "failed");
    expect(ended).toMatchObject({ failedReason: "MAX_ATTEMPTS_GLOBAL: down", attemptsMade: 1, attemptsStarted: 3 });
    expect(ended.stacktrace?.join("")).toContain("caused by TransientError: down");
    expect(ended.data).toMatchObject({ to: "a", redress: { progress: { attempts: 2, deliveries: 2 } } });
    expect(seen).toEqual([1, 2, 3].map((attempt) => [attempt, { to: "a" }, attempt]));
    for (const [index, ms] of atMs.slice(1).entries()) expect(ms - (atMs[index] as number)).toBeGreaterThanOrEqual(DELAY_MS - 1);
    expect(asked).toEqual([true, true]);
  },
);

test("a job that succeeds in the end has its value", async () => {
  const queue = newQueue();
  newWorker(queue, (_job, { attempt }) => {
    if (attempt < 3) throw down;
    return { sentBy: attempt };
  });
  const ended = await untilIs(queue, await queue.add("welcome", { to: "a" }), "completed");
  expect(ended.returnvalue).toEqual({ sentBy: 3 });
});

test("a permanent failure fails at once, and a job that is retried by hand begins anew", async () => {
  const queue = newQueue();
  const seen: number[] = [];
  let isDown = true;
  newWorker(queue, (_job, { attempt }) => {
    seen.push(attempt);
    if (attempt === 2 && isDown) throw new PermanentError("no such user");
    if (isDown || attempt < 3) throw down;
    return "sent";
  });
  const job = await queue.add("welcome", { to: "a" });
  const failed = await untilIs(queue, job, "failed");
  expect(failed.failedReason).toBe("NON_RETRYABLE_CLASS: no such user");
  isDown = false;
  await failed.retry();
  expect((await untilIs(queue, job, "completed")).returnvalue).toBe("sent");
  expect(seen).toEqual([1, 2, 1, 2, 3]);
});

test("a job that is rate limited by its handler uses up no attempt", async () => {
  const queue = newQueue();
  const seen: unknown[] = [];
  newWorker(queue, async (job, { attempt }) => {
    seen.push([attempt, job.attemptsStarted]);
    if (seen.length > 4) return "sent";
    await queue.rateLimit(20);
    const limited = Worker.RateLimitError();
    throw limited;
  });
  await untilIs(queue, await queue.add("welcome", { to: "a" }), "completed");
  expect(seen).toEqual([1, 2, 3, 4, 5].map((delivery) => [1, delivery]));
});

test("a job that its handler puts off, or that waits for its children, uses up no attempt", async () => {
  const queue = newQueue();
  const seen: unknown[] = [];
  newWorker(queue, async (job, { attempt }) => {
    if (job.name === "child") return "done";
    seen.push(attempt);
    if (seen.length === 1) {
      await job.moveToDelayed(Date.now() + 10, job.token);
      throw new DelayedError();
    }
    if (seen.length === 2) throw down;
    if (await job.moveToWaitingChildren(job.token as string)) throw new WaitingChildrenError();
    return Object.values(await job.getChildrenValues());
  });
  const flows = new FlowProducer({ connection });
  open.push(flows);
  const { job } = await flows.add({ name: "parent", queueName: queue.name, data: { to: "a" }, children: [] });
  await queue.add("child", { to: "b" }, { delay: 600, parent: { id: job.id as string, queue: job.queueQualifiedName } });
  expect((await untilIs(queue, job, "completed")).returnvalue).toEqual(["done"]);
  expect(seen).toEqual([1, 1, 2, 2]);
});

test("a worker that is closed gives its jobs back at once, with what they have used up", async () => {
  const queue = newQueue();
  const first = newWorker(queue, (_job, { signal }) => sleep(60_000, undefined, { signal }));
  const job = await queue.add("welcome", { to: "a" });
  await untilIs(queue, job, "active");
  const closed = first.worker.close();
  first.worker.cancelAllJobs("shutting down");
  await closed;
  expect(await queue.getJobState(job.id as string)).toBe("delayed");
  const seen: number[] = [];
  newWorker(queue, (_job, { attempt }) => seen.push(attempt));
  await untilIs(queue, job, "completed");
  expect(seen).toEqual([2]);
});

test("a shutdown's signal does the same", async () => {
  const queue = newQueue();
  const shutdown = new AbortController();
  const first = newWorker(queue, (_job, { signal }) => sleep(60_000, undefined, { signal }), { shutdown: shutdown.signal });
  const job = await queue.add("welcome", { to: "a" });
  await untilIs(queue, job, "active");
  const closed = first.worker.close();
  shutdown.abort(new Error("SIGTERM"));
  await closed;
  expect(await stateOf(queue, job.id as string)).toMatchObject({
    data: { redress: { progress: { attempts: 1 } } },
    attemptsMade: 0,
  });
});

test("a job that is cancelled fails for good", async () => {
  const queue = newQueue();
  const { worker } = newWorker(queue, (_job, { signal }) => sleep(60_000, undefined, { signal }));
  const job = await queue.add("welcome", { to: "a" }, { attempts: 5 });
  await untilIs(queue, job, "active");
  expect(worker.cancelJob(job.id as string, "by its owner")).toBe(true);
  expect((await untilIs(queue, job, "failed")).failedReason).toBe("ABORTED: by its owner");
});

test("a delivery that has lost its lock neither puts the job off nor touches what the next one keeps", async () => {
  const queue = newQueue();
  const locks = { lockDuration: 300, stalledInterval: 200 };
  const first = newWorker(queue, () => sleep(2_000).then(() => Promise.reject(down)), {}, { ...locks, skipLockRenewal: true });
  const job = await queue.add("welcome", { to: "a" });
  await untilIs(queue, job, "active");
  const seen: number[] = [];
  newWorker(
    queue,
    async (_job, { attempt }) => {
      seen.push(attempt);
      await sleep(2_500);
      return "sent";
    },
    {},
    locks,
  );
  // BullMQ itself says that it cannot fail the job either: the lock is the other's.
  await until("the first has told", () => first.told.some((message) => message.includes("Lock mismatch")));
  expect(await queue.getJobState(job.id as string)).toBe("active");
  const ended = await untilIs(queue, job, "completed");
  // The delivery that was lost counts.
  expect(seen).toEqual([2]);
  expect(ended.data).toEqual({ to: "a" });
});

test("the next job of a scheduler knows nothing of the last one's progress", async () => {
  const queue = newQueue();
  const seen: unknown[] = [];
  newWorker(queue, (job, { attempt }) => {
    seen.push([attempt, job.data]);
    if (attempt < 2) throw down;
  });
  await queue.upsertJobScheduler("every", { every: 300 }, { name: "digest", data: { to: "all" } });
  await until("two jobs have run", () => seen.length >= 4);
  expect(seen.slice(0, 4)).toEqual(expect.arrayContaining([1, 2, 1, 2].map((attempt) => [attempt, { to: "all" }])));
  expect(seen.filter((one) => (one as unknown[])[0] === 1).length).toBeGreaterThanOrEqual(2);
  await queue.removeJobScheduler("every");
});

test("a processor in a process of its own does the same", async () => {
  const queue = newQueue();
  const file = fileURLToPath(new URL("bullmq-sandboxed.mjs", import.meta.url));
  open.push(new Worker(queue.name, file, { connection }));
  const job = await queue.add("welcome", { to: "a" }, { attempts: 1 });
  expect((await untilIs(queue, job, "completed")).returnvalue).toBe("sent to a by attempt 3");
  const none = await queue.add("welcome", { to: "nobody" }, { attempts: 5 });
  expect(await untilIs(queue, none, "failed")).toMatchObject({
    failedReason: "NON_RETRYABLE_CLASS: no such user",
    attemptsMade: 1,
  });
});

test("a worker that counts deliveries by itself is told to stop that", async () => {
  const queue = newQueue();
  newWorker(queue, () => "sent", {}, { maxStartedAttempts: 5 });
  const ended = await untilIs(queue, await queue.add("welcome", { to: "a" }), "failed");
  expect(ended.failedReason).toMatch(/must have no maxStartedAttempts, got 5/);
});

test("the default maxStalledCount is told of once", async () => {
  const queue = newQueue();
  const { told } = newWorker(queue, () => "sent", {}, { maxStalledCount: 1 });
  for (let index = 0; index < 3; index++) await untilIs(queue, await queue.add("welcome", { to: "a" }), "completed");
  expect(told).toEqual([expect.stringContaining("set maxStalledCount: 3")]);
});
