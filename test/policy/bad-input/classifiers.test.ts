/* A classifier of errors in the place of one of results makes a failure of every success: it is refused where it is given. */
import {
  byType,
  type Classifier,
  defaultClassifier,
  defaultResultClassifier,
  firstKnown,
  Policy,
  Retry,
  RetryPolicy,
  strictClassifier,
} from "redress";
import * as extras from "redress/extras";
import { describe, expect, test } from "vitest";

const ofErrors: readonly [name: string, classifier: Classifier][] = [
  ["defaultClassifier", defaultClassifier],
  ["strictClassifier", strictClassifier],
  ["firstKnown", firstKnown(defaultClassifier)],
  ["byType", byType([[TypeError, "PERMANENT"]])],
  ...Object.entries(extras).filter(
    (entry): entry is [string, Classifier] => entry[0].endsWith("Classifier") && entry[0] !== "responseClassifier",
  ),
];

test.each(ofErrors)("%s is refused as a classifier of results, and the message says where it belongs", (name, classifier) => {
  const resultClassifier = classifier as never;
  for (const construct of [
    () => new Retry({ resultClassifier }),
    () => new RetryPolicy({ resultClassifier }),
    () => new Policy({ retry: { resultClassifier } }),
    () => Retry.from({ resultClassifier }),
  ]) {
    expect(construct).toThrow(TypeError);
    expect(construct).toThrow(
      `retry.resultClassifier must be a classifier of returned values, got a function of 1 parameter. ${name} classifies errors: give it as classifier.`,
    );
  }
});

describe.each([
  ["defaultResultClassifier", defaultResultClassifier],
  ["responseClassifier", extras.responseClassifier],
])("%s", (name, resultClassifier) => {
  test("is refused as a classifier of errors", () => {
    const classifier = resultClassifier as never;
    const message = `${name} classifies returned values: give it as resultClassifier.`;
    expect(() => new Retry({ classifier })).toThrow(message);
    expect(() => firstKnown(defaultClassifier, classifier)).toThrow(message);
    expect(() => byType([], classifier)).toThrow(message);
  });

  test("is taken as a classifier of results", () => {
    expect(new Retry({ resultClassifier }).settings.resultClassifier).toBe(resultClassifier);
  });
});

test("functions of the user's own are taken as either", () => {
  expect(() => new Retry({ classifier: () => "UNKNOWN", resultClassifier: () => null })).not.toThrow();
  expect(() => new Retry({ resultClassifier: (error: unknown) => defaultClassifier(error) })).not.toThrow();
});
