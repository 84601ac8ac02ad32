/*
 * One layer retries, and it is the policy. The SDKs of OpenAI and Anthropic are told so in their own words:
 *   maxRetries: 0               where the client is made
 *   x-should-retry: false       on the last answer of a call that the policy gave up on, so that neither a `maxRetries` of a single request nor a policy around the
 *                               SDK's call multiplies the attempts
 *   a TypeError                 where they retry all the same, after a connection failed: it says what to do
 * An error whose text, or whose cause's text, speaks of a timeout is replaced by the SDKs with one that has no cause: such a failure is given to them as the cause
 * of an error that does not, so that it can be found.
 * Sources: openai src/client.ts and @anthropic-ai/sdk src/client.ts (makeRequest, shouldRetry).
 */
import type { Outcome } from "../../index.ts";
import { notToBeRepeated } from "./read-ahead.ts";
import { sameResponse } from "./same-response.ts";

/** How often an SDK has sent a request before, by its own count. */
const RETRY_COUNT = "x-stainless-retry-count";

/** @throws TypeError for a request that the SDK has sent before */
export function refuseOwnRetries(owner: string, headers: unknown): void {
  const count = headers instanceof Headers ? headers.get(RETRY_COUNT) : null;
  if (count === null || count === "0") return;
  throw new TypeError(
    `${owner}.maxRetries must be 0 where a policy retries, got a request that the SDK sends again. Leave maxRetries out, of the client and of its requests: retry.maxAttempts of the policy says how often.`,
  );
}

/** The last answer of a call, which says that it is not to be repeated where the policy has seen to that. */
export function lastAnswer(response: Response, outcome: Outcome<Response>): Response {
  if (outcome.ok || (outcome.attempts === 1 && outcome.stopReason !== "NON_RETRYABLE_CLASS")) return response;
  return sameResponse(response, response.body, notToBeRepeated(response.headers));
}

const SPEAKS_OF_TIMEOUT = /timed? ?out/i;
const NEUTRAL = "The request was given up; the cause says why.";

/** The error, or one that it is the cause of. */
export function withItsCause(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "AbortError") return error;
  if (SPEAKS_OF_TIMEOUT.test(String(error))) return new Error(NEUTRAL, { cause: new Error(NEUTRAL, { cause: error }) });
  return SPEAKS_OF_TIMEOUT.test(String(error.cause)) ? new Error(NEUTRAL, { cause: error }) : error;
}
