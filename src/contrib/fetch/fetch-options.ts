import { type RequestOptions, type RequestSettings, requestRules, toRequestSettings } from "../../clients/http/index.ts";
import {
  aboveZero,
  aFunction,
  checkedByOwner,
  type OptionTable,
  policyTable,
  requireOptions,
  text,
  trueOrFalse,
} from "../../clients/options/index.ts";
import type { FetchCallOptions, FetchInit, FetchInput } from "./fetch-types.ts";

/** What `createFetch` makes of requests beside the policy. */
export interface FetchOptions extends RequestOptions {
  /** Throws an `HttpError` for answers with a status from 400 on, instead of returning them. @default false */
  readonly throwHttpErrors?: boolean | undefined;
  /**
   * How long a body that is being read may stall, in milliseconds, > 0. Not how long all of it may take.
   *
   * @default Infinity: what the platform's `fetch` allows, 300 s in Node
   */
  readonly bodyTimeoutMs?: number | undefined;
  /** Sends the requests. @default the platform's `fetch`, looked up at each call */
  readonly fetch?: ((input: FetchInput, init?: FetchInit) => Promise<Response>) | undefined;
}

export const fetchTable: OptionTable<keyof FetchOptions> = {
  flat: true,
  rules: {
    ...requestRules,
    throwHttpErrors: trueOrFalse,
    bodyTimeoutMs: aboveZero,
    fetch: aFunction,
  },
};

const callTable: OptionTable<keyof FetchCallOptions> = {
  flat: true,
  rules: { operation: text, deadlineMs: aboveZero, cost: checkedByOwner, mayRepeat: trueOrFalse },
};

/** The options of a fetch, complete. */
export interface FetchSettings extends FetchOptions, RequestSettings {
  readonly idempotencyKey: boolean;
  readonly maxOrigins: number;
  readonly throwHttpErrors: boolean;
  readonly bodyTimeoutMs: number;
}

export function readFetchOptions(options: FetchOptions): FetchSettings {
  const read = requireOptions("createFetch", options, fetchTable, policyTable);
  const { throwHttpErrors = false, bodyTimeoutMs = Infinity } = read;
  return { ...toRequestSettings(read), throwHttpErrors, bodyTimeoutMs };
}

const NO_OPTIONS: FetchCallOptions = {};

/** What a call says for itself. */
export function readCallOptions(init: { readonly redress?: FetchCallOptions | undefined } | undefined): FetchCallOptions {
  const given = init?.redress;
  return given === undefined ? NO_OPTIONS : requireOptions("fetch.redress", given, callTable, policyTable);
}
