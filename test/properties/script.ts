/*
 * What a world does, written down: a policy, the code of its user, and the calls that are made on it. Scripts are plain data, so a
 * failing one can be read, and run again.
 */
import fc from "fast-check";
import { ErrorClass } from "redress";
import { GROUND_FLOOR, type Storey } from "./limit-script.ts";

/** What an operation throws or returns. */
export type Gift = "value" | "abort retry" | "circuit open" | "come later" | "primitive" | "frozen" | ErrorClass;

/** What the operation does when it is invoked; the first step at the first attempt. After the last step it succeeds. */
export interface Step {
  /** Keeps the thread busy first. */
  readonly blocksMs: number;
  /** Aborts the caller's signal, disposes the bound call it belongs to, before it does anything else. */
  readonly aborts: boolean;
  readonly disposes: boolean;
  readonly ends: "return" | "throw" | "resolve" | "reject" | "never" | "obeys" | "thenable";
  readonly afterMs: number;
  readonly gives: Gift;
}

export interface CallScript {
  readonly startAtMs: number;
  readonly steps: readonly Step[];
  /** Whose signal it is given, if any. */
  readonly signal: "none" | "own" | "shared";
  readonly abortAtMs: number | null;
  /** `abortIf` answers true from this attempt on. */
  readonly abortIfFrom: number | null;
  /** Made through the world's bound call. */
  readonly bound: boolean;
  /** What each attempt costs at the limiters. */
  readonly cost: number | undefined;
}

/** Code of the user's that runs inside a call. Observers of the circuit, and of the beginning of a call, are places of their own: they run before the first attempt, too. */
export type Place =
  | "onCallStart"
  | "onCallEnd"
  | "onAttemptStart"
  | "onAttemptEnd"
  | "aroundAttempt"
  | "onMetric"
  | "onLog"
  | "beforeSleep"
  | "circuit event"
  | "abortIf"
  | "classifier"
  | "resultClassifier"
  | "strategy"
  | "budget"
  | "sleep"
  | "sleeper"
  | "fallback"
  | "discard"
  | "admit"
  | "release";

/** A place that does something beside its task, the `nth` time (from 0) that the policy comes by. */
export interface Meddling {
  readonly where: Place;
  readonly nth: number;
  readonly what: "abort" | "dispose" | "block" | "call" | "throw";
}

export interface RetryScript {
  readonly deadlineMs: number;
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  readonly maxUnknownRetries: number;
  readonly maxRetriesPerClass: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly delaysMs: readonly number[];
  readonly onExhausted: "rethrow" | "wrap";
  readonly budget: number | null;
  readonly sleep: readonly { readonly answer: "sleep" | "defer" | "abort"; readonly afterMs: number | null }[] | null;
  /** Sleeps `extraMs` longer than it was told to. */
  readonly sleeper: { readonly extraMs: number; readonly heedsSignal: boolean } | null;
}

export interface Script extends Storey {
  readonly retry: RetryScript | null;
  readonly breaker: { readonly failureThreshold: number; readonly recoveryTimeoutMs: number; readonly tripped: boolean } | null;
  readonly fallback: {
    readonly covers: "most" | "all";
    readonly ends: "return" | "throw" | "resolve" | "reject";
    readonly afterMs: number;
  } | null;
  readonly hooks: "quiet" | "throw" | "reject";
  readonly sharedAbortAtMs: number | null;
  readonly disposeAtMs: number | null;
  readonly meddling: Meddling | null;
  readonly calls: readonly CallScript[];
}

const often = <T>(usual: T, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

// Few different numbers, so that things often fall together.
const ms: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(0.1, 0.7, 2.3, 30, 100) },
);
const limitMs = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0.3, 60, 200) },
);

const gift: fc.Arbitrary<Gift> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Gift>("value") },
  { weight: 6, arbitrary: fc.constantFrom<Gift>("TRANSIENT", "SERVER_ERROR", "RATE_LIMIT") },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Gift>(
      ...(Object.keys(ErrorClass) as ErrorClass[]),
      "primitive",
      "frozen",
      "abort retry",
      "circuit open",
      "come later",
    ),
  },
);

