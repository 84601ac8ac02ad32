import { aFunction, type OptionRule, report } from "../option-rules.ts";
import { partOf } from "../part.ts";

/** Whether it may be one of errors. */
export const mayClassifyErrors = (value: object): boolean => partOf(value)?.kind !== "result-classifier";

/** A classifier of errors, or any function of the user's own. */
export const aClassifier: OptionRule = {
  ...aFunction,
  inside: (value: object, place) => {
    const { kind, name } = partOf(value) ?? {};
    if (kind !== "result-classifier") return;
    const advice = `${name} classifies returned values: give it as resultClassifier.`;
    report(place, value, { text: "a classifier of errors", type: "", advice });
  },
};

/** A classifier of returned values, or any function of the user's own. */
export const aResultClassifier: OptionRule = {
  ...aFunction,
  inside: (value: object, place) => {
    const { kind, name } = partOf(value) ?? {};
    if (kind !== "classifier") return;
    const advice = `${name} classifies errors: give it as classifier. Responses of HTTP are classified by defaultResultClassifier, and by responseClassifier of redress/extras.`;
    report(place, value, { text: "a classifier of returned values", type: "", advice });
  },
};
