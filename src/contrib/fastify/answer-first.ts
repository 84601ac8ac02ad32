import { answerError } from "./answer-error.ts";
import type { ErrorHandler, FastifyLike, FastifyReplyLike, FastifyRequestLike } from "./shapes.ts";

/** Answers before the error handlers that were set, and before those that will be: the last one set is the first to be asked. */
export function answerFirst(app: FastifyLike): void {
  const { setErrorHandler } = app;
  app.setErrorHandler = function (this: FastifyLike, handler: ErrorHandler): unknown {
    // Fastify refuses what is no function.
    if (typeof handler !== "function") return setErrorHandler.call(this, handler as never);
    const answering: ErrorHandler = function (this: unknown, error, request, reply) {
      return answerError(error, reply as FastifyReplyLike) ? reply : handler.call(this, error, request, reply);
    };
    return setErrorHandler.call(this, answering as never);
  };
  const first = (error: unknown, _request: FastifyRequestLike, reply: FastifyReplyLike): unknown => {
    if (answerError(error, reply)) return reply;
    // To the handler that was set before it, Fastify's own at last.
    throw error;
  };
  besideTheOwn(app, () => setErrorHandler.call(app, first as never));
}

/**
 * An application has one handler of errors of its own: Fastify warns of a second one, and refuses it with `allowErrorHandlerOverride: false`. Ours replaces none, so
 * it does not count. Where Fastify keeps that elsewhere one day, it warns.
 */
function besideTheOwn(app: FastifyLike, set: () => void): void {
  const flags = app as unknown as Record<symbol, unknown>;
  const isSet = symbolsOf(app).find(({ description }) => description === "fastify.errorHandlerAlreadySet");
  const before = isSet && flags[isSet];
  if (isSet !== undefined) flags[isSet] = false;
  set();
  if (isSet !== undefined) flags[isSet] = before;
}

/** Those of an application, and of those that it is a part of. */
function symbolsOf(app: object | null): readonly symbol[] {
  return app === null ? [] : [...Object.getOwnPropertySymbols(app), ...symbolsOf(Object.getPrototypeOf(app))];
}
