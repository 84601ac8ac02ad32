/*
 * What a language model's client is made with: a `fetch` whose every request goes through the policy. The way of an answer:
 *   read ahead (JSON) -> judged by the policy -> told to the SDK as the last one -> counted (streams) -> kept, so that its outcome is found
 */
import type { Outcome, Policy } from "../../index.ts";
import { countStream } from "./count-stream.ts";
import type { ModelLimiter } from "./model-limiter.ts";
import {
  type ModelFetch,
  type ModelFetchInit,
  type ModelFetchInput,
  type ModelOptions,
  type ModelRequest,
  readModelOptions,
} from "./model-options.ts";
import { keepOutcome } from "./model-outcome.ts";
import { type ModelPolicy, modelPolicy, sdkTimeoutMs } from "./model-policy.ts";
import { modelResponseClassifier } from "./model-response-classifier.ts";
import { modelRoute } from "./model-route.ts";
import { isRequest, type ModelSdk } from "./model-sdk.ts";
import { readAhead } from "./read-ahead.ts";
import { isEvents, isJson } from "./same-response.ts";
import { stainless } from "./sdk-retries.ts";
import { countFor } from "./stream-count.ts";
import { type Estimate, estimateOf } from "./token-estimate.ts";

/** What of `redress/fetch` this stands on: rooms import down only, so its integrations bring it. */
export interface FetchDoor {
  createFetch(
    policies: { for(origin: string): Policy<Response, Response> },
    options: {
      readonly route: (request: ModelRequest) => string;
      readonly mayRepeat: (request: ModelRequest) => boolean;
      readonly bodyTimeoutMs: number | undefined;
      readonly fetch: ModelFetch;
    },
  ): (
    input: ModelFetchInput,
    init: ModelFetchInit & { readonly redress: { readonly cost: Readonly<Record<string, number>> | undefined } },
  ) => Promise<Response>;
  outcomeOf(response: Response): Outcome<Response> | undefined;
}

/** What the constructor of an SDK's client takes. */
export interface ClientOptions {
  readonly fetch: ModelFetch;
  /** The policy retries, and nobody else. */
  readonly maxRetries: 0;
  /** In milliseconds, where the policy's deadline is beyond what the SDK allows a call by default. */
  readonly timeout?: number;
}

/** @param owner the function that messages speak of */
export function clientOptions(owner: string, door: FetchDoor, given: ModelPolicy, options: ModelOptions): ClientOptions {
  const { fetch, policy } = modelFetch(owner, door, stainless, given, options);
  const timeout = sdkTimeoutMs(policy);
  return { fetch, maxRetries: 0, ...(timeout !== undefined && { timeout }) };
}

/** A `fetch` for a model's client, and the policy that it goes through. */
export function modelFetch(
  owner: string,
  door: FetchDoor,
  sdk: ModelSdk,
  given: ModelPolicy,
  options: ModelOptions,
): { readonly fetch: ModelFetch; readonly policy: Policy<Response, Response> } {
  const settings = readModelOptions(owner, options);
  const policy = modelPolicy(owner, given, settings.limiter, { resultClassifier: modelResponseClassifier });
  return { fetch: fetchThrough(owner, door, sdk, policy, settings), policy };
}

function fetchThrough(
  owner: string,
  door: FetchDoor,
  sdk: ModelSdk,
  policy: Policy<Response, Response>,
  settings: ModelOptions,
): ModelFetch {
  const { limiter, route, mayRepeat = () => true, bodyTimeoutMs, estimateTokens } = settings;
  const send: ModelFetch = async (input, init) => readAhead(await (settings.fetch ?? globalThis.fetch)(input, init));
  const call = door.createFetch(
    { for: () => policy },
    { route: (request) => route?.(request) ?? modelRoute(request.url), mayRepeat, bodyTimeoutMs, fetch: send },
  );
  return async (input, init) => {
    sdk.refuseOwnRetries(owner, input, init);
    const estimate = limiter && estimateOf(pathOf(input), await bodyOf(input, init), estimateTokens);
    const cost = estimate && limiter.costOf(estimate);
    const response = await call(input, { ...init, redress: { cost } }).catch((error: unknown) => {
      throw sdk.lastError(error, input);
    });
    const outcome = door.outcomeOf(response);
    if (outcome === undefined) return response;
    const answer = await sdk.lastAnswer(limiter && estimate ? counted(response, estimate, limiter) : response, outcome, input);
    keepOutcome(answer, outcome);
    return answer;
  };
}

function pathOf(input: ModelFetchInput): string {
  const url = isRequest(input) ? input.url : String(input);
  return URL.canParse(url) ? new URL(url).pathname : "";
}

/** What is sent: text, where it is JSON. */
async function bodyOf(input: ModelFetchInput, init: ModelFetchInit | undefined): Promise<unknown> {
  if (!isRequest(input) || init?.body !== undefined) return init?.body;
  return isJson(input) ? input.clone().text() : undefined;
}

/** What a stream uses beyond what was taken for it is counted when it ends. */
function counted(response: Response, estimate: Estimate, limiter: ModelLimiter): Response {
  if (response.status >= 400 || !isEvents(response)) return response;
  return countStream(response, countFor(limiter, estimate));
}
