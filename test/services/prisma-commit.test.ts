/* The recipe for Prisma where COMMIT gets no answer: lost connections, killed backends, attempts that are cut short. */
import { Hedge, outcomeOf } from "redress";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "./broker-server.ts";
import type { PrismaClient } from "./generated/prisma/client.ts";
import {
  add,
  admin,
  balanceOf,
  createAccounts,
  dropAccounts,
  opened,
  PORT,
  resetAccounts,
  retrying,
  SLOW,
  terminate,
  thrownBy,
  transfers,
} from "./prisma-accounts.ts";
import { transact } from "./prisma-recipe.ts";
import { type BreakingProxy, breakingProxy } from "./sql-proxy.ts";

let proxy: BreakingProxy;
let prisma: PrismaClient;
let seen: string[];

beforeAll(createAccounts);
afterAll(dropAccounts);

beforeEach(async () => {
  await resetAccounts();
  proxy = await breakingProxy(PORT);
  prisma = opened({ port: proxy.port });
  seen = [];
});

afterEach(async () => {
  // Prisma waits for a COMMIT whose answer is held back.
  await proxy.close();
  await prisma.$disconnect();
});

/** Takes one from the first account; the first attempt inserts this number. Says how many attempts there were. */
const transfer = async (number: number, { idempotent = false, policy = retrying(seen) } = {}): Promise<number> => {
  let attempts = 0;
  await transact(
    prisma,
    policy,
    async (tx) => {
      attempts++;
      await tx.transfer.create({ data: { number: attempts === 1 ? number : 1 } });
      await add(tx, 1, -1);
    },
    { idempotent },
  );
  return attempts;
};

/** Whatever Prisma calls it. */
const TRANSIENT = expect.stringMatching(/ TRANSIENT$/);
const REFUSED = { stopReason: "RETRY_REFUSED", refusal: "the transaction may have been committed", attempts: 1 };

describe("a connection that is lost while COMMIT is under way", () => {
  const killedAtCommit = (): Promise<void> =>
    until("COMMIT is under way", async () => (await terminate("query = 'COMMIT' AND wait_event = 'PgSleep'")) === 1);

  test.each([
    ["before", 100],
    ["after", 99],
  ] as const)("%s the server has got it, is not repeated", async (when, balance) => {
    proxy.plan.push(when);
    const thrown = await thrownBy(transfer(1));
    expect(outcomeOf(thrown)).toMatchObject(REFUSED);
    expect([seen, await balanceOf(1)]).toEqual([[TRANSIENT], balance]);
  });

  test("since its backend was killed, is not repeated", async () => {
    const [thrown] = await Promise.all([thrownBy(transfer(SLOW)), killedAtCommit()]);
    expect(outcomeOf(thrown)).toMatchObject(REFUSED);
    expect([seen, await balanceOf(1)]).toEqual([[TRANSIENT], 100]);
  });

  test("is repeated where twice is fine", async () => {
    const [attempts] = await Promise.all([transfer(SLOW, { idempotent: true }), killedAtCommit()]);
    expect([attempts, await balanceOf(1)]).toEqual([2, 99]);
    proxy.plan.push("after", "before");
    expect([await transfer(1, { idempotent: true }), await balanceOf(1)]).toEqual([3, 97]);
  });

  test("or whose answer does not come in time, is not repeated", async () => {
    proxy.plan.push("never");
    const thrown = await thrownBy(transfer(1, { policy: retrying(seen, { attemptTimeoutMs: 500 }) }));
    expect(outcomeOf(thrown)).toMatchObject(REFUSED);
  });
});

test("an attempt that is cut short commits nothing, though Prisma is not told", async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const cut = retrying(seen, { attemptTimeoutMs: 1_000 });
  await transact(prisma, cut, async (tx, { attempt }) => {
    await tx.transfer.create({ data: { number: attempt } });
    if (attempt === 1) await released;
  });
  release();
  await until("no transaction is open", async () => {
    const { rowCount } = await admin.query(
      `SELECT 1 FROM pg_locks WHERE relation = '${transfers}'::regclass AND pid <> pg_backend_pid()`,
    );
    return rowCount === 0;
  });
  const { rows } = await admin.query(`SELECT number FROM ${transfers}`);
  expect(rows).toEqual([{ number: 2 }]);
});

test("an attempt gets no hedge beside it, which could commit too", async () => {
  const hedge = new Hedge({ delayMs: 10, loadRatio: 1 });
  let begun = 0;
  await transact(prisma, retrying(seen, {}, hedge), async (tx) => {
    begun++;
    await tx.$queryRaw`SELECT pg_sleep(0.5)::text`;
  });
  expect(begun).toBe(1);
});
