import type { PART, Part } from "../part.ts";
import { ERROR_CLASSES, type ErrorClass, isErrorClass } from "./error-class.ts";

/** The answer of a classifier in full. A bare class name is short for `{ errorClass }`. */
export interface Classification {
  readonly errorClass: ErrorClass;
  /** How long the dependency asks to be left alone, in milliseconds (>= 0). Read by `retryAfterOr`. */
  readonly retryAfterMs?: number | undefined;
  /** A wait was given up: the mark of overload, so that retries after it are the first that a `RetryThrottle` refuses. */
  readonly timeout?: boolean | undefined;
  /** The dependency says that retrying is pointless. The class stays what it is: a breaker still counts it. */
  readonly retry?: false | undefined;
  /** Low-cardinality facts for logs, such as a vendor's error code. Never a message, URL or id. */
  readonly details?: Readonly<Record<string, string>> | undefined;
}

/**
 * Says what kind of failure an error is, at once. One that throws, or returns no class, counts as `UNKNOWN`; so does a promise, of which
 * `onHookError` hears.
 *
 * Not a `ResultClassifier`: it has an answer to everything, so that every success would be a failure. The compiler and the constructors
 * refuse the one in the place of the other.
 */
export type Classifier = ((error: unknown) => ErrorClass | Classification) & Classifies<"classifier">;

/** Says whether a returned value is a failure, and of what kind: `null` or `undefined` means a success. Not a `Classifier`. */
export type ResultClassifier<T> = ((result: T) => ErrorClass | Classification | null | undefined) &
  Classifies<"result-classifier">;

/** What it classifies, if it says so: the same brand for the compiler and at run time. A function of the user's own needs none. */
interface Classifies<Kind extends "classifier" | "result-classifier"> {
  readonly [PART]?: Part & { readonly kind: Kind };
}

/** What caused a failure: a thrown error, or a returned value that was classified as a failure. */
export type FailureCause = "exception" | "result";

// One object per class, so that classifying allocates nothing in the common case.
const plain = new Map<unknown, Classification>(ERROR_CLASSES.map((errorClass) => [errorClass, Object.freeze({ errorClass })]));
const unknown: Classification = Object.freeze({ errorClass: "UNKNOWN" });

/** Turns whatever a classifier answered into a well-formed classification. What is no class at all is `UNKNOWN`. */
export function toClassification(answer: unknown): Classification {
  try {
    if (typeof answer === "object" && answer !== null) {
      const { errorClass, retryAfterMs, timeout, retry, details } = answer as Classification;
      const isPlain = typeof retryAfterMs !== "number" && timeout !== true && retry !== false && details === undefined;
      if (isPlain) return plain.get(errorClass) ?? unknown;
      return {
        errorClass: isErrorClass(errorClass) ? errorClass : "UNKNOWN",
        ...(typeof retryAfterMs === "number" && !Number.isNaN(retryAfterMs) && { retryAfterMs: Math.max(0, retryAfterMs) }),
        ...(timeout === true && { timeout }),
        ...(retry === false && { retry }),
        ...(details !== undefined && { details }),
      };
    }
  } catch {
    // A getter that throws says nothing.
  }
  return plain.get(answer) ?? unknown;
}

/** Asks a classifier. One that throws has nothing to say; the failure it was asked about must not be hidden by it. */
export function classify(classifier: Classifier, error: unknown): Classification {
  try {
    return toClassification(classifier(error));
  } catch {
    return unknown;
  }
}

/** The same failure, as one of an attempt that was given up. */
export function asTimeout(classification: Classification): Classification {
  return classification.timeout === true ? classification : { ...classification, timeout: true };
}
