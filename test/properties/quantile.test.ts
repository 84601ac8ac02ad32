/* The delay that a Hedge learns, against exact quantiles of everything it was ever told, and its load against an exact minute. */
import fc from "fast-check";
import { Hedge } from "redress";
import { expect, test, vi } from "vitest";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

const WINDOW_MS = 1_000;
/** What rounding may add to one per cent. */
const ROUNDING = 1e-9;
/** Where the last of 2048 buckets begins. */
const LONGEST_MS = 1.01 ** 2047;

interface Sample {
  readonly atMs: number;
  readonly durationMs: number;
}

/** The quantile of durations by sorting them, held within what can be told: a millisecond, and eight days. */
function exactQuantile(durations: readonly number[], quantile: number): number {
  const sorted = [...durations].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(quantile * sorted.length - ROUNDING));
  return Math.min(LONGEST_MS, Math.max(1, sorted[rank - 1] as number));
}

const isWithin = (delayMs: number, exactMs: number): boolean =>
  delayMs >= exactMs * (1 - ROUNDING) && delayMs <= exactMs * 1.01 * (1 + ROUNDING);

/**
 * Whether a delay is the quantile of the samples of the window, of which those may be missing that are older than three quarters of it.
 */
function isOfWindow(delayMs: number, samples: readonly Sample[], nowMs: number, quantile: number, minSamples: number): boolean {
  for (let oldest = 0; oldest <= samples.length; oldest++) {
    const leftOut = samples[oldest - 1];
    const kept = samples[oldest];
    if (leftOut !== undefined && leftOut.atMs > nowMs - WINDOW_MS * 0.75) return false;
    if (kept !== undefined && kept.atMs <= nowMs - WINDOW_MS) continue;
    const durations = samples.slice(oldest).map(({ durationMs }) => durationMs);
    const isRight = durations.length < minSamples ? delayMs === Infinity : isWithin(delayMs, exactQuantile(durations, quantile));
    if (isRight) return true;
  }
  return false;
}

// Nothing, a moment, part of a quarter, part of the window, and a long pause.
const wait = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 260 }),
  fc.constantFrom(250, 500, 749.5, 1_000, 1_001, 1e7),
);
const duration = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: -3, max: 10, noNaN: true }).map((power) => 10 ** power) },
  { weight: 4, arbitrary: fc.constantFrom(10, 10, 10.05, 1_000) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1, Number.MIN_VALUE, Number.MAX_VALUE, Infinity) },
);
const happening = fc.record({
  waitMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: wait }),
  // A burst of equal durations, or one.
  times: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 40 }) }),
  durationMs: duration,
});
const settings = fc.record({
  quantile: fc.oneof(fc.constantFrom(0.5, 0.9, 0.95, 0.99), fc.double({ min: 0.001, max: 0.999, noNaN: true })),
  minSamples: fc.constantFrom(1, 1, 5, 20),
});
const life = fc.array(happening, { maxLength: 60, size: "max" });

/** Tells a Hedge what happens, and those who want to know what it has been told. */
function live(
  hedge: Hedge,
  happenings: readonly { readonly waitMs: number; readonly times: number; readonly durationMs: number }[],
  samples: Sample[],
  startMs: number,
  look: (nowMs: number) => void = () => {},
): number {
  let nowMs = startMs;
  for (const { waitMs, times, durationMs } of happenings) {
    nowMs += waitMs;
    for (let i = 0; i < times; i++) {
      hedge.firstTook(nowMs, durationMs);
      samples.push({ atMs: nowMs, durationMs });
    }
    look(nowMs);
  }
  return nowMs;
}

test("the delay is the exact quantile of the window, at most one per cent more and a quarter of the window out of date", () => {
  const property = fc.property(settings, life, fc.constantFrom(0, 123.456, -5_000), (given, happenings, startMs) => {
    const hedge = new Hedge({ ...given, windowMs: WINDOW_MS });
    const samples: Sample[] = [];
    live(hedge, happenings, samples, startMs, (nowMs) => {
      const delayMs = hedge.delayMs(nowMs);
      if (!isOfWindow(delayMs, samples, nowMs, given.quantile, given.minSamples))
        throw new Error(`${delayMs} at ${nowMs} is not the quantile ${given.quantile} of ${JSON.stringify(samples)}`);
    });
  });
  fc.assert(property, { numRuns: 3_000 });
});

