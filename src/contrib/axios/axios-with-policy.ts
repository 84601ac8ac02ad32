/*
 * An instance of axios whose adapter has a policy. What an adapter does is done for each attempt; all that stands around it is done once for each call:
 *   once          interceptors of requests and responses, transformRequest, transformResponse (and with it the reading of JSON)
 *   each attempt  the adapter, with validateStatus, timeout, redirects and the reading of the body
 * The adapter is set in the defaults of a new instance, and again by its innermost interceptor of requests, so that a request, or another interceptor, that
 * names an adapter of its own is sent through that one, by the policy.
 */
import {
  type HttpPolicy,
  policiesByOrigin,
  type RequestOptions,
  readRequestOptions,
  requestTable,
} from "../../clients/http/index.ts";
import { refuse } from "../../clients/options/index.ts";
import type { AxiosClient, AxiosConfigShape, AxiosInstanceShape, AxiosResponseShape } from "./axios-shapes.ts";
import { bareInstance, PolicyAdapters } from "./policy-adapter.ts";

/**
 * An axios whose every request goes through a policy; otherwise the same, with the same types: a new instance, with the defaults and interceptors that the given one has now.
 * The given one is left as it is. Statuses worth another try (408, 425, 429, 5xx) are failures, with their `Retry-After`; methods that may be repeated
 * are; at the end there is what axios would have given: the response, or the `AxiosError` of the last attempt. `outcomeOf` says what happened.
 *
 * Each origin has a circuit and a retry budget of its own, so that a dead host does not shut out the others.
 *
 * @param policy @default four attempts, 30 s each and 60 s in all, and a circuit that opens where half of the calls fail
 * @throws TypeError or RangeError for a wrong or unknown option; TypeError, by a request on which axios-retry is at work, too
 * @example
 * import type { AxiosClient } from "redress/axios";
 * import { axiosWithPolicy } from "redress/axios";
 *
 * const withPolicy = (axios: AxiosClient) => axiosWithPolicy(axios, { retry: { deadlineMs: 10_000 } });
 */
export function axiosWithPolicy<Client extends AxiosClient>(
  client: Client,
  policy?: HttpPolicy<unknown>,
  options: RequestOptions = {},
): Client {
  const given = requireInstance(client);
  const settings = readRequestOptions("axiosWithPolicy", options);
  const policies = policiesByOrigin(
    "axiosWithPolicy",
    policy as HttpPolicy<AxiosResponseShape> | undefined,
    settings.maxOrigins,
    requestTable,
  );
  const adapters = new PolicyAdapters(policies, settings, bareInstance(given));
  const made = installed(given.create({}), adapters);
  for (const kind of ["request", "response"] as const) {
    given.interceptors[kind].forEach(({ fulfilled, rejected, synchronous, runWhen }) => {
      made.interceptors[kind].use(fulfilled, rejected, { synchronous, runWhen });
    });
  }
  // What the library has beside an instance: isAxiosError, CancelToken, ...
  for (const [name, value] of Object.entries(given)) if (!(name in made)) Object.assign(made, { [name]: value });
  return made as unknown as Client;
}

/** A new instance, and all that are made of it, with the adapters of a policy. */
function installed(made: AxiosInstanceShape, adapters: PolicyAdapters): AxiosInstanceShape {
  made.defaults["adapter"] = adapters.around(made.defaults["adapter"]);
  const innermost = (config: AxiosConfigShape & { adapter: unknown }): unknown => {
    config.adapter = adapters.around(config.adapter);
    return config;
  };
  made.interceptors.request.use(innermost, undefined, { synchronous: true });
  const create = made.create.bind(made);
  return Object.assign(made, { create: (defaults?: object) => installed(create(defaults), adapters) });
}

function requireInstance(client: unknown): AxiosInstanceShape {
  const { create, interceptors, defaults } = Object(client) as Partial<AxiosInstanceShape>;
  if (typeof client === "function" && typeof create === "function" && interceptors !== undefined && defaults !== undefined)
    return client as unknown as AxiosInstanceShape;
  return refuse("axiosWithPolicy.client", "axios, or what axios.create() gave", client, TypeError);
}
