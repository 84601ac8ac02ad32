/* What waits for a limiter or runs beside a hedge, and goes away in any of the ways there are, leaves nothing behind. */
import { getEventListeners } from "node:events";
import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  Bulkhead,
  Hedge,
  type Outcome,
  Policy,
  RateLimiter,
  ServerError,
  unlimited,
} from "redress";
import { expect, test } from "vitest";
import { growth, NOISE_BYTES } from "./growth.ts";
import { InstantClock } from "./instant-clock.ts";

const AT_ONCE = 100;
const BATCHES = 500;
const hang = (): Promise<never> => new Promise(() => {});

/** Makes as many calls as there are in a batch, all of them at once. */
const batch = <T>(call: (i: number) => T): T[] => Array.from({ length: AT_ONCE }, (_, i) => call(i));

async function endings(outcomes: readonly Promise<Outcome<unknown>>[]): Promise<string[]> {
  const ended = await Promise.all(outcomes);
  return [...new Set(ended.map((outcome) => (outcome.ok ? "ok" : outcome.stopReason)))].sort();
}

/** One way in which a batch of calls ends, and how each ends that way. */
type Way = readonly [string, readonly string[], () => () => Promise<string[]>];

/** A policy whose bulkhead has one place, which is taken: all its calls wait. */
function crowded(options: { queueTimeoutMs?: number; deadlineMs?: number }) {
  const clock = new InstantClock();
  const { queueTimeoutMs, deadlineMs } = options;
  const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: AT_ONCE, queueTimeoutMs, clock });
  bulkhead.tryAcquire();
  return { clock, bulkhead, policy: new Policy({ retry: { deadlineMs }, limiter: bulkhead, clock }) };
}

/** A policy whose rate limiter has given out all it had: all its calls wait. */
function usedUp(deadlineMs?: number) {
  const clock = new InstantClock();
  const limiter = new RateLimiter({ limit: AT_ONCE, intervalMs: 1_000, maxQueue: AT_ONCE, clock });
  const policy = new Policy({ retry: { deadlineMs }, limiter, clock });
  return { clock, limiter, policy };
}

