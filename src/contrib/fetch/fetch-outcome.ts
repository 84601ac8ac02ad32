import { outcomeOf as outcomeKeptOf } from "../../clients/http/index.ts";
import type { Failure, Outcome } from "../../index.ts";

/**
 * What happened in the call that gave this response, or that threw this error: how many attempts it took and, where it gave up, why.
 * `undefined` for what no call gave.
 *
 * @example
 * import { createFetch, outcomeOf } from "redress/fetch";
 *
 * const api = createFetch();
 * const response = await api("https://users.example/7").catch((error: unknown) => error);
 * log.info(outcomeOf(response)?.attempts);
 */
export function outcomeOf(response: Response): Outcome<Response> | undefined;
export function outcomeOf(error: unknown): Outcome<Response> | Failure | undefined;
export function outcomeOf(of: unknown): Outcome<Response> | Failure | undefined {
  return outcomeKeptOf(of) as Outcome<Response> | Failure | undefined;
}
