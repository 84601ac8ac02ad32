/* redress/graphile-worker, with what it is to do to a job written down instead of done. */
import { constant, PermanentError, Policy, TransientError } from "redress";
import { graphileTask } from "redress/graphile-worker";
import { VirtualClock } from "redress/testing";
import { beforeEach, describe, expect, test } from "vitest";

const clock = new VirtualClock();
const policy = new Policy({ retry: { strategy: constant(1_200), maxAttempts: 3 }, clock });
const down = (): never => {
  throw new TransientError("down");
};

let story: unknown[];
beforeEach(() => {
  story = [];
});

function helpers(attempts = 1, max_attempts = 25, rows: readonly unknown[] = [{}]) {
  const client = {
    async query(text: string, values: unknown[]) {
      const read = (value: unknown): unknown => (typeof value === "string" && /^[[{]/.test(value) ? JSON.parse(value) : value);
      story.push([/set (\S+ = \S+?),? /.exec(text)?.[1], ...values.slice(2).map(read)]);
      return { rows };
    },
  };
  return {
    job: { id: "7", attempts, max_attempts, locked_by: "pool" },
    logger: { info: () => {} },
    withPgClient: <T>(callback: (one: typeof client) => Promise<T>): Promise<T> => callback(client),
  };
}

test("a task that has not failed writes nothing, and sees the helpers with its attempt among them", async () => {
  const given = helpers();
  await graphileTask(
    policy,
    (payload, all: ReturnType<typeof helpers> & { attempt: number; signal: AbortSignal; remainingMs: number }) => {
      expect([payload, all.attempt, all.logger, all.signal.aborted, all.remainingMs]).toEqual([
        { to: "ada" },
        1,
        given.logger,
        false,
        60_000,
      ]);
    },
  )({ to: "ada" }, given as never);
  expect(story).toEqual([]);
});

test("a retry writes the delay and the progress, and throws for graphile-worker to let the job go", async () => {
  const given = helpers(1, 1);
  await expect(graphileTask(policy, down)({ to: "ada" }, given)).rejects.toThrow(
    "Put off for 1200 ms after 1 attempts: SCHEDULED: down",
  );
  expect(story).toEqual([
    ["attempts = $3::int", -499],
    ["attempts = $3::int", -500, { to: "ada", $redress: expect.objectContaining({ attempts: 1, deliveries: 1 }) }, 1_200],
  ]);
  // Its listeners are told that a job has failed for good where `attempts` is not below `max_attempts`.
  expect(given.job.attempts).toBe(0);
});

test("a failure for good takes the job's attempts away, and throws the reason", async () => {
  const given = helpers();
  const failing = graphileTask(policy, () => Promise.reject(new PermanentError("no such address")));
  await expect(failing([1], given)).rejects.toThrow(/^NON_RETRYABLE_CLASS: no such address$/);
  expect(story).toEqual([["attempts = max_attempts", [1], "NON_RETRYABLE_CLASS: no such address"]]);
  expect(given.job.attempts).toBe(25);
});

test("a job that is locked by nobody, or stands in another schema, says so", async () => {
  await expect(graphileTask(policy, down)({}, helpers(1, 25, []))).rejects.toThrow(/has no job 7 that is locked by pool/);
});

test("deliveries are counted from the last progress on", async () => {
  const progress = { version: 1, attempts: 1, failures: { TRANSIENT: 1 }, elapsedMs: 0, prevSleepMs: 5, deliveries: 1 };
  const attempts: number[] = [];
  const task = graphileTask(policy, (_payload, { attempt }) => void attempts.push(attempt));
  await task({}, helpers(3));
  await task({ $redress: progress }, helpers(-499));
  await task({ $redress: progress }, helpers(-498));
  await task([1, { $redress: progress }], helpers(-499));
  await task([1, { $redress: progress }, 2], helpers(1));
  expect(attempts).toEqual([3, 2, 3, 2, 1]);
});

describe("what is no task is refused", () => {
  test.each<[() => unknown, RegExp]>([
    [() => graphileTask({} as never, down), /graphileTask\.policy must be a Policy/],
    [() => graphileTask(policy, undefined as never), /graphileTask\.handler must be a function/],
    [() => graphileTask(policy, down, { schema: "" }), /graphileTask\.schema must be a non-empty string/],
    [() => graphileTask(policy, down, { rejectedDelayMs: -1 }), /graphileTask\.rejectedDelayMs must be a finite number >= 0/],
    [() => graphileTask(policy, down, { schemas: "x" } as never), /schemas/],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});
