/*
 * More inside an interval than a rate limiter keeps apart: it may admit a little less then, and never more. What was taken is written down here as it
 * happened, and recounted for each admission.
 */
import fc from "fast-check";
import { type LimitPermit, RateLimiter } from "redress";
import { VirtualClock } from "redress/testing";
import { test, vi } from "vitest";
import { law } from "./law.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 120_000 });

interface Entry {
  readonly atMs: number;
  cost: number;
}

const deed = fc.record({
  gapMs: fc.constantFrom(0, 0.01, 0.03, 0.1, 0.2),
  cost: fc.constantFrom(1, 1, 2, 7),
  // After how many others it ends, and what it has cost of what it took.
  endsAfter: fc.integer({ min: 0, max: 50 }),
  used: fc.constantFrom(1, 1, 0.5, 0, 3),
});
const pattern = fc.array(deed, { minLength: 1, maxLength: 50 });

const TIMES = 10_000;
const INTERVAL_MS = 250;

/** Repeats a pattern, and hands over each admission with all that was taken before, as far as it was known then. */
function live(
  limiter: RateLimiter,
  clock: VirtualClock,
  deeds: readonly (typeof deed extends fc.Arbitrary<infer Deed> ? Deed : never)[],
  check: (entries: readonly Entry[]) => void,
): void {
  const entries: Entry[] = [];
  const underWay: { readonly permit: LimitPermit; readonly entry: Entry; readonly endsAt: number; readonly used: number }[] = [];
  for (let time = 0; time < TIMES; time++) {
    const { gapMs, cost, endsAfter, used } = deeds[time % deeds.length] as (typeof deeds)[number];
    clock.block(gapMs);
    const permit = limiter.tryAcquire(cost);
    if (permit !== null) {
      const entry = { atMs: clock.now(), cost };
      entries.push(entry);
      if (entries.length % 31 === 0) check(entries);
      underWay.push({ permit, entry, endsAt: time + endsAfter, used: cost * used });
    }
    for (const ending of underWay.filter(({ endsAt }) => endsAt <= time)) {
      underWay.splice(underWay.indexOf(ending), 1);
      limiter.release(ending.permit, "success", ending.used);
      // What it took less was never taken; what it took more is taken now.
      if (ending.used < ending.entry.cost) ending.entry.cost = ending.used;
      else if (ending.used > ending.entry.cost) entries.push({ atMs: clock.now(), cost: ending.used - ending.entry.cost });
    }
  }
}

const used = (value: number): number => value;

test("never more than the limit within any interval", () => {
  const property = fc.property(pattern, fc.integer({ min: 1_500, max: 6_000 }), (deeds, limit) => {
    const clock = new VirtualClock(50);
    const limiter = new RateLimiter({ limit, intervalMs: INTERVAL_MS, clock, used });
    live(limiter, clock, deeds, (entries) => {
      const fromMs = clock.now() - INTERVAL_MS;
      let sum = 0;
      for (let index = entries.length - 1; index >= 0 && (entries[index] as Entry).atMs > fromMs; index--)
        sum += (entries[index] as Entry).cost;
      law(sum <= limit + 1e-6, "never more than the limit", sum, limit, clock.now());
    });
  });
  fc.assert(property, { numRuns: 40 });
});

test("never more than a bucket that was corrected from the beginning has", () => {
  const property = fc.property(
    pattern,
    fc.integer({ min: 300, max: 3_000 }),
    fc.integer({ min: 300, max: 6_000 }),
    (deeds, burst, limit) => {
      const clock = new VirtualClock(50);
      const limiter = new RateLimiter({ limit, intervalMs: INTERVAL_MS, burst, clock, used });
      live(limiter, clock, deeds, (entries) => {
        let missing = 0;
        let lastMs = 0;
        for (const { atMs, cost } of entries) {
          missing = Math.max(0, missing - ((atMs - lastMs) * limit) / INTERVAL_MS) + cost;
          lastMs = atMs;
        }
        law(missing <= burst + 1e-5, "never more than the bucket has", missing, burst, clock.now());
      });
    },
  );
  fc.assert(property, { numRuns: 60 });
});
