import type { Classifier, ErrorClass, StopReason } from "../../index.ts";
import { classifiedAs, fellBack, type Judge, lastClass, retried, stoppedBecause, succeeded, waited } from "./verdicts.ts";

/** What `expect(...)` has more, once it is extended with `matchers`. Of a call, `expect` is given the outcome, the error that was thrown, or a recorded call. */
export interface CallMatchers<R = unknown> {
  /** The call succeeded, by its operation or its fallback. */
  toHaveSucceeded(): R;
  /** Why the call ended without a value. */
  toHaveStoppedBecause(reason: StopReason): R;
  /** How often the call was retried; without a number, at least once. Hedges are no retries. */
  toHaveRetried(times?: number): R;
  /** The delays before the retries, in milliseconds, to the thousandth: of an outcome with a timeline, or a recorded call. */
  toHaveWaited(delaysMs: readonly number[]): R;
  /** The class of the last failure of a call that ended without a value. */
  toHaveLastClass(errorClass: ErrorClass): R;
  /** The value of the call was its fallback's. */
  toHaveFallenBack(): R;
  /** Which class a classifier gives an error. @default defaultClassifier */
  toBeClassifiedAs(errorClass: ErrorClass, classifier?: Classifier): R;
}

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual: unknown;
  readonly expected: unknown;
}

type Matcher<Expected extends readonly unknown[]> = (received: unknown, ...expected: Expected) => Matched;

function matcher<Expected extends readonly unknown[]>(owner: string, judge: Judge<Expected>): Matcher<Expected> {
  return (received, ...expected) => {
    const { message, ...judged } = judge(owner, received, ...expected);
    return { ...judged, message: () => message };
  };
}

/**
 * Matchers for `expect` of vitest, jest, and whatever else has `expect.extend`. `redress/vitest` and `redress/jest` have the same, with their types.
 * After `expect.extend(matchers)`: `expect(await policy.execute(op)).toHaveStoppedBecause("BUDGET_EXHAUSTED")`.
 */
export const matchers: { readonly [Name in keyof CallMatchers]: Matcher<Parameters<CallMatchers[Name]>> } = {
  toHaveSucceeded: matcher("toHaveSucceeded", succeeded),
  toHaveStoppedBecause: matcher("toHaveStoppedBecause", stoppedBecause),
  toHaveRetried: matcher("toHaveRetried", retried),
  toHaveWaited: matcher("toHaveWaited", waited),
  toHaveLastClass: matcher("toHaveLastClass", lastClass),
  toHaveFallenBack: matcher("toHaveFallenBack", fellBack),
  toBeClassifiedAs: matcher("toBeClassifiedAs", classifiedAs),
};
