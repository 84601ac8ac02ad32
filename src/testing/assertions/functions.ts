import type { Classifier, ErrorClass, StopReason } from "../../index.ts";
import { classifiedAs, fellBack, type Judge, lastClass, retried, stoppedBecause, succeeded, waited } from "./verdicts.ts";

/** What an assertion throws, with the members that test runners look for: the same as of `node:assert`. */
class CallAssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly generatedMessage = false;
  readonly operator: string;
  readonly actual: unknown;
  readonly expected: unknown;

  constructor(message: string, operator: string, actual: unknown, expected: unknown) {
    super(message);
    this.operator = operator;
    this.actual = actual;
    this.expected = expected;
  }
}

function assertion<Expected extends readonly unknown[]>(owner: string, judge: Judge<Expected>) {
  return (subject: unknown, ...expected: Expected): void => {
    const { pass, message, actual, expected: wanted } = judge(owner, subject, ...expected);
    if (!pass) throw new CallAssertionError(message, owner, actual, wanted);
  };
}

/**
 * Asserts that a call succeeded, by its operation or its fallback.
 *
 * @param subject an outcome of `execute`, an error that `call` threw, or a call of a `RecordingPolicy`
 * @throws an `AssertionError` that tells how the call ended; TypeError for a subject that tells of no ended call, such as a promise
 * @example
 * import { assertSucceeded } from "redress/testing";
 *
 * assertSucceeded(await policy.execute(op));
 */
export const assertSucceeded: (subject: unknown) => void = assertion("assertSucceeded", succeeded);

/**
 * Asserts why a call ended without a value.
 *
 * @param subject as for `assertSucceeded`
 * @throws an `AssertionError` that tells how the call ended; TypeError for a subject that tells of no ended call; RangeError for a reason that is none
 * @example
 * import { assertStoppedBecause } from "redress/testing";
 *
 * assertStoppedBecause(await policy.execute(() => Promise.reject(new Error("down"))), "MAX_UNKNOWN_ATTEMPTS");
 */
export const assertStoppedBecause: (subject: unknown, reason: StopReason) => void = assertion(
  "assertStoppedBecause",
  stoppedBecause,
);

/**
 * Asserts how often a call was retried. Hedges are no retries; of an outcome without a timeline nobody can tell them apart, and they count.
 *
 * @param subject as for `assertSucceeded`
 * @param times a whole number from 0. @default any number but 0
 * @throws as `assertStoppedBecause`
 */
export const assertRetried: (subject: unknown, times?: number) => void = assertion("assertRetried", retried);

/**
 * Asserts the delays that were decided on before the retries, in milliseconds, to the thousandth.
 *
 * @param subject as for `assertSucceeded`; of an outcome, one with a timeline
 * @throws as `assertStoppedBecause`; TypeError where nobody has kept the delays
 */
export const assertWaited: (subject: unknown, delaysMs: readonly number[]) => void = assertion("assertWaited", waited);

/**
 * Asserts the class of the last failure of a call that ended without a value.
 *
 * @param subject as for `assertSucceeded`
 * @throws as `assertStoppedBecause`
 */
export const assertLastClass: (subject: unknown, errorClass: ErrorClass) => void = assertion("assertLastClass", lastClass);

/**
 * Asserts that the value of a call was its fallback's.
 *
 * @param subject as for `assertSucceeded`
 * @throws as `assertSucceeded`
 */
export const assertFellBack: (subject: unknown) => void = assertion("assertFellBack", fellBack);

/**
 * Asserts which class a classifier gives an error. Where it is another, the failure names the fields that decided.
 *
 * @param error anything that was thrown
 * @param classifier the one to ask. @default defaultClassifier
 * @throws an `AssertionError` that says what decided; RangeError for a class that is none
 * @example
 * import { sqlstateClassifier } from "redress/extras";
 * import { assertClassifiedAs, errors } from "redress/testing";
 *
 * assertClassifiedAs(errors.pg("40001"), "CONCURRENCY", sqlstateClassifier);
 */
export const assertClassifiedAs: (error: unknown, errorClass: ErrorClass, classifier?: Classifier) => void = assertion(
  "assertClassifiedAs",
  classifiedAs,
);
