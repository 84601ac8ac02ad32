import type { Policy } from "../../index.ts";
import { type RepeatOptions, repeatUntilAnswered, requireRepeat } from "../../servers/repeat/index.ts";
import { routeOf } from "./route.ts";
import type { ExpressRequest, ExpressResponse, Next } from "./shapes.ts";

/**
 * A handler of a route that is repeated by a policy where it fails before it has answered: for methods that may be repeated, or where `mayRepeat` says so.
 * Status and headers that a failed attempt has set are taken back. The error of the last attempt goes the way of every error of a handler.
 * `currentAttempt()` of `redress/scope` tells it which attempt it is, with its signal.
 *
 * @throws TypeError for what is no policy, for what is no handler, and for a wrong or unknown option
 * @example
 * import { repeatHandler } from "redress/express";
 *
 * app.get("/orders/:id", repeatHandler(policy, async (request, response) => response.json(await loadOrder(request.params.id))));
 */
export function repeatHandler<Handler extends (request: never, response: never, next: never) => unknown>(
  policy: Policy<unknown, unknown>,
  handler: Handler,
  options: RepeatOptions<Parameters<Handler>[0]> = {},
): Handler {
  const { mayRepeat } = requireRepeat("repeatHandler", { policy, handler, options });
  const handle = handler as unknown as (request: ExpressRequest, response: ExpressResponse, next: Next) => unknown;
  const repeated = async (request: ExpressRequest, response: ExpressResponse, next: Next): Promise<void> => {
    const call = { request, response, mayRepeat: mayRepeat(request as Parameters<Handler>[0]), operation: routeOf(request) };
    const outcome = await repeatUntilAnswered(policy, call, () => handled(handle, request, response, next));
    // An attempt that was given up may have answered nevertheless.
    if (!outcome.ok && !response.writableEnded) throw outcome.error;
  };
  return repeated as unknown as Handler;
}

/** Handlers fail by throwing, or by `next(error)`. */
async function handled(
  handle: (request: ExpressRequest, response: ExpressResponse, next: Next) => unknown,
  request: ExpressRequest,
  response: ExpressResponse,
  next: Next,
): Promise<void> {
  const failures: unknown[] = [];
  let hasReturned = false;
  const pass: Next = (error) => {
    // A handler with callbacks, whose end nobody can wait for: its error goes its own way.
    const passesOn = hasReturned || error === undefined || error === null || error === "route" || error === "router";
    if (passesOn) next(error);
    else failures.push(error);
  };
  await handle(request, response, pass);
  hasReturned = true;
  if (failures.length > 0) throw failures[0];
}
