import { aFunction, checkValue, type OptionRule, oneOf, refuse } from "../option-rules.ts";
import { asPart } from "../part.ts";
import { type Classifier, classify } from "./classification.ts";
import { defaultClassifier } from "./default-classifier.ts";
import { ERROR_CLASSES, type ErrorClass } from "./error-class.ts";

/**
 * The first answer that is not `UNKNOWN`. A classifier that throws has no answer; the next one is asked.
 *
 * @example
 * const classifier = firstKnown(byType([[QuotaError, "RATE_LIMIT"]], strictClassifier), defaultClassifier);
 */
export function firstKnown(...classifiers: readonly Classifier[]): Classifier {
  classifiers.forEach((classifier, index) => checkValue(`firstKnown.classifiers[${index}]`, classifier, aFunction));
  const first: Classifier = (error) => {
    for (const classifier of classifiers) {
      const classification = classify(classifier, error);
      if (classification.errorClass !== "UNKNOWN") return classification;
    }
    return "UNKNOWN";
  };
  return asPart(first, { kind: "classifier", name: "firstKnown", settings: { classifiers } });
}

const constructorRule: OptionRule = { text: "a constructor", type: "", ok: mayHaveInstances };

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
  if (!Array.isArray(pairs)) refuse("byType.pairs", "an array of [constructor, error class]", pairs);
  pairs.forEach((pair, index) => {
    if (!Array.isArray(pair)) refuse(`byType.pairs[${index}]`, "a pair of constructor and error class", pair);
    checkValue(`byType.pairs[${index}][0]`, pair[0], constructorRule);
    checkValue(`byType.pairs[${index}][1]`, pair[1], oneOf(ERROR_CLASSES));
  });
  checkValue("byType.otherwise", otherwise, aFunction);
  const table = pairs.map(([type, errorClass]) => [type, errorClass] as const);
  const byTable: Classifier = (error) => table.find(([type]) => isInstance(error, type))?.[1] ?? otherwise(error);
  const settings = { pairs: table.map(([type, errorClass]) => [type.name, errorClass]), otherwise };
  return asPart(byTable, { kind: "classifier", name: "byType", settings });
}

/** Whether `instanceof` can be asked of it: of an arrow function, it throws. */
function mayHaveInstances(type: unknown): boolean {
  try {
    return {} instanceof (type as AnyConstructor) || true;
  } catch {
    return false;
  }
}

/** A proxy may throw where it is asked for its prototype. Then it is nobody's instance. */
function isInstance(error: unknown, type: AnyConstructor): boolean {
  try {
    return error instanceof type;
  } catch {
    return false;
  }
}
