/*
 * The law of deliveries: a call whose retries are left to later deliveries does what it would have done in one. The same attempts, the same delays, the same end, the same counts,
 * whichever of its delays are left, however late the queue is, and whatever else the processes do.
 */
import fc from "fast-check";
import {
  constant,
  decorrelatedJitter,
  ErrorClass,
  equalJitter,
  exponential,
  type Outcome,
  Policy,
  type Progress,
  type RetryOptions,
  retryAfterOr,
  TokenBudget,
} from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

interface World {
  /** What the operation does at its attempts: the class that it fails with, and how long it takes. */
  readonly script: readonly {
    readonly errorClass: ErrorClass | null;
    readonly tookMs: number;
    readonly retryAfterMs: number | undefined;
  }[];
  readonly retry: RetryOptions;
  /** Delays from here on are left; how late each comes. */
  readonly fromMs: number;
  readonly lateMs: number;
  readonly chance: readonly number[];
}

interface Told {
  readonly stopReason: string | null;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly lastClass: ErrorClass | null;
  readonly nextDelayMs: number | null;
}

interface Run {
  readonly seen: readonly (readonly [attempt: number, remainingMs: number])[];
  readonly delaysMs: readonly number[];
  readonly end: Told;
  readonly deliveries: number;
}

class Scripted extends Error {
  readonly errorClass: ErrorClass;
  readonly retryAfterMs: number | undefined;
  constructor(errorClass: ErrorClass, retryAfterMs: number | undefined) {
    super("scripted");
    this.errorClass = errorClass;
    this.retryAfterMs = retryAfterMs;
  }
}

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** @param defers whether its delays are left to later deliveries, each in a new process */
async function run({ script, retry, fromMs, lateMs, chance }: World, defers: boolean): Promise<Run> {
  const seen: [number, number][] = [];
  const delaysMs: number[] = [];
  let drawn = 0;
  let progress: Progress | null = null;
  for (let deliveries = 1; ; deliveries++) {
    const clock: VirtualClock = new VirtualClock(1_000 * deliveries);
    const policy = new Policy({
      clock,
      random: () => chance[drawn++ % chance.length] as number,
      retry: {
        ...retry,
        budget: new TokenBudget({ capacity: 1_000 }),
        classifier: (error) => {
          const { errorClass, retryAfterMs } = error as Scripted;
          return retryAfterMs === undefined ? errorClass : { errorClass, retryAfterMs };
        },
        sleep: (_context, ms) => {
          delaysMs.push(rounded(ms));
          return defers && ms >= fromMs ? "defer" : "sleep";
        },
      },
    });
    const running: Promise<Outcome<unknown>> = policy.execute(
      async ({ attempt, remainingMs, signal }) => {
        seen.push([attempt, rounded(remainingMs)]);
        const step = script[(attempt - 1) % script.length] as World["script"][number];
        await clock.sleep(step.tookMs, signal);
        if (step.errorClass !== null) throw new Scripted(step.errorClass, step.retryAfterMs);
        return "value";
      },
      { resume: progress },
    );
    await clock.run();
    const outcome = await running;
    if (!outcome.ok && outcome.stopReason === "SCHEDULED") {
      progress = JSON.parse(JSON.stringify(outcome.progress));
      await new VirtualClock().advance(lateMs);
      continue;
    }
    const { attempts, elapsedMs } = outcome;
    const end = outcome.ok
      ? { stopReason: null, lastClass: null, nextDelayMs: null }
      : { stopReason: outcome.stopReason, lastClass: outcome.lastClass, nextDelayMs: outcome.nextDelayMs };
    return { seen, delaysMs, deliveries, end: { ...end, attempts, elapsedMs: rounded(elapsedMs) } };
  }
}

const classes = Object.values(ErrorClass);
const whole = (min: number, max: number) => fc.integer({ min, max });
const worlds: fc.Arbitrary<World> = fc.record({
  script: fc.array(
    fc.record({
      errorClass: fc.option(
        fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom<ErrorClass>("TRANSIENT", "SERVER_ERROR", "RATE_LIMIT", "UNKNOWN") },
          fc.constantFrom(...classes),
        ),
        { freq: 8 },
      ),
      tookMs: whole(0, 400),
      retryAfterMs: fc.option(whole(0, 3_000), { nil: undefined, freq: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  retry: fc.record({
    maxAttempts: whole(1, 12),
    deadlineMs: fc.constantFrom(1_000, 5_000, 20_000, Infinity),
    attemptTimeoutMs: fc.constantFrom(150, 1_000, Infinity),
    maxUnknownRetries: whole(0, 4),
    maxRetriesPerClass: fc.dictionary(fc.constantFrom(...classes), whole(0, 5)),
    strategy: fc.constantFrom(
      constant(300),
      constant(0),
      decorrelatedJitter({ baseMs: 50, maxMs: 2_000 }),
      equalJitter({ baseMs: 50, maxMs: 2_000 }),
      exponential({ baseMs: 100 }),
      retryAfterOr(decorrelatedJitter({ baseMs: 50, maxMs: 2_000 })),
    ),
  }),
  fromMs: fc.constantFrom(0, 1, 200, 1_000),
  lateMs: whole(0, 100_000),
  chance: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 7 }),
});

test("a call in several deliveries does what it would have done in one", { timeout: 120_000 }, async () => {
  let several = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const { deliveries: one, ...inOne } = await run(world, false);
      // An attempt that takes exactly what is left ends with its deadline, in one instant: which of the two comes first is nobody's promise.
      const { script } = world;
      fc.pre(inOne.seen.every(([attempt, remainingMs]) => script[(attempt - 1) % script.length]?.tookMs !== remainingMs));
      const { deliveries, ...inSeveral } = await run(world, true);
      expect(one).toBe(1);
      expect(inSeveral).toEqual(inOne);
      expect(deliveries).toBeLessThanOrEqual(inOne.end.attempts || 1);
      if (deliveries > 1) several++;
    }),
    { numRuns: 400 },
  );
  // It is about calls with several deliveries: enough of them had some.
  expect(several).toBeGreaterThan(100);
});
