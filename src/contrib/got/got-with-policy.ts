import {
  type HttpPolicy,
  nameOfRequest,
  policiesByOrigin,
  type RequestOptions,
  readRequestOptions,
  repeatRuleOf,
  requestTable,
} from "../../clients/http/index.ts";
import { refuse } from "../../clients/options/index.ts";
import { ToldDeadline } from "./deadline.ts";
import { isOnceBody, keyHeaders } from "./got-request.ts";
import type { GotClient, GotOptions, GotPromise, GotStream, Handler } from "./got-shapes.ts";
import { type PolicyRequest, sendPromise } from "./promise-call.ts";
import { sendStream } from "./stream-call.ts";

/**
 * A got whose every request goes through a policy; otherwise the same, with the same types. The got that is given is left as it is. Statuses worth another try (408, 425, 429, 5xx)
 * are failures, with their `Retry-After`; methods that may be repeated are; at the end there is what got would have given: the response, or
 * the error of the last attempt. `outcomeOf` says what happened. A stream is sent once, by way of the circuit and the limits.
 *
 * Each origin has a circuit and a retry budget of its own, so that a dead host does not shut out the others.
 *
 * @param policy @default four attempts, 30 s each and 60 s in all, and a circuit that opens where half of the calls fail
 * @throws TypeError or RangeError for a wrong or unknown option; TypeError, by a request that has a `retry.limit` of its own
 * @example
 * import type { GotClient } from "redress/got";
 * import { gotWithPolicy } from "redress/got";
 *
 * const withPolicy = (got: GotClient) => gotWithPolicy(got, { retry: { deadlineMs: 10_000 } });
 */
export function gotWithPolicy<Client extends GotClient>(
  client: Client,
  policy?: HttpPolicy<unknown>,
  options: RequestOptions = {},
): Client {
  requireGot(client);
  const settings = readRequestOptions("gotWithPolicy", options);
  const policies = policiesByOrigin("gotWithPolicy", policy, settings.maxOrigins, requestTable);
  const handler: Handler = (got, next) => {
    const url = urlOf(got);
    // Of wrong options, got knows what to say.
    if (url === undefined) return next(got);
    const facts = { method: got.method.toUpperCase(), url };
    const policy = policies.for(originOf(url));
    const request: PolicyRequest = {
      policy,
      deadline: ToldDeadline.of(settings.deadlines, got, url, policy),
      operation: nameOfRequest(settings, facts),
      refuseRepeat: repeatRuleOf(settings, facts, isOnceBody(got.body), keyHeaders(got.headers)),
    };
    if (got.isStream) return sendStream(request, got, next as (options: GotOptions) => GotStream);
    return sendPromise(request, got, next as (options: GotOptions) => GotPromise);
  };
  const { mutableDefaults } = client.defaults;
  return client.extend({ retry: { limit: 0 }, handlers: [handler], mutableDefaults } as never) as Client;
}

function requireGot(client: unknown): void {
  const { extend, defaults } = Object(client) as { readonly extend?: unknown; readonly defaults?: unknown };
  if (typeof client === "function" && typeof extend === "function" && defaults !== undefined) return;
  refuse("gotWithPolicy.client", "got, or an instance of it", client, TypeError);
}

/** got writes a socket of Unix as http://unix/its/path:/path. */
const originOf = ({ hostname, pathname, origin }: URL): string =>
  hostname === "unix" ? `unix:${pathname.split(":", 1)[0]}` : origin;

function urlOf(options: GotOptions | undefined): URL | undefined {
  const url = options?.url;
  if (url === undefined || url === "") return undefined;
  return typeof url === "string" ? new URL(url) : url;
}
