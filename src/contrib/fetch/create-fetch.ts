import {
  discardBody,
  type HttpPolicy,
  httpErrorOf,
  isIdempotentMethod,
  keepOutcome,
  nameOfRequest,
  type OriginPolicies,
  policiesByOrigin,
  repeatRule,
} from "../../clients/http/index.ts";
import { refuse } from "../../clients/options/index.ts";
import type { AttemptInfo, Failure, Outcome } from "../../index.ts";
import { withBodyTimeout } from "./body-timeout.ts";
import { type FetchOptions, type FetchSettings, fetchTable, readCallOptions, readFetchOptions } from "./fetch-options.ts";
import type { FetchCallOptions, FetchInit, FetchInput, FetchWithOptions } from "./fetch-types.ts";
import { mistakesArePermanent } from "./mistakes.ts";
import { PreparedRequest } from "./prepared-request.ts";

/** A `fetch` with a policy, and the policies of the origins it has talked to. */
export interface PolicyFetch extends FetchWithOptions {
  readonly policies: OriginPolicies<Response>;
}

/**
 * A `fetch` whose every request goes through a policy: statuses worth another try (408, 425, 429, 5xx) are failures, with their `Retry-After`; methods that may
 * be repeated are; what is left at the end is the last response, or the error of the last attempt. A standard `fetch`, so it serves
 * every SDK that takes one. `outcomeOf(response)` says what happened.
 *
 * Each origin has a circuit and a retry budget of its own, so that a dead host does not shut out the others: of a policy, and of options, one is
 * made for each. Parts that are given as instances (`new CircuitBreaker()`, a `Budget`) are shared by all origins, as instances are anywhere.
 *
 * The deadline and the attempt timeout bound the time until the headers of an answer are there. The caller's signal also ends the reading of the body;
 * `bodyTimeoutMs` bounds its stalls.
 *
 * @param policy @default four attempts, 30 s each and 60 s in all, and a circuit that opens where half of the calls fail
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { createFetch } from "redress/fetch";
 *
 * const api = createFetch({ retry: { deadlineMs: 10_000 } }, { throwHttpErrors: true });
 */
export function createFetch(policy?: HttpPolicy<Response>, options: FetchOptions = {}): PolicyFetch {
  const settings = readFetchOptions(options);
  const policies = policiesByOrigin("createFetch", policy, settings.maxOrigins, fetchTable);
  const fetch: FetchWithOptions = async (input, init = undefined) => {
    const own = readCallOptions(init);
    const request = PreparedRequest.of(input, init);
    if (request === null) return send(settings, [input, init]);
    const call = own.operation ?? nameOfRequest(settings, { method: request.method, url: request.url });
    const policyOf = policies.for(request.url.origin);
    const attempt = (info: AttemptInfo): Promise<Response> => {
      const { deadlines } = settings;
      if (deadlines === null) return send(settings, request.arguments(info.signal));
      const value = deadlines.valueFor(request.url.hostname, info, policyOf);
      return send(settings, request.arguments(info.signal, deadlines.header, value));
    };
    const outcome = await policyOf.execute(attempt, {
      operation: call,
      signal: request.signal,
      deadlineMs: own.deadlineMs,
      cost: own.cost,
      classifier: mistakesArePermanent,
      refuseRepeat: repeatRuleOf(request, settings, own),
      discard: discardBody as (value: unknown) => unknown,
    });
    if (outcome.attempts === 0 && !outcome.ok) request.abandon(outcome.error);
    return answerOf(outcome, { method: request.method, operation: call }, settings);
  };
  return Object.assign(fetch, { policies });
}

/** Looked up late: what tests and tools put in the place of `fetch` is used. */
function send(settings: FetchSettings, [input, init]: [FetchInput, FetchInit | undefined]): Promise<Response> {
  const { fetch = globalThis.fetch } = settings;
  return fetch(input, init);
}

function repeatRuleOf(request: PreparedRequest, settings: FetchSettings, own: FetchCallOptions): ReturnType<typeof repeatRule> {
  const { method, url } = request;
  if (settings.idempotencyKey && !isIdempotentMethod(method)) request.addIdempotencyKey();
  return repeatRule(request, own.mayRepeat ?? settings.mayRepeat?.({ method, url }) ?? false);
}

/** What is left where the last attempt was answered; `null` where it was not. An aborted call has no answer. */
function lastResponse({ cause, stopReason, lastResult }: Failure): Response | null {
  return cause === "result" && stopReason !== "ABORTED" ? (lastResult as Response | null) : null;
}

/** The error of a call that leaves no answer. One that was aborted in its backoff has had one, which nobody will read. */
function errorOf({ lastResult, error }: Failure): unknown {
  if (typeof lastResult === "object" && lastResult !== null) void discardBody(lastResult);
  return error;
}

/** What a fallback gives is read like any answer. A `fetch` of the user's own may give what it likes. */
function requireResponse(value: unknown): void {
  if (typeof (Object(value) as { readonly status?: unknown }).status !== "number")
    refuse("what fallback gives to createFetch", "a Response", value, TypeError);
}

/** What an answer is told with. */
interface AnsweredRequest {
  readonly method: string;
  readonly operation: string;
}

/** What the caller gets. No promise where there is nothing to wait for: each takes a few turns of the queue. */
function answerOf(
  outcome: Outcome<Response>,
  request: AnsweredRequest,
  { throwHttpErrors, bodyTimeoutMs }: FetchSettings,
): Response | Promise<never> {
  if (outcome.ok && outcome.fellBack) requireResponse(outcome.value);
  const response = outcome.ok ? outcome.value : lastResponse(outcome);
  if (response === null) throw errorOf(outcome as Failure);
  if (throwHttpErrors && response.status >= 400) return throwAnswer(response, outcome, request);
  const answer = bodyTimeoutMs === Infinity ? response : withBodyTimeout(response, bodyTimeoutMs, request.operation);
  keepOutcome(answer, outcome);
  return answer;
}

async function throwAnswer(response: Response, outcome: Outcome<Response>, request: AnsweredRequest): Promise<never> {
  const error = await httpErrorOf(response, request, outcome.ok ? undefined : { cause: outcome.error });
  keepOutcome(error, outcome);
  throw error;
}
