import { MAX_ORIGINS } from "../../clients/http/index.ts";
import {
  aboveZero,
  aFunction,
  checkedByOwner,
  type OptionTable,
  requireOptions,
  text,
  trueOrFalse,
  wholeFrom,
} from "../../clients/options/index.ts";
import type { FetchCallOptions, FetchInit, FetchInput } from "./fetch-types.ts";

/** What a request is told by. */
export interface RequestFacts {
  /** In capitals. */
  readonly method: string;
  readonly url: URL;
}

/** What `createFetch` makes of requests beside the policy. */
export interface FetchOptions {
  /**
   * The route of a request, such as `/users/:id`, for its name in telemetry: `GET /users/:id`. `undefined` leaves it at the host. Never a path with ids
   * in it: each would become a name of its own.
   *
   * @default `METHOD host`
   */
  readonly route?: ((request: RequestFacts) => string | undefined) | undefined;
  /**
   * Gives requests of methods that are not idempotent (POST, PATCH) an `Idempotency-Key`, where they have none: a UUID, the same for all attempts of a call, which
   * may then be repeated. For servers that know the header; others would do twice what is sent twice.
   *
   * @default false
   */
  readonly idempotencyKey?: boolean | undefined;
  /** Which requests may be sent again whatever their method is, such as a POST that only reads. @default none */
  readonly mayRepeat?: ((request: RequestFacts) => boolean) | undefined;
  /** Throws an `HttpError` for answers with a status from 400 on, instead of returning them. @default false */
  readonly throwHttpErrors?: boolean | undefined;
  /**
   * How long a body that is being read may stall, in milliseconds, > 0. Not how long all of it may take.
   *
   * @default Infinity: what the platform's `fetch` allows, 300 s in Node
   */
  readonly bodyTimeoutMs?: number | undefined;
  /** How many origins have a circuit and a retry budget of their own at a time; an integer >= 1. @default 1_000 */
  readonly maxOrigins?: number | undefined;
  /** Sends the requests. @default the platform's `fetch`, looked up at each call */
  readonly fetch?: ((input: FetchInput, init?: FetchInit) => Promise<Response>) | undefined;
}

const fetchTable: OptionTable<keyof FetchOptions> = {
  flat: true,
  rules: {
    route: aFunction,
    idempotencyKey: trueOrFalse,
    mayRepeat: aFunction,
    throwHttpErrors: trueOrFalse,
    bodyTimeoutMs: aboveZero,
    maxOrigins: wholeFrom(1),
    fetch: aFunction,
  },
};

const callTable: OptionTable<keyof FetchCallOptions> = {
  flat: true,
  rules: { operation: text, deadlineMs: aboveZero, cost: checkedByOwner, mayRepeat: trueOrFalse },
};

/** The options of a fetch, complete. */
export interface FetchSettings extends FetchOptions {
  readonly idempotencyKey: boolean;
  readonly throwHttpErrors: boolean;
  readonly bodyTimeoutMs: number;
  readonly maxOrigins: number;
}

export function readFetchOptions(options: FetchOptions): FetchSettings {
  const read = requireOptions("createFetch", options, fetchTable);
  const { idempotencyKey = false, throwHttpErrors = false, bodyTimeoutMs = Infinity, maxOrigins = MAX_ORIGINS } = read;
  return { ...read, idempotencyKey, throwHttpErrors, bodyTimeoutMs, maxOrigins };
}

const NO_OPTIONS: FetchCallOptions = {};

/** What a call says for itself. */
export function readCallOptions(init: { readonly redress?: FetchCallOptions | undefined } | undefined): FetchCallOptions {
  const given = init?.redress;
  return given === undefined ? NO_OPTIONS : requireOptions("fetch.redress", given, callTable);
}
