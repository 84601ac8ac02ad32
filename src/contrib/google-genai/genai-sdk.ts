/*
 * One layer retries, and it is the policy. Google's SDK has two halves, and neither can be told so as a whole:
 *   models, chats, files, ...    hand `fetch` a URL. They retry only with `retryOptions`: those of the client are refused where it is made, those of a request when it is sent
 *                                again, by a TypeError, which the SDK does not retry. An error of theirs has a status and, as its message, the JSON of the body, and nothing
 *                                else: how the call ended is told there
 *   interactions, agents, ...    hand it a `Request`. They send it again, four times, after 408, 409, 429, 5xx and a broken connection; no header of an answer and no option
 *                                of the client keeps them from it. What they would repeat they are given as an error that they do not
 * Sources: @google/genai src/_api_client.ts; its generated src/interactions (lib/retries.ts, lib/sdks.ts).
 */
import { errorBodyOf, type HttpError, httpErrorOf } from "../../clients/http/index.ts";
import { isRequest, keepOutcome, type ModelSdk, modelRoute } from "../../clients/llm/index.ts";
import { isRedressError, type Outcome } from "../../index.ts";
import { withOutcome } from "./told-outcome.ts";

const NEUTRAL = "The request was given up; the cause says why.";

/** What one client is told. */
export function genaiSdk(): ModelSdk {
  // The SDK makes the headers anew for each request, and hands on the same ones where it repeats it.
  const sent = new WeakSet<object>();
  return {
    refuseOwnRetries: (owner, input, init) => {
      const { headers } = init ?? {};
      if (isRequest(input) || typeof headers !== "object") return;
      if (sent.has(headers))
        throw new TypeError(
          `${owner}: httpOptions.retryOptions must be left out where a policy retries, got a request that the SDK sends again. retry.maxAttempts of the policy says how often.`,
        );
      sent.add(headers);
    },
    lastAnswer: async (response, outcome, input) => {
      if (response.status < 400) return response;
      if (!isRequest(input)) return withOutcome(response, (await errorBodyOf(response)).body, outcome);
      if (!isRepeatedBySdk(response.status)) return response;
      throw await asError(response, outcome, input);
    },
    lastError: (error, input) => (isRequest(input) && isRepeatedFor(error) ? new Error(NEUTRAL, { cause: error }) : error),
  };
}

const isRepeatedBySdk = (status: number): boolean => [408, 409, 429].includes(status) || status >= 500;

/** By its text, its name or its code: the errors of the policy have none of these. */
const isRepeatedFor = (error: unknown): boolean => !isRedressError(error) && (error as Error | undefined)?.name !== "AbortError";

async function asError(response: Response, outcome: Outcome<Response>, { method, url }: Request): Promise<HttpError> {
  const operation = `${method} ${modelRoute(new URL(url))}`;
  const error = await httpErrorOf(response, { method, operation }, outcome.ok ? undefined : { cause: outcome.error });
  keepOutcome(error, outcome);
  return error;
}
