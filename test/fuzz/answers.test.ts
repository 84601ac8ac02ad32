/* What classifiers, strategies, budgets and the others that decide may return: anything. A call ends, within its caps. */
import fc from "fast-check";
import {
  type Classifier,
  constant,
  isAbortRetryError,
  Policy,
  type ResultClassifier,
  type RetryBudget,
  type RetryConfig,
  type Strategy,
} from "redress";
import { describe, expect, test } from "vitest";
import { hostileValue } from "../properties/hostile-values.ts";
import { frozen, inherited, survived } from "./unharmed.ts";

const MOST = 4;

/** Calls once, and counts how often the operation was invoked. */
function invocations(retry: RetryConfig, operation: () => unknown): number {
  let invoked = 0;
  const policy = new Policy<unknown, unknown>({
    // Of classifiers whose answer is none, it would be warned.
    onHookError: () => {},
    retry: { strategy: constant(0), maxAttempts: MOST, deadlineMs: Infinity, ...retry },
  });
  survived(() =>
    policy.executeSync(() => {
      invoked++;
      return operation();
    }),
  );
  return invoked;
}

const throwing = (): never => {
  throw new Error("failed");
};

const classes = fc.constantFrom("TRANSIENT", "RATE_LIMIT", "PERMANENT", "UNKNOWN", "NOPE", "", ...inherited);
const number = fc.constantFrom<unknown>(0, -1, 1, 1e308, Infinity, -Infinity, Number.NaN, "5", null, undefined, 5n, {}, [7]);
/** Much like a classification. */
const classification = fc.record(
  {
    errorClass: classes,
    retryAfterMs: number,
    timeout: fc.oneof(fc.boolean(), number),
    retry: fc.oneof(fc.boolean(), number),
    details: fc.oneof(number, fc.dictionary(classes, fc.string())),
  },
  { requiredKeys: [] },
);
const judged = fc.oneof(
  classification.map((given) => () => frozen(given)),
  classes.map((given) => () => given),
  number.map((given) => () => given),
  fc.constant(() => Promise.reject(new Error("do not touch")).catch(() => {})),
  hostileValue.map(({ make }) => make),
);

describe("whatever is returned, a call makes no more attempts than it may", () => {
  test("by a classifier", () => {
    const counts = new Set<number>();
    fc.assert(
      fc.property(judged, (answer) => {
        const invoked = invocations({ classifier: (() => answer()) as Classifier }, throwing);
        counts.add(invoked);
        expect(invoked).toBeLessThanOrEqual(MOST);
      }),
      { numRuns: 1_000 },
    );
    // Some are retried, some are not.
    expect(counts.size).toBeGreaterThan(1);
  });

  test("by a result classifier", () => {
    fc.assert(
      fc.property(judged, hostileValue, (answer, { make }) => {
        const retry: RetryConfig = { resultClassifier: (() => answer()) as ResultClassifier<unknown> };
        expect(invocations(retry, () => 1)).toBeLessThanOrEqual(MOST);
        expect(invocations({}, make)).toBeLessThanOrEqual(MOST);
      }),
      { numRuns: 500 },
    );
  });

  test("by a strategy that waits on a clock that does not", () => {
    fc.assert(
      fc.property(fc.oneof(number, fc.anything()), hostileValue, fc.boolean(), (given, { make }, isHostile) => {
        const strategy = (() => (isHostile ? make() : given)) as Strategy;
        // Whatever it sleeps, it does not sleep here.
        expect(invocations({ strategy, sleeper: () => {} }, throwing)).toBeLessThanOrEqual(MOST);
      }),
      { numRuns: 500 },
    );
  });

  test("by a budget, and by what a sleep handler says", () => {
    fc.assert(
      fc.property(fc.oneof(number, fc.boolean(), fc.anything()), hostileValue, fc.boolean(), (given, { make }, isHostile) => {
        const answer = (): never => (isHostile ? make() : given) as never;
        const budget: RetryBudget = { consume: answer, remaining: answer };
        expect(invocations({ budget }, throwing)).toBeLessThanOrEqual(MOST);
        expect(invocations({ sleep: answer, sleeper: () => {} }, throwing)).toBeLessThanOrEqual(MOST);
      }),
      { numRuns: 500 },
    );
  });
});

test("whatever is thrown, a call ends with it, or with what is documented", () => {
  fc.assert(
    fc.property(hostileValue, ({ make }) => {
      const invoked = invocations({ sleeper: () => {} }, () => {
        throw make();
      });
      expect(invoked).toBeGreaterThan(0);
      expect(invoked).toBeLessThanOrEqual(MOST);
      expect(survived(() => isAbortRetryError(make()))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
