import fc from "fast-check";
import {
  byType,
  type Classifier,
  defaultClassifier,
  ErrorClass,
  firstKnown,
  Policy,
  StopReason,
  strictClassifier,
} from "redress";
import * as extras from "redress/extras";
import { expect, test, vi } from "vitest";
import { hostileValue } from "./hostile-values.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

const NUM_RUNS = 2_000;

function classOf(answer: ReturnType<Classifier>): unknown {
  return typeof answer === "string" ? answer : answer.errorClass;
}

const isClass = (value: unknown): boolean => typeof value === "string" && Object.hasOwn(ErrorClass, value);

test.each([
  ["defaultClassifier", defaultClassifier],
  ["strictClassifier", strictClassifier],
  [
    "firstKnown",
    firstKnown(strictClassifier, byType([[RangeError, "PERMANENT"]]), () => {
      throw new Error("not mine");
    }),
  ],
  [
    "byType",
    byType([
      [RangeError, "PERMANENT"],
      [TypeError, "TRANSIENT"],
    ]),
  ],
  ...Object.entries(extras).filter(
    (entry): entry is [string, Classifier] => entry[0].endsWith("Classifier") && entry[0] !== "responseClassifier",
  ),
])("%s answers one of the eight classes, whatever is thrown", (_name, classifier) => {
  fc.assert(
    fc.property(hostileValue, ({ make }) => {
      const answer = classOf(classifier(make()));
      if (!isClass(answer)) throw new Error(`no class: ${typeof answer}`);
    }),
    { numRuns: NUM_RUNS },
  );
});

test("both agree but on the classes that the default guesses by name", () => {
  fc.assert(
    fc.property(hostileValue, ({ make }) => {
      const value = make();
      const guessing = classOf(defaultClassifier(value));
      const guessed = guessing === "AUTH" || guessing === "PERMISSION" || guessing === "TRANSIENT";
      if (!guessed) expect(classOf(strictClassifier(value))).toBe(guessing);
    }),
    { numRuns: NUM_RUNS },
  );
});

test("whatever an operation throws, the call stops with a reason, and keeps what was thrown", () => {
  const tags: unknown[] = [];
  const policy = new Policy({
    retry: { maxAttempts: 2, strategy: () => 0 },
    circuitBreaker: { failureThreshold: Infinity },
    hooks: { onMetric: (...event) => tags.push(...Object.values(event[3])) },
  });
  fc.assert(
    fc.property(hostileValue, ({ make }) => {
      const thrown = make();
      const outcome = policy.executeSync(() => {
        throw thrown;
      });
      expect(outcome.ok).toBe(false);
      if (outcome.ok) return;
      expect(outcome.stopReason in StopReason).toBe(true);
      // Not toBe: it would look inside to print the difference.
      expect(Object.is(outcome.lastError, thrown), "lastError is what was thrown").toBe(true);
    }),
    { numRuns: 700 },
  );
  expect(tags.filter((tag) => typeof tag !== "string").length, "tags that are no strings").toBe(0);
});

test.each(["rethrow", "wrap"] as const)(
  "whatever an operation throws, the asynchronous call throws it too (%s)",
  async (onExhausted) => {
    const policy = new Policy({
      retry: { maxAttempts: 2, strategy: () => 0, onExhausted },
      circuitBreaker: { failureThreshold: Infinity },
    });
    const property = fc.asyncProperty(hostileValue, async ({ make }) => {
      const thrown = make();
      const settled = await policy
        .call(() => Promise.reject(thrown))
        .then(
          () => ({ error: "a value" }),
          (error: unknown) => ({ error }),
        );
      // What was never to be retried is not wrapped.
      const isFinal = ["AUTH", "PERMISSION", "PERMANENT"].includes(String(classOf(defaultClassifier(thrown))));
      if (onExhausted === "rethrow" || isFinal)
        expect(Object.is(settled.error, thrown), "call throws what was thrown").toBe(true);
      else expect((settled.error as { code?: unknown }).code).toBe("ERR_REDRESS_RETRY_EXHAUSTED");
    });
    await fc.assert(property, { numRuns: 500 });
  },
);

test("whatever an operation returns, the call ends with that value, or as if it had thrown", async () => {
  const policy = new Policy({ retry: { maxAttempts: 1 } });
  const property = fc.asyncProperty(hostileValue, async ({ make }) => {
    const returned = make();
    // A promise that resolves with it assimilates it; so does a policy.
    const outcome = await policy.execute(() => returned);
    if (outcome.ok) expect(Object.is(outcome.value, returned), "the value is what was returned").toBe(true);
    else expect(outcome.stopReason in StopReason).toBe(true);
  });
  await fc.assert(property, { numRuns: 500 });
});

test("whatever a classifier answers, the call stops with a reason", () => {
  fc.assert(
    fc.property(hostileValue, ({ make }) => {
      const policy = new Policy({ retry: { maxAttempts: 2, strategy: () => 0, classifier: () => make() as never } });
      const outcome = policy.executeSync(() => {
        throw new Error("failed");
      });
      expect(outcome.ok === false && outcome.stopReason in StopReason && isClass(outcome.lastClass)).toBe(true);
    }),
    { numRuns: 700 },
  );
});
