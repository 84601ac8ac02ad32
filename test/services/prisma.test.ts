/* The recipe for Prisma, against PostgreSQL: conflicts, killed sessions, transfers that add up. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fullJitter, outcomeOf, Policy, unlimited } from "redress";
import { sqlstateClassifier } from "redress/extras";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "./broker-server.ts";
import type { Prisma, PrismaClient } from "./generated/prisma/client.ts";
import {
  accounts,
  add,
  admin,
  balanceOf,
  createAccounts,
  dropAccounts,
  opened,
  resetAccounts,
  retrying,
  terminate,
  thrownBy,
} from "./prisma-accounts.ts";
import { transact } from "./prisma-recipe.ts";
import { failure } from "./sql-scenarios.ts";

/** The client may have noticed it, or be told by its next query. */
const TRANSIENT = expect.stringMatching(/^(Error|P2010|P2039) TRANSIENT$/);

let prisma: PrismaClient;
/** What failed, and its class. */
let seen: string[];

beforeAll(createAccounts);
afterAll(dropAccounts);

beforeEach(async () => {
  await resetAccounts();
  prisma = opened();
  seen = [];
});

afterEach(() => prisma.$disconnect());

test("the page has the function that is tested here", () => {
  const [, code] = readFileSync(join(import.meta.dirname, "prisma-recipe.ts"), "utf8").split("\nexport ");
  expect(readFileSync(join(import.meta.dirname, "../../docs/clients/sql-recipes.md"), "utf8")).toContain(`\n${code}`);
});

test("what the function returns is returned, and what it did is committed", async () => {
  expect(await transact(prisma, retrying(seen), (tx, { attempt }) => add(tx, 1, -1).then(() => attempt))).toBe(1);
  expect(await balanceOf(1)).toBe(99);
});

test("an error of the function rolls back, is thrown as it is, and is not retried", async () => {
  const poor = new Error("insufficient funds");
  const thrown = await thrownBy(
    transact(prisma, retrying(seen), async (tx) => {
      await add(tx, 1, -1);
      throw poor;
    }),
  );
  expect([thrown, outcomeOf(thrown)?.stopReason, await balanceOf(1)]).toEqual([poor, "NO_STRATEGY", 100]);
});

test("Prisma says nothing of a transaction that is rolled back because a statement had failed, and was caught", async () => {
  const work = async (tx: Prisma.TransactionClient): Promise<string> => {
    await add(tx, 1, -1);
    await tx.$queryRaw`SELECT 1 / 0`.catch(() => {});
    return "as if committed";
  };
  expect([await transact(prisma, retrying(seen), work), await balanceOf(1)]).toEqual(["as if committed", 100]);
});

describe("a conflict begins the whole transaction again", () => {
  test("in a statement: Prisma's P2034", async () => {
    await transact(prisma, retrying(seen), async (tx, { attempt }) => {
      const { balance } = await tx.account.findUniqueOrThrow({ where: { id: 1 } });
      if (attempt === 1) await admin.query(`UPDATE ${accounts} SET balance = 200 WHERE id = 1`);
      await tx.account.update({ where: { id: 1 }, data: { balance: balance - 1 } });
    });
    expect([seen, await balanceOf(1)]).toEqual([["P2034 CONCURRENCY"], 199]);
  });

  test("at COMMIT, where Prisma's error has no code, and again where that attempt's session is killed", async () => {
    let second: Promise<unknown> | undefined;
    const copy = async (tx: Prisma.TransactionClient, from: number, to: number): Promise<void> => {
      const { balance } = await tx.account.findUniqueOrThrow({ where: { id: from } });
      await tx.account.update({ where: { id: to }, data: { balance: balance + 1 } });
    };
    let atCommit = 0;
    await transact(prisma, retrying(seen), async (tx, { attempt }) => {
      await copy(tx, 1, 2);
      if (attempt === 2) expect(await terminate("state = 'idle in transaction'")).toBe(1);
      await tx.account.count();
      if (attempt === 1) second = transact(prisma, retrying(seen), (other) => copy(other, 2, 1));
      await second;
      atCommit++;
    });
    expect([atCommit, seen], "the first and the third attempt came as far as COMMIT").toEqual([
      2,
      ["DriverAdapterError CONCURRENCY", TRANSIENT],
    ]);
    expect([await balanceOf(1), await balanceOf(2)], "the second, then the first").toEqual([101, 102]);
  });
});

