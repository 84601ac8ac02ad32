/*
 * What an answer of a language model's service is. The first rule that applies wins:
 *   1. a status below 400                                                   -> a success
 *   2. a quota that is used up, or an account that does not pay             -> PERMANENT: no waiting brings money
 *   3. 408, 425, 429, 5xx, and a 403 that is a rate limit                    -> the class of the status, with the delay that the headers, or Google's body, ask for
 *   4. 409: somebody else holds the lock                                     -> CONCURRENCY
 *   5. `x-should-retry: true` on any other                                   -> TRANSIENT: the service asks for another try
 *   6. otherwise                                                             -> an answer: the SDK makes its error of it, and repeating it is of no use
 * `x-should-retry: false` keeps the class and stops the call, as RETRY_REFUSED.
 * Sources: openai src/client.ts and @anthropic-ai/sdk src/client.ts (shouldRetry); OpenAI, "Error codes"; Anthropic, "Errors" and "Rate limits".
 */
import { type Classification, defaultResultClassifier, type ErrorClass, type ResultClassifier } from "../../index.ts";
import { googleErrorIn, retryDelayMs } from "./google-error.ts";
import { member } from "./members.ts";
import { jsonOf } from "./read-ahead.ts";
import { saysUsedUp } from "./used-up.ts";

/**
 * A result classifier for the answers of language models' services: like the one that policies have, but that a quota that is used up is PERMANENT,
 * that 409 is a failure, and that `x-should-retry` is heard in both directions. For a `Policy` of your own; policies that are given as options
 * have it already.
 *
 * @example
 * import { modelResponseClassifier, openaiOptions } from "redress/openai";
 *
 * const model = new Policy({ retry: { resultClassifier: modelResponseClassifier, deadlineMs: 300_000 } });
 * const options = openaiOptions(model);
 */
export const modelResponseClassifier: ResultClassifier<unknown> = (result) => {
  const status = member(result, "status");
  const headers = member(result, "headers");
  if (typeof status !== "number" || status < 400 || typeof member(headers, "get") !== "function") return null;
  const json = jsonOf(result as object);
  if (saysUsedUp(json)) return "PERMANENT";
  const known = defaultResultClassifier(result);
  if (known !== null && known !== undefined) return withDelay(known, retryDelayMs(googleErrorIn(json)));
  const shouldRetry = (headers as Headers).get("x-should-retry");
  return otherwise(status, shouldRetry);
};

/** A delay that the headers ask for comes first. */
function withDelay(known: ErrorClass | Classification, retryAfterMs: number | undefined): ErrorClass | Classification {
  if (retryAfterMs === undefined) return known;
  return typeof known === "string" ? { errorClass: known, retryAfterMs } : { retryAfterMs, ...known };
}

function otherwise(status: number, shouldRetry: string | null): ErrorClass | Classification | null {
  if (status === 409) return shouldRetry === "false" ? { errorClass: "CONCURRENCY", retry: false } : "CONCURRENCY";
  return shouldRetry === "true" ? "TRANSIENT" : null;
}
