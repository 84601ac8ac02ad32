/* Streams under a policy against a naive model: whatever sources and consumers do, items come once and in order, and all is closed. */
import fc from "fast-check";
import { constant, Hedge, Policy, type PolicyOptions } from "redress";
import { isStreamCutError, isStreamStalledError, policyStream } from "redress/stream";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { broken, type Source, type Step, sourceOf } from "../contrib/stream/stage.ts";

const LIMIT_MS = 100;
const MAX_ATTEMPTS = 3;

// No sum of these is the limit itself: which of two things at one instant comes first is nobody's law.
const step = fc.oneof(
  { weight: 5, arbitrary: fc.constant("item") },
  { weight: 3, arbitrary: fc.constantFrom(7, 30) },
  { weight: 1, arbitrary: fc.constantFrom<Step>(250, "hang") },
  { weight: 1, arbitrary: fc.constant("end") },
  { weight: 1, arbitrary: fc.constant("error") },
);
const script = fc.array(step, { maxLength: 8 });

/** Names the items, so that each is told from every other. */
const named = (steps: readonly Step[], attempt: number): Step[] =>
  steps.map((each, at) => (each === "item" || each === "end" ? `${each} ${attempt}.${at}` : each === "error" ? broken() : each));

const isEnd = (item: string): boolean => item.startsWith("end");

interface Run {
  readonly items: readonly string[];
  readonly end: "whole" | "error" | "stalled" | "cut" | "left";
}

/** What one source gives, by walking through its script. */
function walk(steps: readonly Step[], needsEnd: boolean): Run {
  const items: string[] = [];
  let waitedMs = 0;
  let isWhole = !needsEnd;
  let hasEnded = false;
  for (const each of steps) {
    if (each === "hang") waitedMs = Infinity;
    else if (typeof each === "number") waitedMs += each;
    else if (each instanceof Error) return { items, end: hasEnded ? "whole" : "error" };
    if (waitedMs >= LIMIT_MS) return { items, end: hasEnded ? "whole" : "stalled" };
    if (typeof each !== "string") continue;
    items.push(each);
    waitedMs = 0;
    if (needsEnd && isEnd(each)) hasEnded = isWhole = true;
  }
  return { items, end: isWhole ? "whole" : "cut" };
}

/** What the consumer gets: the first attempt with an item, or that ends well without one. */
function model(scripts: readonly (readonly Step[])[], needsEnd: boolean): Run {
  let last: Run = { items: [], end: "whole" };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    last = walk(scripts[Math.min(attempt, scripts.length - 1)] ?? [], needsEnd);
    if (last.items.length > 0 || last.end === "whole") break;
  }
  return last;
}

interface World {
  readonly scripts: readonly (readonly Step[])[];
  readonly needsEnd: boolean;
  readonly isHedged: boolean;
  /** After how many items the consumer breaks out of his loop, and when he aborts his signal. */
  readonly leavesAfter: number;
  readonly abortsAtMs: number;
}

const world: fc.Arbitrary<World> = fc.record({
  scripts: fc.array(script, { minLength: 1, maxLength: 4 }).map((all) => all.map(named)),
  needsEnd: fc.boolean(),
  isHedged: fc.boolean(),
  leavesAfter: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 4 })),
  abortsAtMs: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 400 })),
});

async function play({ scripts, needsEnd, isHedged, leavesAfter, abortsAtMs }: World) {
  const clock = new VirtualClock();
  const hedge = new Hedge({ delayMs: 40, loadRatio: 1 });
  for (let i = 0; i < 100; i++) hedge.began(0);
  let ends = 0;
  const retry = { maxAttempts: MAX_ATTEMPTS, strategy: constant(10), attemptTimeoutMs: LIMIT_MS };
  const hooks = { onCallEnd: () => void ends++ };
  const policy = new Policy({ clock, retry, hooks, ...(isHedged && { hedge }) } as PolicyOptions<unknown, never>);
  const sources: Source[] = [];
  const abort = new AbortController();
  const cancel = clock.alarm(abortsAtMs, () => abort.abort(new Error("aborted")));
  const stream = policyStream(
    policy,
    (attempt) => {
      const source = sourceOf(clock, scripts[Math.min(attempt.attempt, scripts.length) - 1] as Step[], attempt);
      sources.push(source);
      return source;
    },
    { idleTimeoutMs: LIMIT_MS, signal: abort.signal, ...(needsEnd && { isEnd }) },
  );
  const items: string[] = [];
  let openedAtFirst = 0;
  const loop = (async () => {
    for await (const item of stream) {
      if (items.push(item) === 1) openedAtFirst = sources.length;
      if (items.length === leavesAfter) break;
    }
  })().then(
    () => undefined,
    (error: unknown) => error,
  );
  const outcome = stream.outcome.finally(cancel);
  await clock.run();
  return { items, error: await loop, outcome: await outcome, sources, openedAtFirst, ends, clock, policy, stream };
}

test("a stream gives what the first attempt with an item gives, and ends as that ends", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (drawn) => {
      const { items, error, outcome } = await play({ ...drawn, isHedged: false, abortsAtMs: Infinity });
      const expected = model(drawn.scripts, drawn.needsEnd);
      const left = expected.items.length >= drawn.leavesAfter;
      expect(items).toEqual(left ? expected.items.slice(0, drawn.leavesAfter) : expected.items);
      if (left) {
        expect(error).toBeUndefined();
        const isWhole = drawn.needsEnd && items.some(isEnd);
        expect(outcome.ok).toBe(isWhole);
      } else {
        expect(outcome.ok).toBe(expected.end === "whole");
        expect(error === undefined).toBe(expected.end === "whole");
        if (expected.items.length > 0) {
          expect(isStreamStalledError(error)).toBe(expected.end === "stalled");
          expect(isStreamCutError(error)).toBe(expected.end === "cut");
        }
      }
    }),
    { numRuns: 400 },
  );
});

test("whatever happens: once, in order, of one source; all is closed once, and the call ends once", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (drawn) => {
      const { items, sources, openedAtFirst, ends, clock, policy, stream } = await play(drawn);
      const given = drawn.scripts.map((steps) => steps.filter((each) => typeof each === "string" && each !== "hang"));
      if (items.length > 0) {
        expect(given.some((of) => items.every((item, at) => of[at] === item))).toBe(true);
        expect(sources.length).toBe(openedAtFirst);
      }
      for (const { closed, mostAtOnce } of sources) {
        expect(closed).toBeLessThanOrEqual(1);
        expect(mostAtOnce).toBeLessThanOrEqual(1);
      }
      // What did not end by itself was closed.
      for (const { closed, signal, hasEnded } of sources)
        expect(hasEnded || (closed === 1 && (signal.aborted || drawn.needsEnd))).toBe(true);
      expect([ends, policy.inFlight, clock.pending]).toEqual([1, 0, 0]);
      expect(await stream.next()).toEqual({ done: true, value: undefined });
    }),
    { numRuns: 400 },
  );
});