const step: fc.Arbitrary<Step> = fc.record({
  blocksMs: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: ms }),
  aborts: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  disposes: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  ends: fc.constantFrom<Step["ends"]>("reject", "throw", "return", "resolve", "never", "obeys", "thenable"),
  afterMs: ms,
  gives: gift,
});

const call = (steps: fc.Arbitrary<Step>): fc.Arbitrary<CallScript> =>
  fc.record({
    startAtMs: often(0, ms),
    steps: fc.array(steps, { maxLength: 6, size: "max" }),
    signal: fc.constantFrom("none", "own", "shared"),
    abortAtMs: often<number | null>(null, ms),
    abortIfFrom: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) }),
    bound: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    cost: often<number | undefined>(undefined, fc.constantFrom(0, 1, 2, 3)),
  });

const retry: fc.Arbitrary<RetryScript> = fc.record({
  deadlineMs: fc.oneof({ weight: 3, arbitrary: limitMs }, { weight: 1, arbitrary: fc.constantFrom(Infinity, 2 ** 40) }),
  attemptTimeoutMs: fc.oneof(limitMs, fc.constant(Infinity)),
  maxAttempts: fc.constantFrom(6, 1, 2, 3, Infinity),
  maxUnknownRetries: fc.constantFrom(2, 0, 1, Infinity),
  maxRetriesPerClass: often<RetryScript["maxRetriesPerClass"]>(
    {},
    fc.constantFrom({ TRANSIENT: 0 }, { TRANSIENT: 1, RATE_LIMIT: 2 }),
  ),
  delaysMs: fc.array(
    fc.oneof({ weight: 6, arbitrary: ms }, { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -5, Infinity, 1e12) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  onExhausted: fc.constantFrom("rethrow", "wrap"),
  budget: often<number | null>(null, fc.integer({ min: 0, max: 3 })),
  sleep: often<RetryScript["sleep"]>(
    null,
    fc.array(fc.record({ answer: fc.constantFrom("sleep", "defer", "abort"), afterMs: fc.option(ms) }), {
      minLength: 1,
      maxLength: 3,
    }),
  ),
  sleeper: often<RetryScript["sleeper"]>(null, fc.record({ extraMs: ms, heedsSignal: fc.boolean() })),
});

const parts = {
  breaker: fc.option(
    fc.record({
      failureThreshold: fc.constantFrom(1, 2, 5),
      recoveryTimeoutMs: ms,
      tripped: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  ),
  fallback: often<Script["fallback"]>(
    null,
    fc.record({
      covers: fc.constantFrom("most", "all"),
      ends: fc.constantFrom("return", "throw", "resolve", "reject"),
      afterMs: ms,
    }),
  ),
  hooks: fc.constantFrom<Script["hooks"]>("quiet", "throw", "reject"),
  disposeAtMs: often<number | null>(null, ms),
};

const PLACES: readonly Place[] = [
  "onCallStart",
  "onCallEnd",
  "onAttemptStart",
  "onAttemptEnd",
  "aroundAttempt",
  "onMetric",
  "onLog",
  "beforeSleep",
  "circuit event",
  "abortIf",
  "classifier",
  "resultClassifier",
  "strategy",
  "budget",
  "sleep",
  "sleeper",
  "fallback",
  "discard",
];

/** Code of the user's own limiters. */
const AT_LIMITERS: readonly Place[] = ["admit", "release"];

const meddlingAt = (where: readonly Place[], what: readonly Meddling["what"][]): fc.Arbitrary<Meddling> =>
  fc.record({ where: fc.constantFrom(...where), nth: fc.constantFrom(0, 1, 2, 3), what: fc.constantFrom(...what) });

export const meddling = (...what: Meddling["what"][]): fc.Arbitrary<Meddling> => meddlingAt(PLACES, what);
export const meddlingLimiters = (...what: Meddling["what"][]): fc.Arbitrary<Meddling> => meddlingAt(AT_LIMITERS, what);

const EARLY: readonly Place[] = ["onCallStart", "abortIf", "circuit event"];

/** Keeps the thread busy while the first attempt has yet to begin, as well as later; or only later. */
export const busyEarly: fc.Arbitrary<Meddling> = meddlingAt(EARLY, ["block"]);
export const busyLater: fc.Arbitrary<Meddling> = meddlingAt(
  PLACES.filter((place) => !EARLY.includes(place) && place !== "discard"),
  ["block"],
);

interface Crowd {
  readonly storey: fc.Arbitrary<Storey>;
  readonly calls: number;
  readonly steps: fc.Arbitrary<Step>;
}

const aFew: Crowd = { storey: fc.constant(GROUND_FLOOR), calls: 3, steps: step };

/** Worlds with up to so many calls at a time. */
export const scripts = (
  meddles: fc.Arbitrary<Meddling | null> = fc.constant(null),
  { storey, calls, steps }: Crowd = aFew,
): fc.Arbitrary<Script> =>
  withStorey(
    storey,
    fc.record({
      retry: fc.oneof({ weight: 9, arbitrary: retry }, { weight: 1, arbitrary: fc.constant(null) }),
      ...parts,
      sharedAbortAtMs: often<number | null>(null, ms),
      meddling: meddles,
      calls: fc.array(call(steps), { minLength: 1, maxLength: calls }),
    }),
  );

/** What takes its time, and often succeeds: so that attempts of one call are in flight together, and several calls want the same places. */
const slowStep: fc.Arbitrary<Step> = fc
  .record({
    afterMs: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 30 }) }, { weight: 1, arbitrary: ms }),
    gives: fc.oneof(fc.constant<Gift>("value"), gift),
    ends: fc.constantFrom<Step["ends"]>("resolve", "reject", "resolve", "thenable", "never", "obeys"),
  })
  .chain((slow) => step.map((any) => ({ ...any, ...slow })));

