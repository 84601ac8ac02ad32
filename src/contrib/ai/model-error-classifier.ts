import { googleErrorIn, retryDelayMs, saysUsedUp } from "../../clients/llm/index.ts";
import { llmClassifier } from "../../extras/index.ts";
import { type Classification, type Classifier, defaultClassifier, firstKnown } from "../../index.ts";

const known = firstKnown(llmClassifier, defaultClassifier);

/**
 * A classifier for the errors of the AI SDK's models: by status, with what the headers, or the body of Google's errors, say about when to come back; a quota that is used up is PERMANENT. For a
 * `Policy` of your own; policies that are given as options have it already.
 *
 * @example
 * import { modelErrorClassifier, policyMiddleware } from "redress/ai";
 *
 * const policy = new Policy({ retry: { classifier: modelErrorClassifier, deadlineMs: 300_000 } });
 * const middleware = policyMiddleware(policy);
 */
export const modelErrorClassifier: Classifier = (error) => {
  const body = bodyOf(error);
  if (saysUsedUp(body)) return "PERMANENT";
  const classification: Classification = toClassification(known(error));
  const retryAfterMs = classification.retryAfterMs ?? retryDelayMs(googleErrorIn(body));
  return retryAfterMs === undefined ? classification : { ...classification, retryAfterMs };
};

const toClassification = (classified: ReturnType<Classifier>): Classification =>
  typeof classified === "string" ? { errorClass: classified } : classified;

/** The JSON of the answer that an `APICallError` was made of; the AI SDK parses what it knows the form of. */
function bodyOf(error: unknown): unknown {
  const { data, responseBody } = Object(error) as { readonly data?: unknown; readonly responseBody?: unknown };
  if (typeof data === "object" && data !== null) return data;
  if (typeof responseBody !== "string") return undefined;
  try {
    return JSON.parse(responseBody);
  } catch {
    return undefined;
  }
}
