/* The limit of an AdaptiveConcurrency, window by window: exact where the properties of it only say about where it settles. */
import { describe, expect, test } from "vitest";
import { ConcurrencyLimit } from "../../src/core/limit/concurrency-limit.ts";

/** What is heard in a window: a hundred answers that take 1 ms, with all of the limit in use, unless it says otherwise. */
interface Heard {
  /** What each answer takes. */
  readonly ms?: number;
  readonly answers?: number;
  /** How many of them are timeouts. */
  readonly timeouts?: number;
  /** They are server errors, after as long. */
  readonly areErrors?: boolean;
  readonly refusals?: number;
  /** The most in use. */
  readonly peak?: number;
  /** How many were in use when each was asked for: as many as at most, unless it says otherwise. */
  readonly use?: number;
  /** How long the last answer is waited for. */
  readonly lastMs?: number;
}

class Followed {
  readonly limit: ConcurrencyLimit;
  nowMs = 0;
  #places: number;

  constructor(initial: number) {
    this.limit = new ConcurrencyLimit({ min: 1, max: 1_000, initial }, 0, 0);
    this.#places = initial;
  }

  /** One window, and the limit after it. The last answer closes it. */
  hear({
    ms = 1,
    answers = 100,
    timeouts = 0,
    areErrors = false,
    refusals = 0,
    peak = this.#places,
    use = peak,
    lastMs = 200,
  }: Heard): number {
    const { limit } = this;
    // It begins when what was asked for before is over.
    this.nowMs += 50;
    limit.took(peak);
    for (let count = 0; count < refusals; count++) limit.refused(this.nowMs, 0);
    for (let count = 1; count <= answers; count++) {
      if (count === answers) this.nowMs += lastMs;
      if (areErrors) limit.failed(this.nowMs, ms, use, 0);
      else limit.answered(this.nowMs, ms, use, 0, count <= timeouts);
    }
    this.#places = limit.limitAt(this.nowMs, 0);
    return this.#places;
  }

  /** The window of a probe: it begins to listen when no more are in use than it allows. */
  hearProbe(heard: Heard): number {
    this.limit.answered(this.nowMs, 1, 1, 0, false);
    return this.hear(heard);
  }

  all(...windows: readonly Heard[]): number[] {
    return windows.map((heard) => this.hear(heard));
  }
}

/** One that knows that an answer takes 1 ms without a queue, from when little was in use, and has tried nothing yet. */
function untried(initial = 100): Followed {
  const followed = new Followed(initial);
  followed.all({}, { peak: 0, use: 1 });
  return followed;
}

/** One that knows the same from a probe, so that none is due for six seconds. */
function knowing(initial = 100): Followed {
  const followed = new Followed(initial);
  followed.all({}, { answers: 1_000 });
  followed.hearProbe({ use: initial / 2 });
  return followed;
}

describe("the first of it", () => {
  test("is a probe to half of what is in use, where half of the limit is in use", () => {
    expect(new Followed(100).all({}, { peak: 50 })).toEqual([100, 25]);
    expect(new Followed(100).all({}, { peak: 49 })).toEqual([100, 100]);
  });

  test("takes a probe in which as many were in use for nothing, and does not average it", () => {
    const followed = new Followed(100);
    followed.all({}, {});
    expect(followed.hearProbe({ ms: Math.exp(0.035), use: 100, answers: 1_000 })).toBe(100);
    // Slower by 5 % than 1 ms: a queue, though it would be none beside 1.03 ms.
    expect(followed.hear({ ms: Math.exp(0.05) })).toBeLessThan(100);
  });

  test("does not average a probe that shows no queue, but that answers take longer by now", () => {
    const followed = new Followed(100);
    followed.all({}, {});
    expect(followed.hearProbe({ ms: 1.2, use: 50, answers: 1_000 })).toBe(100);
    expect(followed.hear({ ms: 1.2 })).toBeLessThan(100);
  });
});

