import { aFunction, type OptionTable, refuse, requireOptions } from "../../clients/options/index.ts";
import {
  inRequestScope,
  nodeHeaderOf,
  type RequestOptions,
  requestRules,
  signalOfClient,
  toRequestSettings,
  untilClosed,
} from "../../servers/request/index.ts";
import { answerError, type OnError, onConsole } from "./answer-errors.ts";
import type { HttpRequest, HttpResponse } from "./shapes.ts";

/** What `handleRequests` can be told. */
export interface HandleRequestsOptions<Request> extends RequestOptions<Request> {
  /** What a request is about, such as `GET /orders/:id`: never a path with ids. @default nothing: plain HTTP has no routes */
  readonly operation?: ((request: Request) => string | undefined) | undefined;
  /** Hears of the errors that are answered with 500, and of those that come when the answer has begun. What it fails with itself goes to the console. @default console.error */
  readonly onError?: OnError<Request> | undefined;
}

const table: OptionTable<keyof HandleRequestsOptions<never>> = {
  rules: { ...requestRules, operation: aFunction, onError: aFunction },
};

/**
 * A listener for `http.createServer` and `http2.createServer`: each request is handled in a scope, so that the calls of policies in the handler end by the deadline
 * that the caller has sent, and abort when the caller has gone. What the handler throws, or its promise rejects with, is answered.
 *
 * @throws TypeError or RangeError for what is no handler, and for a wrong or unknown option
 * @example
 * import { handleRequests } from "redress/node-http";
 *
 * const listener = handleRequests(async (_request, response) => void response.end(JSON.stringify(await loadOrder("7"))));
 */
export function handleRequests<Request extends HttpRequest, Response extends HttpResponse>(
  handler: (request: Request, response: Response) => unknown,
  options: HandleRequestsOptions<Request> = {},
): (request: Request, response: Response) => void {
  if (typeof handler !== "function") refuse("handleRequests.handler", "a function", handler, TypeError);
  const { operation, onError = onConsole, ...given } = requireOptions("handleRequests", options, table);
  const settings = toRequestSettings(given);
  return (request, response) => {
    const scoped = {
      headerOf: nodeHeaderOf(request),
      signal: signalOfClient(response),
      until: untilClosed(response),
      operationOf: () => operation?.(request),
      request,
      method: request.method,
      url: request.url,
      statusOf: () => response.statusCode,
    };
    const enter = async (): Promise<unknown> => handler(request, response);
    const turnAway = (error: unknown): Promise<never> => Promise.reject(error);
    const handled = inRequestScope(scoped, settings, { enter, turnAway });
    handled.catch((error: unknown) => answerError(error, { request, response, onError }));
  };
}
