import fc from "fast-check";
import { ErrorClass, type FailedBefore, type StopReason, type Strategy } from "redress";
import { expect, test, vi } from "vitest";
import { type Decision, decide } from "../../src/core/retry/decision.ts";
import { type Chapter, delayMs, RULES, type StorySettings } from "./decision-model.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

const classes = Object.keys(ErrorClass) as ErrorClass[];

/** What the strategies and the budget heard while a story was told. */
interface Heard {
  readonly failures: ErrorClass[];
  readonly prevSleepMs: (number | null)[];
  readonly asked: (ErrorClass | undefined)[];
}

/** Tells the decision a story, chapter by chapter, until it stops. */
function tell(settings: StorySettings, story: readonly Chapter[]): { decisions: Decision[]; heard: Heard } {
  const heard: Heard = { failures: [], prevSleepMs: [], asked: [] };
  const strategy = (ms: number): Strategy =>
    Object.assign(
      ({ prevSleepMs }: { prevSleepMs: number | null }) => {
        heard.prevSleepMs.push(prevSleepMs);
        return ms;
      },
      { recordFailure: (errorClass: ErrorClass) => void heard.failures.push(errorClass) },
    );
  const { retries, delaysMs, defaultDelayMs, budget, deadlineMs, ...limits } = settings;
  let left = budget ?? 0;
  const complete = {
    ...limits,
    strategies: Object.fromEntries(Object.entries(delaysMs).map(([errorClass, ms]) => [errorClass, strategy(ms)])),
    strategy: defaultDelayMs === null ? undefined : strategy(defaultDelayMs),
    budget:
      budget === null
        ? undefined
        : {
            consume: (_cost?: number, failed?: FailedBefore) => {
              heard.asked.push(failed?.errorClass);
              return left-- > 0;
            },
            remaining: () => left,
          },
  };
  const history = { failures: {}, prevSleepMs: null, delayedBy: null };
  const decisions: Decision[] = [];
  for (const [i, chapter] of story.entries()) {
    const { errorClass, elapsedMs, refused, open, retriedForMs } = chapter;
    const classification = errorClass === null ? null : { errorClass, ...(refused && { retry: false as const }) };
    const failed = {
      attempt: i + 1,
      classification,
      cause: "exception" as const,
      remainingMs: Math.max(0, deadlineMs - elapsedMs),
      circuitOpened: open === true,
      retriedForMs: retriedForMs ?? null,
      repeatRefused: false,
      retriesAround: null,
      random: () => 0,
      tell: ({ recordFailure }: Strategy, errorClass: ErrorClass) => recordFailure?.(errorClass),
    };
    const decision = decide(retries ? complete : null, history, failed);
    decisions.push(decision);
    if (!decision.retry) break;
  }
  return { decisions, heard };
}

const generous: StorySettings = {
  retries: true,
  maxRetriesPerClass: {},
  maxUnknownRetries: 2,
  deadlineMs: 1_000,
  delaysMs: {},
  defaultDelayMs: 10,
  maxAttempts: 6,
  nested: "stop",
  budget: null,
};
const transient: Chapter = { errorClass: "TRANSIENT", elapsedMs: 5 };
const of = (errorClass: ErrorClass): Chapter => ({ errorClass, elapsedMs: 5 });