describe("a session that is killed before COMMIT is TRANSIENT, and the transaction begins again on another one", () => {
  test("during a query of a model: Prisma's P2039", async () => {
    const holder = await admin.connect();
    await holder.query("BEGIN");
    await holder.query(`UPDATE ${accounts} SET balance = balance WHERE id = 1`);
    await transact(prisma, retrying(seen), async (tx, { attempt }) => {
      const waiting = add(tx, 1, -1);
      waiting.catch(() => {});
      if (attempt === 1) {
        await until("it waits for the row", async () => (await terminate("wait_event_type = 'Lock'")) === 1);
        await holder.query("ROLLBACK");
      }
      await waiting;
    });
    holder.release();
    expect([seen, await balanceOf(1)]).toEqual([["P2039 TRANSIENT"], 99]);
  });

  test.each<[string, (tx: Prisma.TransactionClient) => Promise<unknown>]>([
    ["of a model", (tx) => tx.account.count()],
    ["that is raw", (tx) => tx.$queryRaw`SELECT 1 AS n`],
  ])("before a query %s", async (_what, query) => {
    await transact(prisma, retrying(seen), async (tx, { attempt }) => {
      await add(tx, 1, -1);
      if (attempt === 1) expect(await terminate("state = 'idle in transaction'")).toBe(1);
      await query(tx);
    });
    expect([seen, await balanceOf(1)]).toEqual([[TRANSIENT], 99]);
  });
});

describe("Prisma's own limits of a transaction are TRANSIENT: it was not committed", () => {
  test.each<[string, { readonly maxWait?: number; readonly timeout?: number }]>([
    ["no connection was free in time", { maxWait: 50 }],
    ["its function took too long", { timeout: 50 }],
  ])("%s", async (_what, limits) => {
    const single = opened({ max: 1 });
    try {
      const late = () =>
        single.$transaction(async (tx) => {
          await add(tx, 1, -1);
          await tx.$queryRaw`SELECT pg_sleep(0.3)::text`;
        }, limits);
      const held = limits.maxWait ? single.$queryRaw`SELECT pg_sleep(0.3)::text`.then(() => {}) : undefined;
      expect(await failure(sqlstateClassifier, late)).toBe("TRANSIENT");
      await held;
      expect(await balanceOf(1)).toBe(100);
    } finally {
      await single.$disconnect();
    }
  });
});

test("100 concurrent transfers keep the sum, and none is applied twice", { timeout: 120_000 }, async () => {
  await prisma.$disconnect();
  prisma = opened({ max: 8, options: "-c deadlock_timeout=10ms" });
  const policy = new Policy({
    retry: {
      classifier: sqlstateClassifier,
      strategies: { CONCURRENCY: fullJitter({ baseMs: 5, maxMs: 100 }), TRANSIENT: fullJitter({ baseMs: 5, maxMs: 100 }) },
      maxAttempts: 1_000,
      deadlineMs: 100_000,
    },
    budget: unlimited,
  });
  let attempts = 0;
  const done = await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      transact(prisma, policy, async (tx) => {
        attempts++;
        const [from, to] = [(number % 4) + 1, ((number + 1 + (number % 3)) % 4) + 1];
        const rows = await tx.account.findMany({ where: { id: { in: [from, to] } } });
        const before = new Map(rows.map(({ id, balance }) => [id, balance]));
        await tx.account.update({ where: { id: from }, data: { balance: (before.get(from) ?? 0) - 1 } });
        await tx.account.update({ where: { id: to }, data: { balance: (before.get(to) ?? 0) + 1 } });
        await tx.transfer.create({ data: { number } });
        return number;
      }),
    ),
  );
  const { _sum } = await prisma.account.aggregate({ _sum: { balance: true } });
  const numbers = (await prisma.transfer.findMany()).map(({ number }) => number);
  expect([done.length, _sum.balance, numbers.length, new Set(numbers).size]).toEqual([100, 400, 100, 100]);
  expect(attempts, "there were conflicts").toBeGreaterThan(100);
});
