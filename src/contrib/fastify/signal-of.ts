import { signalOfClient } from "../../servers/request/index.ts";
import type { FastifyReplyLike, FastifyRequestLike } from "./shapes.ts";

/**
 * Aborts when the client has gone, and when Fastify has answered in the handler's place, since that took longer than its `handlerTimeout`.
 *
 * `request.signal` alone would not do: it aborts at the end of each request, answered or not, and says no reason.
 */
export function signalOf(request: FastifyRequestLike, reply: FastifyReplyLike): AbortSignal {
  const left = signalOfClient(reply.raw);
  // Asking for it makes one: only where there is one already.
  const given = (request.routeOptions?.handlerTimeout ?? 0) > 0 ? request.signal : undefined;
  if (given === undefined) return left;
  const either = new AbortController();
  left.addEventListener("abort", () => either.abort(left.reason), { once: true });
  const ended = (): void => {
    if ((given.reason as { readonly code?: unknown } | undefined)?.code === "FST_ERR_HANDLER_TIMEOUT") either.abort(given.reason);
  };
  given.addEventListener("abort", ended, { once: true });
  return either.signal;
}
