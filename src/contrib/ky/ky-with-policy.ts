/*
 * A ky whose `fetch` has a policy. Of ky's own bounds and retries:
 *   retry          off, also for requests that ask for it: those throw, since both would multiply
 *   timeout        ky's bounds all attempts together. Its default, 10 s, would cut a policy short that has bounds of its own, and is off; one that was
 *                  given, to the instance or to a request, stays, and aborts the call
 *   fetch          one that was given sends the attempts
 */
import { type HttpPolicy, MAX_ORIGINS, policiesByOrigin, requestRules } from "../../clients/http/index.ts";
import { aboveZero, aFunction, type OptionTable, policyTable, refuse, requireOptions } from "../../clients/options/index.ts";
import { createFetch, type FetchOptions, outcomeOf } from "../fetch/index.ts";

/** What `kyWithPolicy` makes of requests beside the policy: what `createFetch` does, but for errors, which are ky's. */
export type KyPolicyOptions = Omit<FetchOptions, "throwHttpErrors">;

const table: OptionTable<keyof KyPolicyOptions> = {
  flat: true,
  rules: { ...requestRules, bodyTimeoutMs: aboveZero, fetch: aFunction },
};

/** What is needed of a ky: version 1 or 2. */
export interface KyClient {
  readonly extend: (options: never) => unknown;
}

/** Of the options of an instance, what matters here. */
interface ParentOptions {
  readonly timeout?: unknown;
  readonly fetch?: FetchOptions["fetch"];
}

/** Of the options of a request: ky fills in what is not given. */
interface NormalizedOptions {
  readonly retry: { limit: number };
}

/**
 * A ky whose every request goes through a policy, as by `createFetch` of `redress/fetch`; otherwise the same, with the same types. The ky that is given is left as it is.
 * Its hooks run once for each call, and an `HTTPError` is thrown by ky as ever, of the last answer; `outcomeOf` says what happened.
 *
 * @param policy @default four attempts, 30 s each and 60 s in all, and a circuit that opens where half of the calls fail
 * @throws TypeError or RangeError for a wrong or unknown option; TypeError, by a request that has a `retry` of its own
 * @example
 * import type { KyClient } from "redress/ky";
 * import { kyWithPolicy } from "redress/ky";
 *
 * const withPolicy = (ky: KyClient) => kyWithPolicy(ky, { retry: { deadlineMs: 10_000 } });
 */
export function kyWithPolicy<Client extends KyClient>(
  client: Client,
  policy?: HttpPolicy<Response>,
  options: KyPolicyOptions = {},
): Client {
  requireKy(client);
  const own = requireOptions("kyWithPolicy", options, table, policyTable);
  const policies = policiesByOrigin("kyWithPolicy", policy, own.maxOrigins ?? MAX_ORIGINS, table);
  const extension = (parent: ParentOptions | undefined) => ({
    retry: 0,
    ...(parent?.timeout === undefined && { timeout: false }),
    fetch: createFetch(policies, { ...(parent?.fetch !== undefined && { fetch: parent.fetch }), ...own }),
    hooks: { beforeRequest: [refuseRetries], beforeError: [explain] },
  });
  return client.extend(extension as never) as Client;
}

function requireKy(client: unknown): void {
  const { extend, defaults } = Object(client) as { readonly extend?: unknown; readonly defaults?: unknown };
  // got can be extended, too, and has defaults.
  if (typeof client === "function" && typeof extend === "function" && defaults === undefined) return;
  refuse("kyWithPolicy.client", "ky, or an instance of it", client, TypeError);
}

/** In version 1 the options come second; in version 2 within the first. */
function refuseRetries(first: { readonly options?: NormalizedOptions }, second?: NormalizedOptions): void {
  const { retry } = second ?? (first.options as NormalizedOptions);
  const { limit } = retry;
  if (limit === 0) return;
  // Or version 1 would retry this error, too.
  retry.limit = 0;
  throw new TypeError(
    `retry of ky must be 0 where a policy retries, got a limit of ${limit}: give maxAttempts to the policy of kyWithPolicy.`,
  );
}

/**
 * Gives an `HTTPError` what the policy says of it as its cause, so that `outcomeOf` of `redress` knows it, and a policy around this one does not repeat what was
 * repeated here. In version 1 the error comes first, in version 2 within an object.
 */
function explain(first: object): unknown {
  const error = first instanceof Error ? first : (first as { readonly error: Error }).error;
  const outcome = outcomeOf((error as { readonly response?: unknown }).response);
  if (outcome?.ok === false && error.cause === undefined)
    Object.defineProperty(error, "cause", { value: outcome.error, writable: true, configurable: true });
  return error;
}
