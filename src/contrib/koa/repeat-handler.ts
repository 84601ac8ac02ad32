import type { Policy } from "../../index.ts";
import { type RepeatOptions, repeatUntilAnswered, requireRepeat } from "../../servers/repeat/index.ts";
import { type KoaContext, type KoaNext, routeOf } from "./shapes.ts";

/**
 * A handler of a route that is repeated by a policy where it fails before it has answered: for methods that may be repeated, or where `mayRepeat` says so.
 * The status, headers and body that a failed attempt has set are taken back. It must not call `next`, which runs once.
 *
 * @throws TypeError for what is no policy, for what is no handler, and for a wrong or unknown option
 * @example
 * import { repeatHandler } from "redress/koa";
 *
 * const readOrder = repeatHandler(policy, async (context: { body: unknown; params: { id: string } }) => {
 *   context.body = await loadOrder(context.params.id);
 * });
 */
export function repeatHandler<Handler extends (context: never, next: never) => unknown>(
  policy: Policy<unknown, unknown>,
  handler: Handler,
  options: RepeatOptions<Parameters<Handler>[0]> = {},
): Handler {
  const { mayRepeat } = requireRepeat("repeatHandler", { policy, handler, options });
  const handle = handler as unknown as (context: KoaContext, next: KoaNext) => unknown;
  const repeated = async (context: KoaContext, next: KoaNext): Promise<void> => {
    const { req, res, method } = context;
    const { readableDidRead = false } = req;
    const request = { method, readableDidRead, body: context.request.body };
    const call = { request, response: res, mayRepeat: mayRepeat(context as Parameters<Handler>[0]), operation: routeOf(context) };
    const { _body, _explicitStatus = false, _explicitNullBody } = context.response;
    const outcome = await repeatUntilAnswered(policy, call, ({ attempt }) => {
      if (attempt > 1) {
        if (context.response._body !== _body) discard(context.response._body);
        Object.assign(context.response, { _body, _explicitStatus, _explicitNullBody });
      }
      return handle(context, next);
    });
    if (!outcome.ok && !res.writableEnded) throw outcome.error;
  };
  return repeated as unknown as Handler;
}

/** A stream of Node's that nobody will read holds its file, and ends the process when it fails. */
function discard(body: unknown): void {
  const { destroy, once } = (body ?? {}) as { readonly destroy?: unknown; readonly once?: unknown };
  if (typeof destroy !== "function" || typeof once !== "function") return;
  once.call(body, "error", () => {});
  destroy.call(body);
}
