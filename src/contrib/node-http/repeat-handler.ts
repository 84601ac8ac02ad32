import type { Policy } from "../../index.ts";
import { type RepeatOptions, repeatUntilAnswered, requireRepeat } from "../../servers/repeat/index.ts";
import type { HttpRequest, HttpResponse } from "./shapes.ts";

/**
 * A handler that is repeated by a policy where it throws, or its promise rejects, before it has answered: for methods that may be repeated, or where `mayRepeat`
 * says so. Status and headers that a failed attempt has set are taken back. A body that the handler reads is read once: then it is not repeated.
 *
 * @throws TypeError for what is no policy, for what is no handler, and for a wrong or unknown option
 * @example
 * import { repeatHandler } from "redress/node-http";
 *
 * const readOrder = repeatHandler(policy, async (_request: unknown, response: { end(text: string): void }) => {
 *   response.end(JSON.stringify(await loadOrder("7")));
 * });
 */
export function repeatHandler<Handler extends (request: never, response: never) => unknown>(
  policy: Policy<unknown, unknown>,
  handler: Handler,
  options: RepeatOptions<Parameters<Handler>[0]> = {},
): Handler {
  const { mayRepeat } = requireRepeat("repeatHandler", { policy, handler, options });
  const handle = handler as unknown as (request: HttpRequest, response: HttpResponse) => unknown;
  const repeated = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
    const call = { request, response, mayRepeat: mayRepeat(request as Parameters<Handler>[0]), operation: undefined };
    const outcome = await repeatUntilAnswered(policy, call, () => handle(request, response));
    // An attempt that was given up may have answered nevertheless.
    if (!outcome.ok && response.writableEnded !== true) throw outcome.error;
  };
  return repeated as unknown as Handler;
}
