/*
 * A Hedge that learns its delay from attempts of which some are cut because a hedge has won: how long those would have taken nobody knows. It must
 * neither sink with every hedge that wins nor hedge more than it says, however long it goes on.
 */
import { Hedge } from "redress";
import { describe, expect, test } from "vitest";
import { EventQueue } from "../../src/simulate/driver/event-queue.ts";
import { randomStream } from "../../src/simulate/driver/random-stream.ts";

type Latency = (random: () => number) => number;

const gaussian = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const exponential: Latency = (random) => -50 * Math.log(1 - random());
const logNormal: Latency = (random) => 20 * Math.exp(0.7 * gaussian(random));
/** Most answers take about 10 ms, and one in a hundred a second. */
const tail: Latency = (random) => (random() < 0.01 ? 1_000 : 10 * Math.exp(0.4 * gaussian(random)));
const narrow: Latency = (random) => 9 + 2 * random();
const exactTail: Latency = (random) => (random() < 0.01 ? 1_000 : 10);

interface Run {
  /** Hedges per call. */
  readonly load: number;
  /** How long calls took, in order. */
  readonly tookMs: readonly number[];
  /** How long first attempts would have taken, in order. */
  readonly aloneMs: readonly number[];
}

/** Hedges calls that begin every 10 ms, each as soon as it is due, without anything else that a policy does. */
function run(hedge: Hedge, latency: Latency, calls = 60_000): Run {
  const random = randomStream(1, "latency");
  const events = new EventQueue();
  const took: number[] = [];
  const alone: number[] = [];
  let [counted, hedges] = [0, 0];

  const begin = (nowMs: number, number: number): void => {
    // The first minute is for learning.
    const counts = number >= 6_000;
    hedge.began(nowMs);
    const firstMs = latency(random);
    const delayMs = hedge.delayMs(nowMs);
    let isOver = false;
    const end = (atMs: number): void => {
      if (isOver) return;
      isOver = true;
      hedge.firstTook(atMs, atMs - nowMs);
      if (!counts) return;
      took.push(atMs - nowMs);
      alone.push(firstMs);
    };
    if (counts) counted++;
    events.add(nowMs + firstMs, () => end(nowMs + firstMs));
    if (delayMs < Infinity)
      events.add(
        nowMs + delayMs,
        () => {
          const atMs = nowMs + delayMs;
          if (isOver || !hedge.allows(atMs)) return;
          hedge.started(atMs);
          if (counts) hedges++;
          const hedgeMs = latency(random);
          events.add(atMs + hedgeMs, () => end(atMs + hedgeMs));
        },
        true,
      );
    if (number < calls) events.add(nowMs + 10, () => begin(nowMs + 10, number + 1));
  };

  events.add(0, () => begin(0, 1));
  for (let event = events.first; event !== undefined; event = events.first) {
    events.remove(event);
    event.ring();
  }
  const ascending = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);
  return { load: hedges / counted, tookMs: ascending(took), aloneMs: ascending(alone) };
}

const at = (sorted: readonly number[], quantile: number): number => sorted[Math.ceil(quantile * sorted.length) - 1] as number;

describe.each<[string, Latency]>([
  ["an exponential distribution", exponential],
  ["a log-normal distribution", logNormal],
  ["answers of about 10 ms, one in a hundred of a second", tail],
])("with %s", (_what, latency) => {
  test.each([0.9, 0.95, 0.99])("hedging at the quantile %s adds as much load as is above it, within half a point", (quantile) => {
    const { load } = run(new Hedge({ quantile, loadRatio: 1 }), latency);

    expect(Math.abs(load - (1 - quantile))).toBeLessThan(0.005);
  });

  test("the share of the load that is allowed by default costs the quantile 0.95 less than half a point", () => {
    const { load } = run(new Hedge({ quantile: 0.95 }), latency);

    expect(load).toBeLessThanOrEqual(0.05);
    expect(load).toBeGreaterThan(0.045);
  });
});

test("where one per cent of the delay holds many answers, there is less load, and never more", () => {
  const hedge = new Hedge({ quantile: 0.95, loadRatio: 1 });
  const { load } = run(hedge, narrow);

  expect(load).toBeLessThan(0.052);
  expect(hedge.stats.delayMs).toBeGreaterThan(10.88);
  expect(hedge.stats.delayMs).toBeLessThan(10.92 * 1.01);
});

test("hedging at the quantile 0.95 takes a tail of a second down to twice the other answers", () => {
  const hedge = new Hedge({ quantile: 0.95 });
  const { load, tookMs, aloneMs } = run(hedge, exactTail);

  expect(at(aloneMs, 0.999)).toBe(1_000);
  expect(at(tookMs, 0.999)).toBeLessThan(20.2);
  // The tail is all that is beyond the delay.
  expect(load).toBeGreaterThan(0.008);
  expect(load).toBeLessThan(0.012);
});

test("with several hedges the delay is that of first attempts", () => {
  const { load } = run(new Hedge({ quantile: 0.9, maxHedges: 3, loadRatio: 1 }), exponential);

  expect(Math.abs(load - 0.1)).toBeLessThan(0.005);
});
