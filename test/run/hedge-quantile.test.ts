/* What a Hedge learns from calls: which durations count, and what it does with them. */
import { constant, TransientError } from "redress";
import { expect, test } from "vitest";
import { ending, played } from "./driving.ts";
import { failing, type HedgingStage, hedging, type Scripted, script, slow } from "./hedging.ts";

const transient = new TransientError("transient");
const learning = { quantile: 0.5, minSamples: 2 };

async function calls(on: HedgingStage, count: number, ...attempts: readonly Scripted[]): Promise<void> {
  for (let i = 0; i < count; i++) await ending(played(on.clock, on.policy.call(script(on.clock, ...attempts))));
}

const delayMs = ({ hedge, clock }: HedgingStage): number => hedge.delayMs(clock.now());

test("there is no hedge until enough first attempts have succeeded, then each slow one has one", async () => {
  const on = hedging({}, { quantile: 0.9, minSamples: 10 });
  await calls(on, 9, slow(20));
  await calls(on, 1, slow(1_000));
  expect(on.hedge.stats).toMatchObject({ hedges: 0, refused: 0 });

  await calls(on, 1, slow(1_000), slow(20, "fast"));
  expect(on.hedge.stats).toMatchObject({ hedges: 1, won: 1, cut: 1 });
  // The cut attempt counts with 40 ms: of eleven, the tenth.
  expect(on.hedge.stats.delayMs).toBeCloseTo(40.5, 0);
});

test("the duration of a first attempt counts that succeeds; those of failures and of later attempts do not", async () => {
  const on = hedging({ retry: { strategy: constant(10_000), maxAttempts: 2 } }, learning);
  await calls(on, 3, failing(5_000, transient), slow(7_000));
  expect(delayMs(on)).toBe(Infinity);

  await calls(on, 2, slow(50));
  expect(delayMs(on)).toBeCloseTo(50, 0);
});

test("a first attempt that is cut because its hedge has won counts with what it had taken until then", async () => {
  const on = hedging({}, learning);
  await calls(on, 2, slow(50));
  const before = delayMs(on);
  await calls(on, 10, slow(5_000), slow(30, "fast"));

  expect(on.hedge.stats.won).toBe(10);
  // Each was in flight for the delay and 30 ms.
  expect(before).toBeCloseTo(50, 0);
  expect(delayMs(on)).toBeGreaterThanOrEqual(before + 30);
  expect(delayMs(on)).toBeLessThan((before + 30) * 1.5);
});

test("how long a hedge took is no duration of a first attempt", async () => {
  const on = hedging({}, learning);
  await calls(on, 2, slow(50));
  await calls(on, 1, slow(5_000), slow(1, "fast"));

  // Three durations: 50, 50 and what the cut one had taken.
  expect(delayMs(on)).toBeCloseTo(50, 0);
});

test("a first attempt that waits for a place is not thought slow", async () => {
  let places = 0;
  const waiting: (() => void)[] = [];
  const permit = { kind: "admitted" } as const;
  const on = hedging(
    {
      limiter: {
        name: "slow",
        admit: (applicant) => {
          if (places++ % 2 === 1) return permit;
          waiting.push(() => applicant.admitted(permit));
          return { kind: "queued", cancel: () => {}, readyInMs: () => Infinity };
        },
        release: () => {},
      },
    },
    learning,
  );
  const all = [1, 2, 3, 4].map(() => on.policy.call(script(on.clock, slow(50))));
  await on.clock.advance(10_000);
  for (const admit of waiting) admit();
  await on.clock.run();
  await Promise.all(all);

  expect(waiting.length).toBe(2);
  expect(delayMs(on)).toBeCloseTo(50, 0);
});

test("a first attempt that wins after its hedge has failed counts with all that it took", async () => {
  const on = hedging({}, { quantile: 0.99, minSamples: 2 });
  await calls(on, 2, slow(50));
  await calls(on, 1, slow(400), failing(10, transient));

  expect(on.hedge.stats.wonByFirst).toBe(1);
  expect(delayMs(on)).toBeCloseTo(400, -1);
});

test("policies that share a Hedge share what it has learnt, and its load", async () => {
  const one = hedging({}, { ...learning, loadRatio: 0.1 });
  const other = { ...one, policy: one.policy.with({ operation: "other" }) };
  await calls(one, 2, slow(50));
  await calls(other, 1, slow(5_000), slow(10, "fast"));

  expect(one.hedge.stats).toMatchObject({ hedges: 1, won: 1 });
});

test("hedges are a share of the calls of a minute, however slow these are", async () => {
  const on = hedging({}, { loadRatio: 0.1 });
  // The first hundred calls count as made, a minute ago.
  await on.clock.advance(120_000);
  await calls(on, 100, slow(150), slow(100));

  expect(on.hedge.stats).toMatchObject({ hedges: 10, refused: 90, wonByFirst: 10 });
});
