import { hasRetried, toHttpAnswer } from "../../index.ts";
import { BODY_HEADERS, refuseRequest } from "../../servers/request/index.ts";
import type { KoaContext, KoaMiddleware } from "./shapes.ts";

/**
 * A middleware that answers errors by which a policy has ended a call downstream, as `toHttpAnswer` says. All others go on to Koa, with `x-should-retry: false`
 * where the call was retried. When the answer has begun and is not whole, the connection is closed, which Koa leaves open.
 *
 * @throws TypeError where it is installed without its parentheses
 */
export function answerErrors(...given: []): KoaMiddleware {
  refuseRequest("answerErrors", given);
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      if (!answers(context, error)) throw error;
    }
  };
}

/** @returns whether it has; false for every error but those by which a policy has ended a call */
export function answers(context: KoaContext, error: unknown): boolean {
  if (context.headerSent) {
    // One that is whole may still be on its way.
    if (context.res.writableEnded !== true) context.res.destroy();
    return false;
  }
  const answer = toHttpAnswer(error);
  if (answer === null) {
    if (hasRetried(error)) sayLate(context.res);
    return false;
  }
  // A handler that wanted to answer past Koa has not, and nobody would.
  context.respond = true;
  for (const name of BODY_HEADERS) context.remove(name);
  context.status = answer.status;
  context.body = answer.body;
  for (const [name, value] of Object.entries(answer.headers)) context.set(name, value);
  return true;
}

/** Koa takes all headers away when it answers for an error: what is to be said nevertheless is said when the answer goes out. */
function sayLate(response: KoaContext["res"]): void {
  const { end } = response;
  response.end = (...given) => {
    response.end = end;
    if (!response.headersSent) response.setHeader("x-should-retry", "false" as never);
    return response.end(...given);
  };
}
