import {
  answerNode,
  inRequestScope,
  nodeHeaderOf,
  type RequestOptions,
  readRequestOptions,
  signalOfClient,
  untilClosed,
} from "../../servers/request/index.ts";
import { routeOf } from "./route.ts";
import type { ExpressRequest, ExpressResponse, Next } from "./shapes.ts";

/**
 * A middleware that opens a scope for each request: the calls of policies in its handlers end by the deadline that the caller has sent, abort when the
 * caller has gone, and know the route.
 *
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { answerErrors, requestScope } from "redress/express";
 *
 * app.use(requestScope());
 * app.get("/orders/:id", async (request, response) => response.json(await loadOrder(request.params.id)));
 * app.use(answerErrors());
 */
export function requestScope(
  options: RequestOptions<ExpressRequest> = {},
): (request: ExpressRequest, response: ExpressResponse, next: Next) => void {
  const settings = readRequestOptions("requestScope", options);
  return (request, response, next) => {
    const scoped = {
      headerOf: nodeHeaderOf(request),
      signal: signalOfClient(response),
      until: untilClosed(response),
      operationOf: () => routeOf(request),
      request,
      method: request.method,
      url: request.originalUrl,
      statusOf: () => response.statusCode,
    };
    const turnAway = (error: unknown): void => {
      if (!answerNode(response, error)) next(error);
    };
    void inRequestScope(scoped, settings, { enter: () => next(), turnAway });
  };
}
