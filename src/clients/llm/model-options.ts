import { aboveZero, aFunction, type OptionTable, objectWith, refuse, requireOptions } from "../options/index.ts";
import type { ModelLimiter } from "./model-limiter.ts";
import type { TokensUsed } from "./token-usage.ts";

/** What `fetch` takes, by the types of the platform that compiles this. */
export type ModelFetchInput = Parameters<typeof globalThis.fetch>[0];
export type ModelFetchInit = NonNullable<Parameters<typeof globalThis.fetch>[1]>;

/** A `fetch`, as the SDKs take one. */
export type ModelFetch = (input: ModelFetchInput, init?: ModelFetchInit) => Promise<Response>;

/** A request to a model's service. */
export interface ModelRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: URL;
}

/** What a model's client is given beside its policy. */
export interface ModelOptions {
  /**
   * Counts the requests and tokens of all calls. It becomes the policy's first limiter; a `Policy` that was made before has it already.
   *
   * @default none
   */
  readonly limiter?: ModelLimiter | undefined;
  /**
   * What a request will use, by its body, which was parsed; of a stream only `inputTokens` counts. `undefined` leaves it at the default.
   *
   * @default a token for four letters, and as many for the answer as the request allows, or 1,000
   */
  readonly estimateTokens?: ((body: unknown) => TokensUsed | undefined) | undefined;
  /** The name of a request in telemetry, after its method. `undefined` leaves it at the default. @default the path, with `:id` for ids and models */
  readonly route?: ((request: ModelRequest) => string | undefined) | undefined;
  /** Which requests may be sent again whatever their method is. @default all, as the SDKs do themselves */
  readonly mayRepeat?: ((request: ModelRequest) => boolean) | undefined;
  /** How long a body that is being read, such as a stream of events, may stall, in milliseconds, > 0. @default Infinity: what the platform's `fetch` allows */
  readonly bodyTimeoutMs?: number | undefined;
  /** Sends the requests. @default the platform's `fetch`, looked up at each call */
  readonly fetch?: ModelFetch | undefined;
}

const table: OptionTable<keyof ModelOptions> = {
  flat: true,
  rules: {
    limiter: objectWith("a ModelLimiter", ["admit", "release", "costOf", "spendTokens"]),
    estimateTokens: aFunction,
    route: aFunction,
    mayRepeat: aFunction,
    bodyTimeoutMs: aboveZero,
    fetch: aFunction,
  },
};

/** Reads and checks the options. */
export function readModelOptions(owner: string, options: ModelOptions): ModelOptions {
  const read = requireOptions(owner, options, table);
  if (read.estimateTokens !== undefined && read.limiter === undefined)
    refuse(`${owner}.estimateTokens`, "left out where there is no limiter", read.estimateTokens);
  return read;
}
