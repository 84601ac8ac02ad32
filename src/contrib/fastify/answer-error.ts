import { hasRetried, toHttpAnswer } from "../../index.ts";
import { BODY_HEADERS } from "../../servers/request/index.ts";
import type { FastifyReplyLike } from "./shapes.ts";

/**
 * Answers an error by which a policy has ended a call, as `toHttpAnswer` says. The plugin does so before every error handler of the application, so that nobody
 * has to; it is for those that Fastify asks in its place, such as the `errorHandler` of a route.
 *
 * @returns whether it has. False for every other error, of which the caller is at least told where it need not be retried
 */
export function answerError(error: unknown, reply: FastifyReplyLike): boolean {
  if (reply.raw.headersSent) return false;
  const answer = toHttpAnswer(error);
  if (answer === null) {
    if (hasRetried(error)) reply.header("x-should-retry", "false");
    return false;
  }
  for (const name of BODY_HEADERS) reply.removeHeader(name);
  reply.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  reply.send(answer.body);
  return true;
}
