/*
 * Classifiers of errors and of results say which they are, so that neither is taken for the other: one of errors has an answer to
 * everything, and would make a failure of every success.
 */
import { asPart } from "../part.ts";
import type { Classifier, ResultClassifier } from "./classification.ts";

type Answer = ReturnType<Classifier>;

/** A classifier of errors that goes by a name. `settings` are shown by `describe()`. */
export function classifierOf(
  name: string,
  classify: (error: unknown) => Answer,
  settings: Readonly<Record<string, unknown>> = {},
): Classifier {
  return asPart(Object.defineProperty(classify, "name", { value: name }), { kind: "classifier", name, settings }) as Classifier;
}

/** A classifier of results that goes by a name. */
export function resultClassifierOf(name: string, classify: (result: unknown) => Answer | null): ResultClassifier<unknown> {
  return asPart(Object.defineProperty(classify, "name", { value: name }), {
    kind: "result-classifier",
    name,
    settings: {},
  }) as ResultClassifier<unknown>;
}