const ways: Way[] = [
  [
    "that are aborted while they wait for a place",
    ["ABORTED"],
    () => {
      const { policy } = crowded({});
      return async () => {
        const caller = new AbortController();
        const waiting = batch(() => policy.execute(hang, { signal: caller.signal }));
        caller.abort();
        return endings(waiting);
      };
    },
  ],
  [
    "whose deadlines pass while they wait for a place",
    ["DEADLINE_EXCEEDED"],
    () => {
      const { policy, clock } = crowded({ deadlineMs: 10 });
      return async () => {
        const waiting = batch(() => policy.execute(hang));
        await clock.pass(10);
        return endings(waiting);
      };
    },
  ],
  [
    "that have waited for a place as long as the queue lets them",
    ["LIMITED"],
    () => {
      const { policy, clock } = crowded({ queueTimeoutMs: 10 });
      return async () => {
        const waiting = batch(() => policy.execute(hang));
        await clock.pass(10);
        return endings(waiting);
      };
    },
  ],
  [
    "that are turned away when the bulkhead is reset",
    ["LIMITED"],
    () => {
      const { policy, bulkhead } = crowded({ queueTimeoutMs: 10_000 });
      return async () => {
        const waiting = batch(() => policy.execute(hang));
        bulkhead.reset();
        return endings(waiting);
      };
    },
  ],
  [
    "that get a place one after the other",
    ["ok"],
    () => {
      const bulkhead = new Bulkhead({ maxConcurrent: 3, maxQueue: AT_ONCE, queueTimeoutMs: 60_000 });
      const policy = new Policy({ retry: { attemptTimeoutMs: 50_000 }, limiter: bulkhead });
      return () => endings(batch((i) => policy.execute(async () => i)));
    },
  ],
  [
    "whose attempts are cut while others wait for their places",
    ["MAX_ATTEMPTS_GLOBAL", "ok"],
    () => {
      const clock = new InstantClock();
      const bulkhead = new Bulkhead({ maxConcurrent: 10, maxQueue: AT_ONCE, clock });
      const retry = { attemptTimeoutMs: 5, maxAttempts: 2, strategy: () => 1, budget: unlimited };
      const policy = new Policy({ retry, limiter: bulkhead, clock });
      return async () => {
        const waiting = batch((i) => policy.execute(() => (i % 2 === 0 ? hang() : i)));
        await clock.pass(200);
        return endings(waiting);
      };
    },
  ],
  [
    "that wait for what comes at a rate",
    ["ok"],
    () => {
      const { policy, clock } = usedUp();
      return async () => {
        const waiting = batch((i) => policy.execute(() => i));
        await clock.pass(1_000);
        return endings(waiting);
      };
    },
  ],
  [
    "that are aborted while they wait for what comes at a rate",
    ["ABORTED"],
    () => {
      const { policy, limiter } = usedUp();
      batch(() => limiter.tryAcquire());
      return async () => {
        const caller = new AbortController();
        const waiting = batch(() => policy.execute(hang, { signal: caller.signal }));
        caller.abort();
        return endings(waiting);
      };
    },
  ],
  [
    "that are turned away, since what comes at a rate comes after their deadlines",
    ["LIMITED"],
    () => {
      const { policy, limiter } = usedUp(10);
      batch(() => limiter.tryAcquire());
      return () => endings(batch(() => policy.execute(hang)));
    },
  ],
  [
    "through limits that adapt, whatever the dependency answers",
    ["LIMITED", "MAX_ATTEMPTS_GLOBAL", "ok"],
    () => {
      const clock = new InstantClock();
      const limiter = [new AdaptiveConcurrency({ clock }), new AdaptiveThrottle({ clock, windowMs: 1_000 })];
      const policy = new Policy({ retry: { maxAttempts: 1 }, limiter, clock });
      return async () => {
        const waiting = batch(async (i) => {
          await clock.sleep(i % 20);
          return policy.execute(async () => {
            await clock.sleep(1 + (i % 7));
            if (i % 3 !== 0) throw new ServerError();
            return i;
          });
        });
        await clock.pass(50);
        return endings(waiting);
      };
    },
  ],
  [
    "whose hedges win over attempts that never end",
    ["ok"],
    () => {
      const clock = new InstantClock();
      const hedge = new Hedge({ delayMs: 5, loadRatio: 1 });
      const policy = new Policy({ retry: { attemptTimeoutMs: 1_000, budget: unlimited }, hedge, clock });
      // One signal that outlives them all: those of attempts that are gone are looked for now and then, once the collector has come by.
      const caller = new AbortController();
      const { gc } = globalThis as { gc?: () => void };
      let batches = 0;
      return async () => {
        if (batches++ % 20 === 0) gc?.();
        const hedged = batch((i) =>
          policy.execute(({ attempt, signal }) => (attempt === 1 ? hang() : [i, signal.aborted]), { signal: caller.signal }),
        );
        await clock.pass(5);
        return endings(hedged);
      };
    },
  ],
  [
    "whose hedges are learnt from what they took, and of which some fail and some are aborted",
    ["ABORTED", "MAX_ATTEMPTS_GLOBAL", "ok"],
    () => {
      const clock = new InstantClock();
      const hedge = new Hedge({ quantile: 0.5, maxHedges: 2, windowMs: 10_000, loadRatio: 1 });
      const retry = { maxAttempts: 3, strategy: () => 1, budget: unlimited };
      const limiter = new Bulkhead({ maxConcurrent: 2 * AT_ONCE, clock });
      const policy = new Policy({ retry, hedge, limiter, clock });
      return async () => {
        const caller = new AbortController();
        const hedged = batch((i) =>
          policy.execute(
            async ({ attempt }) => {
              await clock.sleep(1 + ((7 * i + attempt) % 20));
              if (i % 5 === 0) throw new ServerError();
              return i;
            },
            i % 9 === 0 ? { signal: caller.signal } : {},
          ),
        );
        await clock.pass(4);
        caller.abort();
        await clock.pass(100);
        return endings(hedged);
      };
    },
  ],
];

test.each(ways)(
  "the heap does not grow by 50,000 calls %s",
  async (_which, expected, make) => {
    const run = make();
    const seen = new Set<string>();
    const grown = await growth(
      BATCHES,
      async () => {
        for (const ending of await run()) seen.add(ending);
      },
      50,
    );
    expect([...seen].sort()).toEqual(expected);
    expect(grown).toBeLessThan(NOISE_BYTES);
  },
  60_000,
);

test("when all who waited are gone, no alarm is set, no listener is left and nobody is counted any more", async () => {
  const clock = new InstantClock();
  const PLACES = 5;
  const bulkhead = new Bulkhead({ maxConcurrent: PLACES, maxQueue: AT_ONCE, queueTimeoutMs: 500, clock });
  const rate = new RateLimiter({ limit: 1, intervalMs: 8, maxQueue: AT_ONCE, clock });
  const policy = new Policy({
    retry: { deadlineMs: 300, budget: unlimited },
    limiter: [bulkhead, rate],
    hedge: new Hedge({ delayMs: 5, loadRatio: 1 }),
    clock,
  });
  const callers = batch(() => new AbortController());
  const calls = callers.map(({ signal }, i) => policy.execute(hang, { signal, deadlineMs: 10 + i }));
  expect(bulkhead.waiting).toBeGreaterThan(0);
  expect(rate.waiting).toBeGreaterThan(0);
  await clock.pass(30);
  for (const caller of callers.slice(0, 80)) caller.abort();
  await clock.pass(300);

  expect(await endings(calls)).toEqual(["ABORTED", "DEADLINE_EXCEEDED", "LIMITED"]);
  expect(callers.filter(({ signal }) => getEventListeners(signal, "abort").length > 0)).toEqual([]);
  expect(bulkhead.stats).toMatchObject({ inUse: 0, waiting: 0 });
  expect(rate.stats).toMatchObject({ waiting: 0 });
  expect(clock.pending).toBe(0);
});
