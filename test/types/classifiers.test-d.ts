/* A classifier of errors is none of results, and the other way round, to the compiler too. */
import {
  byType,
  type Classifier,
  defaultClassifier,
  defaultResultClassifier,
  firstKnown,
  Policy,
  type ResultClassifier,
  RetryPolicy,
  strictClassifier,
} from "redress";
import { responseClassifier, sqlstateClassifier, universalClassifier } from "redress/extras";
import { test } from "vitest";

test("classifiers of errors are refused as classifiers of results", () => {
  // @ts-expect-error classifies errors
  new RetryPolicy({ resultClassifier: defaultClassifier });
  // @ts-expect-error classifies errors
  new RetryPolicy({ resultClassifier: strictClassifier });
  // @ts-expect-error classifies errors
  new RetryPolicy({ resultClassifier: sqlstateClassifier });
  // @ts-expect-error classifies errors
  new Policy({ retry: { resultClassifier: universalClassifier } });
  // @ts-expect-error classifies errors
  new RetryPolicy<string>({ resultClassifier: firstKnown(sqlstateClassifier, defaultClassifier) });
  // @ts-expect-error classifies errors
  new RetryPolicy({ resultClassifier: byType([[TypeError, "PERMANENT"]]) });
  const ofMyOwn: Classifier = () => "UNKNOWN";
  // @ts-expect-error said to classify errors
  new RetryPolicy({ resultClassifier: ofMyOwn });
});

test("classifiers of results are refused as classifiers of errors", () => {
  // @ts-expect-error classifies results
  new RetryPolicy({ classifier: defaultResultClassifier });
  // @ts-expect-error classifies results
  firstKnown(responseClassifier);
});

test("each fits where it belongs, and functions fit as they are", () => {
  new RetryPolicy({ classifier: firstKnown(sqlstateClassifier, defaultClassifier), resultClassifier: responseClassifier });
  new RetryPolicy<Response>({ resultClassifier: defaultResultClassifier });
  new RetryPolicy<Response>({ resultClassifier: (answer) => (answer.ok ? null : responseClassifier(answer)) });
  new RetryPolicy<number>({
    classifier: (error) => defaultClassifier(error),
    resultClassifier: (n) => (n > 5 ? "TRANSIENT" : null),
  });
  const ofResponses: ResultClassifier<Response> = responseClassifier;
  new RetryPolicy({ resultClassifier: ofResponses });
});
