/* The classifiers that a policy has where none is given: the rules of core/failure, with the platform's time of day. */
import type { Classifier, ResultClassifier } from "../core/failure/classification.ts";
import { classifierOf, resultClassifierOf } from "../core/failure/classifier.ts";
import { classifyError } from "../core/failure/default-classifier.ts";
import { classifyResult } from "../core/failure/default-result-classifier.ts";
import { wallClock } from "./time/wall-clock.ts";

/**
 * Classifies by our own markers, HTTP status and headers, error codes and the words in which `fetch` fails, and then by what the error's name
 * speaks of. Gives `retryAfterMs` where an answer says when to come back.
 */
export const defaultClassifier: Classifier = /* @__PURE__ */ classifierOf("defaultClassifier", (error) =>
  classifyError(error, wallClock, true),
);

/** The same without guessing from names: what no marker, status, code or words of `fetch` tell is `UNKNOWN`. */
export const strictClassifier: Classifier = /* @__PURE__ */ classifierOf("strictClassifier", (error) =>
  classifyError(error, wallClock, false),
);

/**
 * What `fetch` gives back: a `Response` with 408, 425, 429 or 5xx is a failure, with `retryAfterMs` where it says when to come back; so is a 403
 * that is a rate limit. Every other value is a success. `() => null` in its place counts every value as a success.
 *
 * The body is left alone. One that is not read keeps its connection: read it, or cancel it, before another attempt follows.
 */
export const defaultResultClassifier: ResultClassifier<unknown> = /* @__PURE__ */ resultClassifierOf(
  "defaultResultClassifier",
  (result) => classifyResult(result, wallClock),
);
