import { type Classification, type Classifier, classify } from "../core/failure/classification.ts";
import { classifierOf } from "../core/failure/classifier.ts";
import { aClassifier } from "../core/failure/classifier-rules.ts";
import { ERROR_CLASSES, type ErrorClass } from "../core/failure/error-class.ts";
import { arrayOf, below, check, checkValue, type OptionRule, oneOf } from "../core/option-rules.ts";
import { defaultClassifier } from "../run/default-classifiers.ts";

/**
 * The first classification that is not `UNKNOWN`. A classifier that throws counts as one that does not know the error; the next one is asked.
 * Where none knows the class, a word of the dependency not to retry still counts.
 *
 * @example
 * const classifier = firstKnown(byType([[QuotaError, "RATE_LIMIT"]], strictClassifier), defaultClassifier);
 */
export function firstKnown(...classifiers: readonly Classifier[]): Classifier {
  checkValue("firstKnown.classifiers", classifiers, arrayOf("an array of classifiers", aClassifier));
  const first = (error: unknown): ErrorClass | Classification => {
    let unknown: ErrorClass | Classification = "UNKNOWN";
    for (const classifier of classifiers) {
      const classification = classify(classifier, error);
      if (classification.errorClass !== "UNKNOWN") return classification;
      if (classification.retry === false) unknown = classification;
    }
    return unknown;
  };
  return classifierOf("firstKnown", first, { classifiers });
}

const aConstructor: OptionRule = { text: "a constructor", type: "", ok: mayHaveInstances };

const aPair: OptionRule = {
  text: "a pair of constructor and error class",
  type: "",
  ok: Array.isArray,
  inside: ([type, errorClass]: readonly unknown[], place) => {
    check(type, aConstructor, below(place, 0));
    check(errorClass, oneOf(ERROR_CLASSES), below(place, 1));
  },
};

type AnyConstructor = abstract new (...args: never[]) => unknown;

/**
 * Classifies by `instanceof`, first match first; asks `otherwise` about the rest.
 *
 * @param otherwise @default defaultClassifier
 * @throws TypeError at construction when a pair is not a constructor and an error class.
 * @example
 * byType([[TypeError, "PERMANENT"], [TimeoutError, "TRANSIENT"]])
 */
export function byType(
  pairs: readonly (readonly [type: AnyConstructor, errorClass: ErrorClass])[],
  otherwise: Classifier = defaultClassifier,
): Classifier {
  checkValue("byType.pairs", pairs, arrayOf("an array of [constructor, error class]", aPair));
  checkValue("byType.otherwise", otherwise, aClassifier);
  const table = pairs.map(([type, errorClass]) => [type, errorClass] as const);
  const byTable = (error: unknown): ErrorClass | Classification =>
    table.find(([type]) => isInstance(error, type))?.[1] ?? otherwise(error);
  const settings = { pairs: table.map(([type, errorClass]) => [type.name, errorClass]), otherwise };
  return classifierOf("byType", byTable, settings);
}

/** Whether `instanceof` takes it on its right side: an arrow function makes it throw. */
function mayHaveInstances(type: unknown): boolean {
  try {
    return {} instanceof (type as AnyConstructor) || true;
  } catch {
    return false;
  }
}

/** A proxy may throw when its prototype is read. Then it is an instance of none of the types. */
function isInstance(error: unknown, type: AnyConstructor): boolean {
  try {
    return error instanceof type;
  } catch {
    return false;
  }
}
