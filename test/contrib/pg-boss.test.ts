/* redress/pg-boss, with what it is to do to a job written down instead of done. */
import { constant, PermanentError, Policy, TransientError } from "redress";
import { type PgBossJob, type PgBossLike, pgBossHandler } from "redress/pg-boss";
import { VirtualClock } from "redress/testing";
import { beforeEach, describe, expect, test } from "vitest";

const clock = new VirtualClock();
const policy = new Policy({ retry: { strategy: constant(1_200), maxAttempts: 3 }, clock });
const down = (): never => {
  throw new TransientError("down");
};

let story: unknown[];
let counts: { retryCount: number; retryLimit: number; output: unknown };
let isOurs: boolean;
const boss = {
  getDb: () => ({
    config: { schema: "mine" },
    async executeSql(text: string, values: unknown[]) {
      const set = /retry_limit = [^,\s]+( \+ \d)?/.exec(text)?.[0];
      story.push([
        /UPDATE (\S+)/.exec(text)?.[1],
        set,
        ...values.slice(2).map((value) => (typeof value === "string" ? JSON.parse(value) : value)),
      ]);
      return { rows: isOurs ? [{}] : [] };
    },
  }),
  complete: async (_name: string, id: string, value: unknown) => void story.push(["complete", id, value]),
  getJobById: async () => counts,
} satisfies PgBossLike;

beforeEach(() => {
  story = [];
  counts = { retryCount: 0, retryLimit: 2, output: null };
  isOurs = true;
});

const job = (data: unknown = {}, id = "1"): PgBossJob => ({ id, name: "mail", data, expireInSeconds: "900.000000" });

test("a value is the result of the handler, and nothing is written", async () => {
  expect(await pgBossHandler(boss, policy, () => "sent")([job()])).toBe("sent");
  expect(story).toEqual([]);
});

test("a retry prepares the row, rounded up to a second, and throws for pg-boss to put the job off", async () => {
  await expect(pgBossHandler(boss, policy, down)([job()])).rejects.toThrow("Put off for 2 s after 1 attempts: SCHEDULED: down");
  expect(story).toEqual([
    ["mine.job", "retry_limit = retry_count + 3", 0, expect.objectContaining({ attempts: 1, deliveries: 1 }), 2],
  ]);
});

test("a failure for good ends the job by itself, with the reason", async () => {
  const fails = pgBossHandler(boss, policy, () => {
    throw new PermanentError("no such address");
  });
  expect(await fails([job()])).toBeUndefined();
  expect(story).toEqual([
    [
      "mine.job",
      "retry_limit = retry_count",
      0,
      expect.objectContaining({
        message: "NON_RETRYABLE_CLASS: no such address",
        redress: { stopReason: "NON_RETRYABLE_CLASS", attempts: 1, deliveries: 1 },
      }),
    ],
  ]);
});

test("a job that has expired meanwhile is left alone", async () => {
  isOurs = false;
  await expect(pgBossHandler(boss, policy, down)([job()])).rejects.toThrow("Expired before it was put off");
  expect(await pgBossHandler(boss, policy, () => Promise.reject(new PermanentError("no")))([job()])).toBeUndefined();
});

test("a job that pg-boss would soon fail is kept alive before anything else", async () => {
  counts.retryLimit = 1;
  await pgBossHandler(boss, policy, () => story.push("handled"))([job()]);
  expect(story).toEqual([["mine.job", "retry_limit = retry_count + 2", 0], "handled"]);
});

test("deliveries that left no word have used up an attempt each", async () => {
  counts = { retryCount: 2, retryLimit: 9, output: null };
  const attempts: number[] = [];
  await pgBossHandler(boss, policy, (_job, { attempt }) => attempts.push(attempt))([job()]);
  expect(attempts).toEqual([3]);
});

test("in a batch, what is done is completed before another job of it is put off", async () => {
  const handler = pgBossHandler(boss, policy, ({ data }: PgBossJob) => (data === "down" ? down() : data));
  await expect(handler([job("down", "1"), job("fine", "2")])).rejects.toThrow("Put off");
  expect(story).toContainEqual(["complete", "2", "fine"]);
});

test("the handler sees the data as they were sent", async () => {
  const progress = { version: 1, attempts: 1, failures: { TRANSIENT: 1 }, elapsedMs: 0, prevSleepMs: 5, deliveries: 1 };
  const seen: unknown[] = [];
  const handler = pgBossHandler(boss, policy, ({ data }: PgBossJob, { attempt }) => void seen.push([data, attempt]));
  counts.retryCount = 1;
  await handler([job({ to: "ada", $redress: progress })]);
  await handler([job({ $data: [1], $redress: progress })]);
  await handler([job(null)]);
  expect(seen).toEqual([
    [{ to: "ada" }, 2],
    [[1], 2],
    [null, 2],
  ]);
});

describe("what is no handler is refused", () => {
  test.each<[() => unknown, RegExp]>([
    [() => pgBossHandler({} as never, policy, down), /pgBossHandler\.boss must be a PgBoss/],
    [() => pgBossHandler(boss, {} as never, down), /pgBossHandler\.policy must be a Policy/],
    [() => pgBossHandler(boss, policy, undefined as never), /pgBossHandler\.handler must be a function/],
    [() => pgBossHandler(boss, policy, down, { schema: "a b" }), /pgBossHandler\.schema must be the schema/],
    [() => pgBossHandler(boss, policy, down, { shutdown: true as never }), /pgBossHandler\.shutdown must be an AbortSignal/],
    [() => pgBossHandler(boss, policy, down, { sleepUpTo: 5 } as never), /sleepUpTo/],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});
