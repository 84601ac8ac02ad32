import { type ModelFetch, type ModelOptions, type ModelPolicy, modelFetch } from "../../clients/llm/index.ts";
import { refuse } from "../../clients/options/index.ts";
import { createFetch, outcomeOf } from "../fetch/index.ts";
import { genaiSdk } from "./genai-sdk.ts";

/** What `new GoogleGenAI(...)` takes, by shape. A policy changes its `httpOptions` alone. */
export interface GenAIClientOptions {
  readonly apiKey?: unknown;
  readonly apiVersion?: unknown;
  readonly enterprise?: unknown;
  readonly vertexai?: unknown;
  readonly project?: unknown;
  readonly location?: unknown;
  readonly googleAuthOptions?: unknown;
  readonly httpOptions?: GenAIHttpOptions;
}

/** Options of all requests. */
export interface GenAIHttpOptions {
  readonly baseUrl?: unknown;
  readonly apiVersion?: unknown;
  readonly headers?: unknown;
  readonly timeout?: unknown;
  readonly extraBody?: unknown;
  /** Sends the requests. */
  readonly fetch?: ModelFetch;
  /** Is refused: the policy retries. */
  readonly retryOptions?: unknown;
}

/** Options of a policy that no client has: they were meant for the parameter after it. */
const OPTIONS_OF_POLICIES: readonly string[] = [
  "retry",
  "circuitBreaker",
  "budget",
  "fallback",
  "hedge",
  "limiter",
  "hooks",
  "execute",
];

const OWNER = "genaiOptions";

/**
 * What `new GoogleGenAI(...)` is given so that every request of the client goes through a policy, and is retried there alone: the options that are given here, with a
 * `fetch` among their `httpOptions`.
 *
 * Options of a policy that are not given are those of a language model: 3 attempts, 590 s in all, a circuit that opens where half of the calls fail. A
 * `Policy` is used as it is; give it `modelResponseClassifier`.
 *
 * @param client the options of the client; a `fetch` of theirs sends the requests
 * @param policy @default {}
 * @throws TypeError or RangeError for a wrong or unknown option, and for `retryOptions`, by which the SDK would retry beside the policy
 * @example
 * import { genaiOptions } from "redress/google-genai";
 *
 * const options = genaiOptions({ apiKey: "..." }, { retry: { maxAttempts: 4 } }); // new GoogleGenAI(options)
 */
export function genaiOptions<Client extends GenAIClientOptions>(
  client: Client,
  policy: ModelPolicy = {},
  options: ModelOptions = {},
): Client & { readonly httpOptions: { readonly fetch: ModelFetch } } {
  const { httpOptions = {} } = requireClient(client);
  const own = httpOptions.fetch;
  if (own !== undefined && options.fetch !== undefined)
    refuse(`${OWNER}.fetch`, "left out where the client's httpOptions have one", options.fetch);
  const { fetch } = modelFetch(
    OWNER,
    { createFetch, outcomeOf },
    genaiSdk(),
    policy,
    own === undefined ? options : { ...options, fetch: own },
  );
  return { ...client, httpOptions: { ...httpOptions, fetch } };
}

function requireClient(client: GenAIClientOptions): GenAIClientOptions {
  if (typeof client !== "object" || client === null || OPTIONS_OF_POLICIES.some((name) => name in client))
    refuse(
      `${OWNER}.client`,
      "what new GoogleGenAI(...) takes, such as { apiKey }; the policy comes after it",
      client,
      TypeError,
    );
  if (client.httpOptions?.retryOptions !== undefined)
    refuse(
      `${OWNER}.httpOptions.retryOptions`,
      "left out where a policy retries: its retry.maxAttempts says how often",
      client.httpOptions.retryOptions,
    );
  return client;
}
