import type { Policy } from "../../index.ts";
import { type RepeatOptions, repeatUntilAnswered, requireRepeat } from "../../servers/repeat/index.ts";
import { Answering } from "./answering.ts";
import { type FastifyReplyLike, type FastifyRequestLike, routeOf } from "./shapes.ts";

/**
 * A handler of a route that is repeated by a policy where it fails before it has answered: for methods that may be repeated, or where `mayRepeat` says so.
 * What a failed attempt has set of the reply is taken back. What the handler returns, or sends, is the answer; it fails by throwing, or by sending an error.
 * An attempt is over when its answer is sent, however long a stream of it then takes.
 *
 * @throws TypeError for what is no policy, for what is no handler, and for a wrong or unknown option
 * @example
 * import { repeatHandler } from "redress/fastify";
 *
 * const readOrder = repeatHandler(policy, async (request: { params: { id: string } }) => loadOrder(request.params.id));
 */
export function repeatHandler<Handler extends (request: never, reply: never) => unknown>(
  policy: Policy<unknown, unknown>,
  handler: Handler,
  options: RepeatOptions<Parameters<Handler>[0]> = {},
): Handler {
  const { mayRepeat } = requireRepeat("repeatHandler", { policy, handler, options });
  const handle = handler as unknown as (this: unknown, request: FastifyRequestLike, reply: FastifyReplyLike) => unknown;
  const repeated = async function (this: unknown, request: FastifyRequestLike, reply: FastifyReplyLike): Promise<unknown> {
    const { method } = request;
    const answering = new Answering(reply);
    const call = {
      // Fastify has read the body before.
      request: { method, body: request.body ?? null },
      response: answering,
      mayRepeat: mayRepeat(request as Parameters<Handler>[0]),
      operation: routeOf(request),
    };
    const outcome = await repeatUntilAnswered(policy, call, ({ attempt }) => {
      if (attempt > 1) answering.takeBack();
      return answering.begin(() => handle.call(this, request, reply));
    }).finally(() => answering.end());
    if (answering.hasBegun) {
      // What the handler does after it has sent its answer is its own affair, and Fastify's.
      if (outcome.ok) await answering.rest;
      return reply;
    }
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  };
  return repeated as unknown as Handler;
}