describe("while answers are quick", () => {
  test("it doubles where half of it is in use, and stays where less is", () => {
    expect(knowing().all({ peak: 50 })).toEqual([200]);
    expect(knowing().all({ peak: 49 })).toEqual([100]);
  });

  test("it grows by half of its root after a queue, and faster after three windows", () => {
    const followed = knowing();
    expect(followed.all({ ms: 4 })).toEqual([70]);
    expect(followed.all({}, {}, {}, {}, {})).toEqual([74, 78, 83, 92, 111]);
  });
});

describe("after refusals", () => {
  test("it is lower by their share, by half at most, doubles up to half of what it was, and then grows by half of its root", () => {
    const followed = knowing();
    expect(followed.all({ answers: 50, refusals: 50 }, { answers: 40, refusals: 60 })).toEqual([50, 25]);
    expect(followed.all({}, {}, {})).toEqual([50, 54, 57]);
  });

  test("a probe begins as soon as it is half of what it was", () => {
    expect(untried().all({ answers: 50, refusals: 50 })).toEqual([25]);
  });

  test("it grows in the same window where they are no more than one of twenty", () => {
    expect(knowing().all({ answers: 95, refusals: 5 })).toEqual([100]);
    expect(knowing().all({ answers: 94, refusals: 6 })).toEqual([94]);
  });

  test("more of them, of what was sent before it fell, do not lower it again", () => {
    const followed = knowing();
    followed.hear({ answers: 50, refusals: 50 });
    for (let count = 0; count < 50; count++) followed.limit.refused(followed.nowMs, 0);
    expect(followed.hear({})).toBe(54);
  });

  test("ten of them are enough once a second has passed", () => {
    const { limit, nowMs } = knowing();
    for (let count = 0; count < 9; count++) limit.refused(nowMs, 0);
    limit.refused(nowMs + 1_000, 0);
    expect(limit.limitAt(nowMs + 1_000, 0)).toBe(50);
  });

  test("a failure is one of them up to half of what an answer takes", () => {
    const { limit, nowMs } = knowing();
    expect([0.5, 0.51].map((ms) => limit.failed(nowMs, ms, 1, 0))).toEqual([true, false]);
  });
});

describe("while answers are slow", () => {
  test("it is lower where a tenth of them are timeouts, and lower yet, without waiting to know why, where more are", () => {
    expect(knowing().all({ ms: 4, timeouts: 10 })).toEqual([70]);
    expect(knowing().all({ ms: 4, timeouts: 11 })).toEqual([55]);
  });

  test("it grows all the same where it was not reached, and they are slower by no more than a fifth", () => {
    expect(knowing().all({ ms: 1.15, peak: 60 })).toEqual([200]);
    expect(knowing().all({ ms: Math.exp(0.2), peak: 60 })).toEqual([200]);
    expect(knowing().all({ ms: 1.6, peak: 60 })).toEqual([91]);
  });

  test("with few in use it is twice as many at most, unless as many were quick", () => {
    expect(knowing().all({ ms: 2, peak: 40 })).toEqual([80]);
    expect(knowing().all({ ms: Math.exp(0.2), peak: 40 })).toEqual([100]);
    expect(knowing().all({ use: 1 }, { ms: 2, peak: 40, use: 1 })).toEqual([200, 200]);
  });

  test("with few in use it is twice as many at most, where as many were quick once, but fewer slow since", () => {
    expect(knowing().all({}, { ms: 4, use: 60 }, { ms: 4, peak: 50, use: 80 })).toEqual([200, 107, 100]);
  });

  test("a step by a fifth of it is taken as a whole", () => {
    expect(knowing(63).all({ ms: 4, use: 72 })).toEqual([50]);
  });

  test.each([
    ["answers", false],
    ["server errors after as long", true],
  ])(
    "and fewer of them are no help, it goes back, and tries nothing until it knows what more of them do: %s",
    (_what, areErrors) => {
      const low: Heard = { ms: 2, areErrors };
      const followed = knowing();
      // By the second of them a probe is due.
      expect(followed.all(low, { ...low, lastMs: 10_000 }, low, low)).toEqual([70, 70, 70, 100]);
      // It was a queue after all.
      expect(followed.all({ ms: 2.8, use: 98 })).toEqual([100]);
    },
  );
});
