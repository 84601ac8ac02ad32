/* A rate limiter whose alarms ring late, early, or not at all: everybody is admitted in their turn, and never more than the limit within any interval. */
import fc from "fast-check";
import { RateLimiter } from "redress";
import { describe, expect, test } from "vitest";
import { Asking } from "./asking.ts";
import { HandClock, HandInstantClock } from "./hand-clock.ts";

const rates = fc.record({
  limit: fc.integer({ min: 1, max: 5 }),
  intervalMs: fc.constantFrom(10, 7, 33.3, 100),
  burst: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
});
const arrivals = fc.array(fc.constantFrom(0, 0, 1, 0.7, 5, 20), { minLength: 1, maxLength: 30 });

interface Rate {
  readonly limit: number;
  readonly intervalMs: number;
  readonly burst: number | undefined;
}

/** Holds instants of admission, each of cost 1, against the limit. */
function expectWithin({ limit, intervalMs, burst }: Rate, atMs: readonly number[]): void {
  for (let to = 0; to < atMs.length; to++) {
    for (let from = 0; from <= to; from++) {
      const spanMs = (atMs[to] as number) - (atMs[from] as number);
      const most = burst === undefined ? (spanMs < intervalMs - 1e-9 ? limit : Infinity) : burst + (limit * spanMs) / intervalMs;
      expect(to - from + 1).toBeLessThanOrEqual(most + 1e-6);
    }
  }
}

/** Lets some come one after the other, each with alarms of its own. */
function live(rate: Rate, clock: HandClock, gapsMs: readonly number[], told: (asking: Asking) => void = () => {}): Asking[] {
  const limiter = new RateLimiter({ ...rate, maxQueue: Infinity, clock });
  return gapsMs.map((gapMs, number) => {
    clock.advance(gapMs);
    clock.owner = number;
    const asking = new Asking(number, undefined, Infinity, told);
    asking.ask(limiter);
    clock.owner = null;
    if (asking.state === "admitted") told(asking);
    return asking;
  });
}

describe.each([
  ["ring late", 0, 50],
  ["ring early", -20, 0],
  ["ring when they like", -20, 20],
])("where alarms %s", (_how, leastMs, mostMs) => {
  test("all are admitted in their turn, and never more than the limit allows", () => {
    const skews = fc.array(fc.double({ min: leastMs, max: mostMs, noNaN: true }), { minLength: 5, maxLength: 20 });
    const property = fc.property(rates, arrivals, skews, fc.boolean(), (rate, gapsMs, skewsMs, isExact) => {
      let rung = 0;
      const skewMs = (): number => skewsMs[rung++ % skewsMs.length] as number;
      const clock = isExact ? new HandInstantClock(1_000, skewMs) : new HandClock(1_000, skewMs);
      const order: number[] = [];
      const atMs: number[] = [];
      const askings = live(rate, clock, gapsMs, ({ number }) => {
        order.push(number);
        atMs.push(clock.now());
      });
      clock.run();
      expect(askings.map(({ state }) => state)).toEqual(askings.map(() => "admitted"));
      expect(order).toEqual(askings.map(({ number }) => number));
      expectWithin(rate, atMs);
      expect(clock.pending).toBe(0);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

test("where alarms are lost with whoever has set them, nobody hangs because another one's was, nor waits longer than their turn takes", () => {
  const property = fc.property(rates, arrivals, (rate, gapsMs) => {
    const undisturbed = new HandInstantClock(1_000);
    const turns: number[] = [];
    live(rate, undisturbed, gapsMs, () => turns.push(undisturbed.now()));
    undisturbed.run();

    const clock = new HandClock(1_000);
    const atMs: number[] = [];
    const askings = live(rate, clock, gapsMs, ({ number }) => {
      atMs.push(clock.now());
      // Its request is over at once, and with it all that it has set.
      clock.lose(number);
    });
    clock.run();
    expect(askings.map(({ state }) => state)).toEqual(askings.map(() => "admitted"));
    atMs.forEach((each, index) => expect(each - (turns[index] as number)).toBeLessThanOrEqual(1));
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("where alarms are lost, and those before leave, nobody hangs", () => {
  const property = fc.property(rates, arrivals, fc.array(fc.nat(29)), (rate, gapsMs, leaving) => {
    const clock = new HandClock(1_000);
    const askings = live(rate, clock, gapsMs, ({ number }) => clock.lose(number));
    for (const which of leaving) {
      clock.owner = which;
      askings[which]?.cancel();
      clock.owner = null;
      clock.lose(which);
    }
    clock.run();
    for (const { state } of askings) expect(["admitted", "cancelled"]).toContain(state);
    expect(clock.pending).toBe(0);
  });
  fc.assert(property, { numRuns: 1_000 });
});
