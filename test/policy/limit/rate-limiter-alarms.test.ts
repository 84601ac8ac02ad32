/* The alarms of those who wait for a rate limiter: one for all where it is sure to ring, else one for each. */
import { RateLimiter, type RateLimiterOptions } from "redress";
import { expect, test } from "vitest";
import { ask, leave } from "./ask.ts";

interface Alarm {
  readonly by: string;
  readonly atMs: number;
  readonly ring: () => void;
}

/** A clock whose alarms belong to who has set them, and may be lost with it. */
class LossyClock {
  alarms: readonly Alarm[] = [];
  #nowMs = 0;
  #by = "";

  now(): number {
    return this.#nowMs;
  }

  async sleep(): Promise<void> {}

  alarm(ms: number, ring: () => void): () => void {
    const alarm = { by: this.#by, atMs: this.#nowMs + ms, ring };
    this.alarms = [...this.alarms, alarm];
    return () => {
      this.alarms = this.alarms.filter((other) => other !== alarm);
    };
  }

  /** Whose the alarms are that are set meanwhile. */
  as<T>(by: string, act: () => T): T {
    this.#by = by;
    return act();
  }

  lose(by: string): void {
    this.alarms = this.alarms.filter((alarm) => alarm.by !== by);
  }

  advanceTo(atMs: number): void {
    for (;;) {
      const [next] = [...this.alarms].sort((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > atMs) break;
      this.alarms = this.alarms.filter((alarm) => alarm !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.as(next.by, next.ring);
    }
    this.#nowMs = atMs;
  }

  /** Who is to be woken when, the first first. */
  get pending(): readonly (readonly [by: string, atMs: number])[] {
    return this.alarms.map(({ by, atMs }) => [by, atMs] as const).sort(([, one], [, other]) => one - other);
  }
}

/** One whose alarms are sure to ring. */
class SureClock extends LossyClock {
  alarmAt(atMs: number, ring: () => void): () => void {
    return this.alarm(atMs - this.now(), ring);
  }
}

/** A limiter of which everything is taken, and those who wait for it. */
function usedUp(options: Omit<RateLimiterOptions, "clock">, clock = new LossyClock()) {
  const limiter = new RateLimiter({ maxQueue: 5, ...options, clock } as RateLimiterOptions);
  ask(limiter, { cost: options.burst ?? options.limit ?? 1 });
  const admittedAtMs: [name: string, atMs: number][] = [];
  const wait = (name: string) => clock.as(name, () => ask(limiter, { told: () => void admittedAtMs.push([name, clock.now()]) }));
  return { clock, limiter, wait, admittedAtMs };
}

test("one alarm, set anew by whoever joins, serves all who wait where it is sure to ring", () => {
  const { clock, limiter, wait, admittedAtMs } = usedUp({ limit: 1, intervalMs: 1_000 }, new SureClock());
  for (const name of ["a", "b", "c"]) wait(name);
  expect([limiter.waiting, clock.pending]).toEqual([3, [["c", 1_000]]]);
  clock.advanceTo(3_000);
  expect(admittedAtMs).toEqual([
    ["a", 1_000],
    ["b", 2_000],
    ["c", 3_000],
  ]);
  expect(clock.pending).toEqual([]);
});

test.each([
  ["one alarm that rings", () => new SureClock()],
  ["alarms that ring", () => new LossyClock()],
])("%s in time serve each at its instant, however little is between them", (_how, clockOf) => {
  const { clock, wait, admittedAtMs } = usedUp({ limit: 1, intervalMs: 0.25 }, clockOf());
  for (const name of ["a", "b", "c"]) wait(name);
  clock.advanceTo(1);
  expect(admittedAtMs).toEqual([
    ["a", 0.25],
    ["b", 0.5],
    ["c", 0.75],
  ]);
});

test("each has one alarm of its own, for its turn, and takes it along when it leaves", () => {
  const { clock, wait } = usedUp({ limit: 1, intervalMs: 1_000 });
  const [, , c] = [wait("a"), wait("b"), wait("c")];
  expect(clock.pending).toEqual([
    ["a", 1_000],
    ["b", 2_000],
    ["c", 3_000],
  ]);
  leave(c);
  expect(clock.pending).toEqual([
    ["a", 1_000],
    ["b", 2_000],
  ]);
});

test("where turns come later than was known, each sets its alarm again: the first for its turn, those behind it the less often the longer they have waited", () => {
  const { clock, limiter, wait, admittedAtMs } = usedUp({ limit: 10, intervalMs: 1_000, burst: 1 });
  wait("a");
  wait("b");
  clock.advanceTo(60);
  wait("c");
  limiter.spend(59);
  expect(clock.pending).toEqual([
    ["a", 100],
    ["b", 200],
    ["c", 300],
  ]);
  clock.advanceTo(300);
  // All 60 that were taken come back, one in 100 ms.
  expect(clock.pending).toEqual([
    ["a", 6_000],
    ["b", 6_000],
    ["c", 6_000],
  ]);
  clock.advanceTo(6_000);
  expect(admittedAtMs).toEqual([["a", 6_000]]);
  expect(clock.pending).toEqual([
    ["b", 6_100],
    ["c", 6_000 + (6_000 - 60) / 8],
  ]);
  clock.advanceTo(6_100);
  expect(clock.pending).toEqual([
    ["b", 6_200],
    ["c", 6_742.5],
  ]);
  clock.advanceTo(6_200);
  expect(admittedAtMs).toEqual([
    ["a", 6_000],
    ["b", 6_100],
    ["c", 6_200],
  ]);
  expect(clock.pending).toEqual([]);
});

test("who waits behind others is served, though their alarms were lost with them", () => {
  const { clock, limiter, wait, admittedAtMs } = usedUp({ limit: 10, intervalMs: 1_000, burst: 1 });
  wait("a");
  wait("b");
  limiter.spend(59);
  clock.advanceTo(300);
  clock.lose("a");
  clock.advanceTo(7_000);
  expect(admittedAtMs).toEqual([
    ["a", 6_000],
    ["b", 6_100],
  ]);
});

test("who is turned away after somebody has left the queue hears when to come again", () => {
  const { limiter, wait } = usedUp({ limit: 1, intervalMs: 1_000 });
  const [, b] = [wait("a"), wait("b")];
  leave(b);
  expect(ask(limiter, { maxWaitMs: 0 }).answer).toMatchObject({ kind: "rejected", retryAfterMs: 2_000 });
});

/** Rings so much too early, the first time or always. */
function earlyClock(earlyMs: number, { always = false, atInstants = false } = {}) {
  let nowMs = 0;
  let rings = 0;
  let set: { readonly atMs: number; readonly ring: () => void } | null = null;
  const alarmAt = (atMs: number, ring: () => void): (() => void) => {
    set = { atMs: Math.max(nowMs, atMs - (rings === 0 || always ? earlyMs : 0)), ring };
    return () => {
      set = null;
    };
  };
  const alarm = (ms: number, ring: () => void) => alarmAt(nowMs + ms, ring);
  const clock = { now: () => nowMs, sleep: async () => {}, alarm, ...(atInstants && { alarmAt }) };
  const run = (): number => {
    while (set !== null && rings < 10) {
      const { atMs, ring }: { readonly atMs: number; readonly ring: () => void } = set;
      set = null;
      rings++;
      nowMs = atMs;
      ring();
    }
    return rings;
  };
  return { clock, run };
}

test.each([
  ["each for itself", false],
  ["one for all", true],
])("where alarms ring half a millisecond early, %s, it looks again, and does not spin", (_how, atInstants) => {
  const { clock, run } = earlyClock(0.5, { always: true, atInstants });
  const limiter = new RateLimiter({ limit: 1, intervalMs: 10, maxQueue: 1, clock });
  ask(limiter);
  const waiting = ask(limiter);
  expect([run(), waiting.heard.length, clock.now() >= 10, clock.now() < 11]).toEqual([2, 1, true, true]);
});

test.each([
  ["each for itself", 10, 0.0005, false],
  ["one for all", 10, 0.0005, true],
  ["one for all", 0.001, 0.001, true],
])(
  "where an alarm rings early by a rounding, %s, of %d ms by %d, it looks again at the instant itself",
  (_how, intervalMs, earlyMs, atInstants) => {
    const { clock, run } = earlyClock(earlyMs, { atInstants });
    const limiter = new RateLimiter({ limit: 1, intervalMs, maxQueue: 1, clock });
    ask(limiter);
    const waiting = ask(limiter);
    expect([run(), waiting.heard.length, clock.now()]).toEqual([2, 1, intervalMs]);
  },
);
