import { descriptionOf, partOf } from "../../core/part.ts";
import type { SubjectRule } from "./rule.ts";

export const blindResultClassifier: SubjectRule = {
  id: "blind-result-classifier",
  summary: "A result classifier takes no result, so that a response which is a failure counts as a success.",
  reads: ["resultClassifier"],
  check({ plan: { retry } }) {
    const { resultClassifier } = retry ?? {};
    if (resultClassifier === undefined || resultClassifier.length > 0 || partOf(resultClassifier) !== undefined) return [];
    const message =
      "retry.resultClassifier takes no result, so it cannot tell one from another: what fetch returns for a 503 counts as a success.";
    const fix = "Let it look at the result: responseClassifier of redress/extras knows HTTP responses.";
    return [{ option: "retry.resultClassifier", value: descriptionOf(resultClassifier), message, fix }];
  },
};