test.each<[string, Partial<StorySettings>, readonly Chapter[], StopReason | "RETRY", number | null]>([
  ["retries what may pass", {}, [transient], "RETRY", 10],
  ["stops when the call was aborted", {}, [{ errorClass: null, elapsedMs: 0 }], "ABORTED", null],
  ["stops where the policy has no retry", { retries: false }, [transient], "NO_RETRY", null],
  [
    "stops an aborted call as such where the policy has no retry",
    { retries: false },
    [{ errorClass: null, elapsedMs: 0 }],
    "ABORTED",
    null,
  ],
  [
    "stops when a class may not be retried at all",
    { maxRetriesPerClass: { TRANSIENT: 0 } },
    [transient],
    "MAX_ATTEMPTS_PER_CLASS",
    null,
  ],
  ["retries a class once where once is allowed", { maxRetriesPerClass: { TRANSIENT: 1 } }, [transient], "RETRY", 10],
  [
    "stops at the second failure where one retry is allowed",
    { maxRetriesPerClass: { TRANSIENT: 1 } },
    [transient, transient],
    "MAX_ATTEMPTS_PER_CLASS",
    null,
  ],
  ["counts classes apart", { maxRetriesPerClass: { TRANSIENT: 1 } }, [transient, of("RATE_LIMIT")], "RETRY", 10],
  [
    "prefers the cap of a class to its being final",
    { maxRetriesPerClass: { AUTH: 0 } },
    [of("AUTH")],
    "MAX_ATTEMPTS_PER_CLASS",
    null,
  ],
  ["stops at once when nobody is known", {}, [of("AUTH")], "NON_RETRYABLE_CLASS", null],
  ["stops at once when it is not permitted", {}, [of("PERMISSION")], "NON_RETRYABLE_CLASS", null],
  [
    "stops at once when it is permanent, even past the deadline",
    {},
    [{ errorClass: "PERMANENT", elapsedMs: 9_999 }],
    "NON_RETRYABLE_CLASS",
    null,
  ],
  ["retries what nobody knows twice", {}, [of("UNKNOWN"), of("UNKNOWN")], "RETRY", 10],
  ["stops at the third that nobody knows", {}, [of("UNKNOWN"), of("UNKNOWN"), of("UNKNOWN")], "MAX_UNKNOWN_ATTEMPTS", null],
  ["stops at the deadline", {}, [{ errorClass: "TRANSIENT", elapsedMs: 1_000 }], "DEADLINE_EXCEEDED", null],
  ["stops without a strategy", { defaultDelayMs: null }, [transient], "NO_STRATEGY", null],
  ["prefers the strategy of the class", { delaysMs: { TRANSIENT: 77 } }, [transient], "RETRY", 77],
  ["stops after the last attempt", { maxAttempts: 1 }, [transient], "MAX_ATTEMPTS_GLOBAL", null],
  [
    "stops for want of a strategy even after the last attempt",
    { maxAttempts: 1, defaultDelayMs: null },
    [transient],
    "NO_STRATEGY",
    null,
  ],
  ["stops when the delay reaches the deadline", { defaultDelayMs: 995 }, [transient], "DEADLINE_EXCEEDED", 995],
  ["retries when the delay just fits", { defaultDelayMs: 994.5 }, [transient], "RETRY", 994.5],
  [
    "stops at an endless delay even without a deadline",
    { defaultDelayMs: Infinity, deadlineMs: Infinity },
    [transient],
    "DEADLINE_EXCEEDED",
    Infinity,
  ],
  ["takes a delay that is no number for none", { defaultDelayMs: Number.NaN }, [transient], "RETRY", 0],
  ["takes a negative delay for none", { defaultDelayMs: -1 }, [transient], "RETRY", 0],
  ["stops where the dependency says not to retry", {}, [{ ...transient, refused: true }], "RETRY_REFUSED", null],
  ["stops for a final class before that", {}, [{ ...of("AUTH"), refused: true }], "NON_RETRYABLE_CLASS", null],
  ["stops where the circuit has opened", {}, [{ ...transient, open: true }], "CIRCUIT_OPEN", 10],
  ["stops for the deadline before that", { defaultDelayMs: 995 }, [{ ...transient, open: true }], "DEADLINE_EXCEEDED", 995],
  ["stops where an inner policy has retried as long", {}, [{ ...transient, retriedForMs: 10 }], "ALREADY_RETRIED", 10],
  ["retries where the delay is longer than that", {}, [{ ...transient, retriedForMs: 9.9 }], "RETRY", 10],
  ["retries all the same where told to", { nested: "retry" }, [{ ...transient, retriedForMs: 10 }], "RETRY", 10],
  ["costs the budget nothing then", { budget: 0 }, [{ ...transient, retriedForMs: 10 }], "ALREADY_RETRIED", 10],
  ["stops when the budget is spent", { budget: 1 }, [transient, transient], "BUDGET_EXHAUSTED", 10],
])("%s", (_sentence, change, story, expected, delay) => {
  const { decisions } = tell({ ...generous, ...change }, story);
  const decision = decisions.at(-1);
  expect(decisions.length).toBe(story.length);
  expect(decision?.retry ? "RETRY" : decision?.stopReason).toBe(expected);
  expect(decision?.retry ? decision.delayMs : decision?.nextDelayMs).toBe(delay);
});

const few = fc.integer({ min: 0, max: 3 });
const delay = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(0, Number.NaN, -3, Infinity));
const settings: fc.Arbitrary<StorySettings> = fc.record({
  retries: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  maxRetriesPerClass: fc.dictionary(fc.constantFrom(...classes), few, { maxKeys: 3 }),
  maxUnknownRetries: few,
  deadlineMs: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(Infinity)),
  delaysMs: fc.dictionary(fc.constantFrom(...classes), delay, { maxKeys: 3 }),
  defaultDelayMs: fc.option(delay, { freq: 4 }),
  maxAttempts: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(Infinity)),
  nested: fc.constantFrom("stop", "retry"),
  budget: fc.option(few),
});
const rarely = fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const story: fc.Arbitrary<Chapter[]> = fc
  .array(
    fc.record({
      errorClass: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom<ErrorClass>("TRANSIENT", "RATE_LIMIT", "UNKNOWN") },
        { weight: 1, arbitrary: fc.constantFrom<ErrorClass | null>(null, ...classes) },
      ),
      elapsedMs: fc.integer({ min: 0, max: 20 }),
      refused: rarely,
      open: rarely,
      retriedForMs: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 1 }),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((chapters) =>
    chapters.map((chapter, i) => ({
      ...chapter,
      elapsedMs: chapters.slice(0, i + 1).reduce((sum, one) => sum + one.elapsedMs, 0),
    })),
  );

test("the first of the rules that applies decides, whatever came before", () => {
  const property = fc.property(settings, story, (given, chapters) => {
    const { decisions, heard } = tell(given, chapters);
    const rules = decisions.map((_, i) => RULES.find(({ applies }) => applies(given, chapters.slice(0, i + 1))));
    decisions.forEach((decision, i) => {
      const rule = rules[i];
      expect(decision.retry ? undefined : decision.stopReason).toBe(rule?.stopReason);
      const delayed = rule === undefined || rule.number >= 8 ? delayMs(given, chapters.slice(0, i + 1)) : null;
      expect(decision.retry ? decision.delayMs : decision.nextDelayMs).toBe(delayed);
    });
    const reached = (number: number): number[] => decisions.flatMap((_, i) => ((rules[i]?.number ?? 10) >= number ? [i] : []));
    expect(heard.failures, "a strategy hears of the failures that come to rule 7").toEqual(
      reached(7).map((i) => chapters[i]?.errorClass),
    );
    const slept = decisions.map((decision) => (decision.retry ? decision.delayMs : null));
    expect(heard.prevSleepMs, "a strategy is told the delay before").toEqual(reached(8).map((i) => slept[i - 1] ?? null));
    const asked = given.budget === null ? [] : reached(9).map((i) => chapters[i]?.errorClass);
    expect(heard.asked, "the budget is asked last").toEqual(asked);
  });
  fc.assert(property, { numRuns: 5_000 });
});
