import { answerNode, refuseRequest } from "../../servers/request/index.ts";
import type { ExpressRequest, ExpressResponse, Next } from "./shapes.ts";

/**
 * A middleware for errors, the last one: it answers those by which a policy has ended a call, as `toHttpAnswer` says, and passes on all others, and those
 * that come when the answer has begun.
 *
 * @throws TypeError where it is installed without its parentheses
 */
export function answerErrors(
  ...given: []
): (error: unknown, request: ExpressRequest, response: ExpressResponse, next: Next) => void {
  refuseRequest("answerErrors", given);
  return (error, _request, response, next) => {
    if (!answerNode(response, error)) next(error);
  };
}
