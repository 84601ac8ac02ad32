/* A stand-in, until the description that asks the rules themselves is there: it tells what was said, of the error as a whole. */
import type { Classifier } from "../core/failure/classification.ts";
import { classify } from "../core/failure/classification.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import { isObject } from "../core/is-object.ts";
import { universalClassifier } from "./universal.ts";

/** What a classifier makes of an error, and why. */
export interface ErrorDescription {
  readonly errorClass: ErrorClass;
  /** How long the dependency asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** A wait was given up. */
  readonly timeout?: boolean;
  /** The dependency says that retrying is pointless. */
  readonly retry?: false;
  /** The rule that decided: the library's name in universalClassifier's list ("http", "slack"), or the classifier's own name; null where none knew. */
  readonly rule: string | null;
  /** The error of the chain that decided: "error", "error.cause", "error.errors[0]"; null where none knew. */
  readonly at: string | null;
  /** The fields without which the answer would be another one. A long message is cut down to the words that decide. */
  readonly by: readonly { readonly field: string; readonly value: unknown }[];
  /** One plain sentence of all that. */
  readonly because: string;
}

/** Says what a classifier makes of an error, and why. */
export function describeError(error: unknown, classifier: Classifier = universalClassifier): ErrorDescription {
  const { errorClass, retryAfterMs, timeout, retry } = classify(classifier, error);
  const answer = {
    errorClass,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(timeout === true && { timeout }),
    ...(retry === false && { retry }),
  };
  const name = classifier.name || "the classifier";
  if (errorClass === "UNKNOWN") return { ...answer, rule: null, at: null, by: [], because: `${name} does not know this error.` };
  const by = ["name", "code", "status"].flatMap((field) => {
    const value = isObject(error) ? (error as Record<string, unknown>)[field] : undefined;
    return typeof value === "string" || typeof value === "number" ? [{ field: `error.${field}`, value }] : [];
  });
  return { ...answer, rule: name, at: "error", by, because: `${name} knows this error as ${errorClass}.` };
}
