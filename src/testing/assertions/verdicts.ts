/* What can be asserted of a call, once for matchers and functions: whether it holds, and what a person reads where it does not. */
import { ErrorClass } from "../../core/failure/error-class.ts";
import { StopReason } from "../../core/failure/stop-reason.ts";
import { aFunction, arrayOf, checkValue, oneOf, wholeFrom, zeroOrMore } from "../../core/option-rules.ts";
import { describeError } from "../../extras/index.ts";
import { type Classifier, defaultClassifier } from "../../index.ts";
import { rounded } from "../end-text.ts";
import { type Ended, endedOf } from "./ended.ts";

interface Verdict {
  readonly pass: boolean;
  /** Why it does not hold; where it does, why its opposite does not. */
  readonly message: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** Judges a subject. The owner is named where the subject or the expectation is none. */
export type Judge<Expected extends readonly unknown[]> = (owner: string, subject: unknown, ...expected: Expected) => Verdict;

const reasons = oneOf(Object.keys(StopReason));
const classes = oneOf(Object.keys(ErrorClass));
const milliseconds = arrayOf("an array of milliseconds", zeroOrMore);

export const succeeded: Judge<[]> = (owner, subject) => {
  const ended = endedOf(subject, owner);
  return judged(ended, "succeed", stopOf(ended) ?? "success", "success");
};

export const stoppedBecause: Judge<[reason: StopReason]> = (owner, subject, reason) => {
  checkValue(`${owner}.reason`, reason, reasons);
  const ended = endedOf(subject, owner);
  return judged(ended, `stop with ${reason}`, stopOf(ended), reason);
};

export const retried: Judge<[times?: number]> = (owner, subject, times) => {
  if (times !== undefined) checkValue(`${owner}.times`, times, wholeFrom(0));
  const ended = endedOf(subject, owner);
  const { retries } = ended;
  if (times === undefined) return judged(ended, "retry", retries > 0, true, `It retried ${timesText(retries)}.`);
  return judged(ended, `retry ${timesText(times)}`, retries, times, `It retried ${timesText(retries)}.`);
};

export const waited: Judge<[delaysMs: readonly number[]]> = (owner, subject, delaysMs) => {
  checkValue(`${owner}.delaysMs`, delaysMs, milliseconds);
  const ended = endedOf(subject, owner);
  if (ended.delaysMs === null)
    throw new TypeError(
      `${owner} needs to know the delays, which an outcome keeps only in its timeline: ask for it with execute(op, { captureTimeline: true }), or record the call with a RecordingPolicy.`,
    );
  const [actual, expected] = [ended.delaysMs.map(rounded), delaysMs.map(rounded)];
  const isSame = actual.length === expected.length && actual.every((delayMs, index) => delayMs === expected[index]);
  return { ...judged(ended, `wait ${listText(expected)}`, isSame, true, `It waited ${listText(actual)}.`), actual, expected };
};

export const lastClass: Judge<[errorClass: ErrorClass]> = (owner, subject, errorClass) => {
  checkValue(`${owner}.errorClass`, errorClass, classes);
  const ended = endedOf(subject, owner);
  return judged(ended, `fail last with ${errorClass}`, ended.outcome.ok ? null : ended.outcome.lastClass, errorClass);
};

export const fellBack: Judge<[]> = (owner, subject) => {
  const ended = endedOf(subject, owner);
  return judged(ended, "succeed by its fallback", ended.outcome.ok && ended.outcome.fellBack, true);
};

export const classifiedAs: Judge<[errorClass: ErrorClass, classifier?: Classifier]> = (
  owner,
  subject,
  errorClass,
  classifier = defaultClassifier,
) => {
  checkValue(`${owner}.errorClass`, errorClass, classes);
  checkValue(`${owner}.classifier`, classifier, aFunction);
  const { errorClass: actual, because } = describeError(subject, classifier);
  const pass = actual === errorClass;
  const message = `Expected the error ${pass ? "not " : ""}to be classified as ${errorClass}.\nIt is ${because}`;
  return { pass, message, actual, expected: errorClass };
};

/** @param more what its story does not say by itself */
function judged({ story }: Ended, claim: string, actual: unknown, expected: unknown, more = ""): Verdict {
  const pass = Object.is(actual, expected);
  const message = `Expected the call ${pass ? "not " : ""}to ${claim}.${more === "" ? "" : ` ${more}`}\n${story}`;
  return { pass, message, actual, expected };
}

const stopOf = ({ outcome }: Ended): StopReason | null => (outcome.ok ? null : outcome.stopReason);

const timesText = (times: number): string => (times === 0 ? "not at all" : times === 1 ? "once" : `${times} times`);

const listText = (delaysMs: readonly number[]): string => (delaysMs.length === 0 ? "for nothing" : `${delaysMs.join(", ")} ms`);