test("where nothing leaves the window, the delay is the quantile of everything", () => {
  const many = fc.array(duration, { minLength: 1, maxLength: 500, size: "max" });
  const property = fc.property(settings, many, ({ quantile }, durations) => {
    const hedge = new Hedge({ quantile, minSamples: 1, windowMs: Infinity });
    for (const [index, durationMs] of durations.entries()) {
      hedge.firstTook(index, durationMs);
      // To look often or seldom makes no difference.
      if (index % 7 === 0 || index === durations.length - 1) {
        const delayMs = hedge.delayMs(index);
        const exactMs = exactQuantile(durations.slice(0, index + 1), quantile);
        if (!isWithin(delayMs, exactMs)) throw new Error(`${delayMs}, must be ${exactMs}`);
      }
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("a clock that steps back does no harm for longer than it takes to catch up, or a window", () => {
  const property = fc.property(settings, life, life, fc.constantFrom(1, 250, 999, 1_001, 1e6), (given, before, after, backMs) => {
    const hedge = new Hedge({ ...given, windowMs: WINDOW_MS });
    const samples: Sample[] = [];
    const endMs = live(hedge, before, samples, 0);
    const backAtMs = live(hedge, after, samples, endMs - backMs, (nowMs) => {
      const delayMs = hedge.delayMs(nowMs);
      const durations = samples.map(({ durationMs }) => Math.min(LONGEST_MS, Math.max(1, durationMs)));
      if (delayMs === Infinity) return;
      if (delayMs < Math.min(...durations) || delayMs > Math.max(...durations) * 1.01 * (1 + ROUNDING))
        throw new Error(`${delayMs} is none of ${durations}`);
    });
    const quietAtMs = Math.max(backAtMs, endMs) + 2 * WINDOW_MS;
    expect(hedge.delayMs(quietAtMs)).toBe(Infinity);
    const again: Sample[] = [];
    live(hedge, after, again, quietAtMs, (nowMs) => {
      const delayMs = hedge.delayMs(nowMs);
      if (!isOfWindow(delayMs, again, nowMs, given.quantile, given.minSamples)) throw new Error(`${delayMs} at ${nowMs}`);
    });
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("what is remembered stays small, however many durations there are and however far apart", () => {
  const fill = (to: number): number => {
    const hedges = Array.from({ length: 100 }, () => new Hedge({ quantile: 0.95 }));
    globalThis.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    // Over twice the window, of a minute.
    for (const hedge of hedges)
      for (let i = 0; i < 6_000; i++) hedge.firstTook(i * 20, 0.001 * (to / 0.001) ** ((i % 997) / 996));
    globalThis.gc?.();
    const bytes = process.memoryUsage().arrayBuffers - before;
    // They are alive until here.
    return bytes / hedges.length;
  };
  // The process has buffers of others, which come and go: the least of some measurements is the closest.
  const least = (to: number): number => Math.min(...Array.from({ length: 3 }, () => fill(to)));
  // Up to 163 ms, and anything there is.
  expect(least(160)).toBeLessThan(11_000);
  expect(least(1e12)).toBeLessThan(42_000);
});

const load = fc.array(
  fc.record({
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 }), fc.constantFrom(20_000, 59_999, 60_000, 61_000, 1e6)),
    calls: fc.integer({ min: 0, max: 30 }),
  }),
  { maxLength: 60, size: "max" },
);

test("hedges are never more than their share of the calls of the last minute, nor refused where a second more or less would allow them", () => {
  const property = fc.property(fc.integer({ min: 1, max: 100 }), fc.nat({ max: 3_000 }), load, (percent, startMs, steps) => {
    const hedge = new Hedge({ delayMs: 1, loadRatio: percent / 100 });
    const calls: number[] = [];
    const hedges: number[] = [];
    const since = (instants: readonly number[], fromMs: number): number => instants.filter((atMs) => atMs > fromMs).length;
    let nowMs = startMs;
    for (const step of steps) {
      nowMs += step.waitMs;
      for (let i = 0; i < step.calls; i++) {
        hedge.began(nowMs);
        calls.push(nowMs);
      }
      const [minuteAgo, lessAgo, moreAgo] = [nowMs - 60_000, nowMs - 59_000, nowMs - 61_000];
      while (hedge.allows(nowMs)) {
        if ((since(hedges, minuteAgo) + 1) * 100 > percent * since(calls, minuteAgo)) throw new Error(`allowed at ${nowMs}`);
        hedge.started(nowMs);
        hedges.push(nowMs);
      }
      if ((since(hedges, moreAgo) + 1) * 100 <= percent * since(calls, lessAgo)) throw new Error(`refused at ${nowMs}`);
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});