/** Worlds in which more calls meet. */
export const crowds = (storey: fc.Arbitrary<Storey>, meddles: fc.Arbitrary<Meddling | null> = fc.constant(null), calls = 5) =>
  scripts(meddles, { storey, calls, steps: fc.oneof({ weight: 3, arbitrary: slowStep }, { weight: 1, arbitrary: step }) });

const withStorey = (storey: fc.Arbitrary<Storey>, ground: fc.Arbitrary<Omit<Script, keyof Storey>>): fc.Arbitrary<Script> =>
  fc.tuple(ground, storey).map(([script, above]) => ({ ...script, ...above }));

const synchronousGround: fc.Arbitrary<Omit<Script, keyof Storey>> = fc.record({
  retry: fc.option(
    retry.map((settings) => ({
      ...settings,
      sleep: settings.sleep?.map(({ answer }) => ({ answer, afterMs: 0 })) ?? null,
      sleeper: null,
    })),
    { freq: 9 },
  ),
  ...parts,
  fallback: parts.fallback.map(
    (fallback) =>
      fallback && {
        ...fallback,
        ends: fallback.ends === "return" || fallback.ends === "resolve" ? ("return" as const) : ("throw" as const),
      },
  ),
  disposeAtMs: fc.constant(null),
  sharedAbortAtMs: fc.constant(null),
  meddling: fc.option(meddling("throw", "abort", "dispose"), { freq: 5 }),
  calls: fc.array(
    call(fc.tuple(step, fc.constantFrom("throw" as const, "return" as const)).map(([one, ends]) => ({ ...one, ends }))).map(
      (one) => ({
        ...one,
        abortAtMs: null,
      }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Worlds in which nothing waits but the policy: both drivers can live in them. Their calls follow one another. */
export const synchronousScripts = (storey: fc.Arbitrary<Storey> = fc.constant(GROUND_FLOOR)): fc.Arbitrary<Script> =>
  withStorey(storey, synchronousGround);
