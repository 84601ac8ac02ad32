/* What every SQL client must get through alike: the same story, told to each. */
import { type Classifier, constant, type ErrorClass, type Failure, outcomeOf, Policy } from "redress";
import { expect } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { type Client, numberOf, type Query } from "./sql-clients.ts";

/** A policy, and the classes of all that it was told of. */
export function watched(classifier: Classifier, options: { maxAttempts?: number; delayMs?: number } = {}) {
  const seen: ErrorClass[] = [];
  const { maxAttempts = 400, delayMs = 20 } = options;
  const policy = new Policy({
    retry: {
      classifier: (error) => {
        const answer = classifier(error);
        seen.push(classOf(() => answer, error));
        return answer;
      },
      strategy: constant(delayMs),
      maxAttempts,
      maxUnknownRetries: 2,
      deadlineMs: 20_000,
    },
  });
  return { policy, seen };
}

/** The call stops after its first attempt, for good: the class, and what the outcome says. */
export async function stopsAtOnce(classifier: Classifier, call: () => Promise<unknown>): Promise<ErrorClass> {
  const { policy, seen } = watched(classifier);
  let attempts = 0;
  const error: unknown = await policy
    .call(() => {
      attempts++;
      return call();
    })
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error, "it did not fail").toBeDefined();
  expect(attempts).toBe(1);
  expect((outcomeOf(error) as Failure).stopReason).toBe("NON_RETRYABLE_CLASS");
  return seen[0] as ErrorClass;
}

/** The class of what a call throws. */
export async function failure(classifier: Classifier, call: () => Promise<unknown>): Promise<ErrorClass> {
  try {
    await call();
  } catch (error) {
    return classOf(classifier, error);
  }
  throw new Error("It did not fail.");
}

/** A promise that is kept once so many have arrived. */
function barrier(parties: number): () => Promise<void> {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return () => {
    if (++arrived === parties) open();
    return opened;
  };
}

/**
 * Two transactions lock the same two rows in opposite order, and both hold one before they ask for the other. Both calls succeed.
 * One is the victim. It may be one again: a busy server lets it take its row back before the other, which waits for it, has woken up.
 */
export async function deadlock(client: Client, classifier: Classifier, table: string, prepare?: string): Promise<void> {
  await client.query(`UPDATE ${table} SET v = 0`);
  const { policy, seen } = watched(classifier);
  const bothHoldOne = barrier(2);
  const transfer = (first: number, second: number) =>
    policy.call(({ attempt }) =>
      client.transaction("READ COMMITTED", async (query) => {
        if (prepare) await query(prepare);
        await query(`UPDATE ${table} SET v = v + 1 WHERE id = ${first}`);
        if (attempt === 1) await bothHoldOne();
        await query(`UPDATE ${table} SET v = v + 1 WHERE id = ${second}`);
        return "committed";
      }),
    );
  expect(await Promise.all([transfer(1, 2), transfer(2, 1)])).toEqual(["committed", "committed"]);
  expect(new Set(seen), "one of the two was the victim").toEqual(new Set(["CONCURRENCY"]));
  expect(numberOf(await client.query(`SELECT sum(v) AS n FROM ${table} WHERE id IN (1, 2)`))).toBe(4);
}

/** A row changes between a transaction's read and its write. Nothing is lost. */
export async function updateConflict(client: Client, classifier: Classifier, table: string): Promise<void> {
  await client.query(`UPDATE ${table} SET v = 0`);
  const { policy, seen } = watched(classifier);
  await policy.call(({ attempt }) =>
    client.transaction("REPEATABLE READ", async (query) => {
      const before = numberOf(await query(`SELECT v AS n FROM ${table} WHERE id = 1`));
      if (attempt === 1) await client.query(`UPDATE ${table} SET v = v + 10 WHERE id = 1`);
      await query(`UPDATE ${table} SET v = ${before + 1} WHERE id = 1`);
    }),
  );
  expect(seen).toEqual(["CONCURRENCY"]);
  expect(numberOf(await client.query(`SELECT v AS n FROM ${table} WHERE id = 1`))).toBe(11);
}

/** Somebody holds a row until the first attempt has failed for it. */
export async function heldRow(
  client: Client,
  classifier: Classifier,
  table: string,
  attempt: (query: Query) => Promise<unknown>,
): Promise<readonly ErrorClass[]> {
  const { policy, seen } = watched(classifier);
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let locked = (): void => {};
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const holder = client.transaction("READ COMMITTED", async (query) => {
    await query(`UPDATE ${table} SET v = v WHERE id = 1`);
    locked();
    await released;
  });
  await isLocked;
  try {
    await policy.call(({ attempt: count }) => {
      if (count === 2) release();
      return client.transaction("READ COMMITTED", attempt);
    });
  } finally {
    release();
    await holder;
  }
  return seen;
}
