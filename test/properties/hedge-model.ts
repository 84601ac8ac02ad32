/*
 * What becomes of one hedged call, told step by step, from design.md, section 9: a list of what is in flight, and at each instant the one thing that
 * happens next. It knows nothing of promises, signals or alarms.
 */
import fc from "fast-check";
import type { AttemptDecision, ErrorClass, StopReason } from "redress";

/** What the dependency answers to the n-th attempt; `null` is a success. After the last, all succeed at once. */
interface ModelAnswer {
  readonly afterMs: number;
  readonly failsAs: ErrorClass | null;
}

export interface HedgedScript {
  readonly delayMs: number;
  readonly maxHedges: number;
  readonly maxAttempts: number;
  readonly attemptTimeoutMs: number;
  readonly deadlineMs: number;
  readonly retryDelayMs: number;
  /** Retries and hedges that the budget allows. */
  readonly budget: number;
  readonly answers: readonly ModelAnswer[];
}

export interface HedgedStory {
  readonly attempts: readonly { readonly atMs: number; readonly hedge: boolean; readonly decision: AttemptDecision }[];
  readonly stopReason: StopReason | null;
  readonly endMs: number;
}

interface InFlight {
  readonly number: number;
  readonly hedge: boolean;
  readonly endsAtMs: number;
  readonly failsAs: ErrorClass | null;
}

const SAME_MS = 1e-6;
const FINAL: ReadonlySet<ErrorClass> = new Set<ErrorClass>(["AUTH", "PERMISSION", "PERMANENT"]);

/** `null` where two things fall on one instant: which of them comes first is nothing that is promised. */
export function tellHedged(script: HedgedScript): HedgedStory | null {
  const attempts: { atMs: number; hedge: boolean; decision: AttemptDecision }[] = [];
  let budget = script.budget;
  let inFlight: InFlight[] = [];
  let hedges = 0;
  let mayHedge = true;
  let hedgeAtMs = Infinity;
  let nowMs = 0;

  const begin = (hedge: boolean): void => {
    const { afterMs, failsAs } = script.answers[attempts.length] ?? { afterMs: 0.0001, failsAs: null };
    const timesOut = script.attemptTimeoutMs < afterMs;
    attempts.push({ atMs: nowMs, hedge, decision: "cut" });
    inFlight.push({
      number: attempts.length,
      hedge,
      endsAtMs: nowMs + Math.min(afterMs, script.attemptTimeoutMs),
      failsAs: timesOut ? "TRANSIENT" : failsAs,
    });
    if (hedge) hedges++;
    hedgeAtMs = hedges < script.maxHedges && attempts.length < script.maxAttempts ? nowMs + script.delayMs : Infinity;
  };
  const beginHedge = (): boolean => {
    if (!mayHedge || hedges >= script.maxHedges || attempts.length >= script.maxAttempts || budget === 0) return false;
    budget--;
    begin(true);
    return true;
  };
  const decided = (number: number, decision: AttemptDecision): void => {
    (attempts[number - 1] as { decision: AttemptDecision }).decision = decision;
  };
  const stop = (number: number, stopReason: StopReason): HedgedStory => {
    decided(number, "raise");
    return { attempts, stopReason, endMs: nowMs };
  };
  const beginRound = (): void => {
    hedges = 0;
    mayHedge = true;
    begin(false);
  };

  beginRound();
  for (;;) {
    const next = inFlight.reduce((one, other) => (other.endsAtMs < one.endsAtMs ? other : one));
    const instants = [...inFlight.map(({ endsAtMs }) => endsAtMs), hedgeAtMs, script.deadlineMs].sort((a, b) => a - b);
    if ((instants[1] as number) - (instants[0] as number) < SAME_MS) return null;
    nowMs = instants[0] as number;
    if (nowMs === script.deadlineMs) return stop((inFlight.at(-1) as InFlight).number, "DEADLINE_EXCEEDED");
    if (nowMs === hedgeAtMs) {
      hedgeAtMs = Infinity;
      beginHedge();
      continue;
    }
    const { number, hedge, failsAs } = next;
    inFlight = inFlight.filter((other) => other !== next);
    if (failsAs === null) {
      decided(number, "success");
      return { attempts, stopReason: null, endMs: nowMs };
    }
    const isFinal = FINAL.has(failsAs);
    if (isFinal && !hedge) return stop(number, "NON_RETRYABLE_CLASS");
    // Nor is a dependency hedged against that wants to be left alone.
    if (isFinal || failsAs === "RATE_LIMIT") {
      mayHedge = false;
      hedgeAtMs = Infinity;
    }
    decided(number, "retry");
    if (beginHedge() || inFlight.length > 0) continue;
    hedgeAtMs = Infinity;
    if (isFinal) return stop(number, "NON_RETRYABLE_CLASS");
    if (attempts.length >= script.maxAttempts) return stop(number, "MAX_ATTEMPTS_GLOBAL");
    if (script.retryDelayMs >= script.deadlineMs - nowMs) return stop(number, "DEADLINE_EXCEEDED");
    if (budget === 0) return stop(number, "BUDGET_EXHAUSTED");
    budget--;
    nowMs += script.retryDelayMs;
    beginRound();
  }
}

// Fractions of their own keep most things from falling on one instant.
const ms = (max: number, fraction: number): fc.Arbitrary<number> => fc.integer({ min: 0, max }).map((whole) => whole + fraction);

const answer: fc.Arbitrary<ModelAnswer> = fc.record({
  afterMs: ms(40, 0.37),
  failsAs: fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.constantFrom<ErrorClass>("TRANSIENT", "SERVER_ERROR", "TRANSIENT", "RATE_LIMIT") },
    { weight: 1, arbitrary: fc.constantFrom<ErrorClass>("PERMANENT", "AUTH") },
  ),
});

export const hedgedScripts: fc.Arbitrary<HedgedScript> = fc.record({
  delayMs: ms(15, 0.011),
  maxHedges: fc.integer({ min: 1, max: 4 }),
  maxAttempts: fc.constantFrom(1, 2, 3, 4, 6, 10),
  attemptTimeoutMs: fc.oneof(fc.constant(Infinity), ms(30, 0.0053)),
  deadlineMs: fc.oneof(fc.constant(Infinity), ms(120, 0.00031)),
  retryDelayMs: ms(15, 0.00071),
  budget: fc.constantFrom(Infinity, 0, 1, 2, 3),
  answers: fc.array(answer, { maxLength: 10, size: "max" }),
});
