import type { Failure, Outcome } from "../../index.ts";
import { outcomeOf as outcomeOfFetch } from "../fetch/index.ts";

/**
 * What happened in the call that gave this response, or that threw this error: how many attempts it took and, where it gave up, why. An `HTTPError` of
 * ky is asked by its response. `undefined` for what no call gave.
 *
 * @example
 * import { outcomeOf } from "redress/ky";
 *
 * const error: unknown = await policy.call(op).catch((thrown: unknown) => thrown);
 * log.warn(outcomeOf(error)?.attempts);
 */
export function outcomeOf(of: unknown): Outcome<Response> | Failure | undefined {
  return outcomeOfFetch(of) ?? outcomeOfFetch(responseOf(of));
}

function responseOf(error: unknown): unknown {
  return typeof error === "object" && error !== null ? (error as { readonly response?: unknown }).response : undefined;
}
