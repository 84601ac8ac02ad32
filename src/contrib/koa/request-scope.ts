import { aFunction, requireOptions } from "../../clients/options/index.ts";
import {
  inRequestScope,
  nodeHeaderOf,
  type RequestOptions,
  requestRules,
  signalOfClient,
  toRequestSettings,
  untilClosed,
} from "../../servers/request/index.ts";
import { answers } from "./answer-errors.ts";
import { type KoaContext, type KoaMiddleware, routeOf } from "./shapes.ts";

/** What a Koa application's requests go by. */
export interface KoaRequestOptions<Context = KoaContext> extends RequestOptions<Context> {
  /**
   * What a request is about, such as `GET /orders/:id`, where another router than @koa/router has matched it. Asked when somebody wants to know. Never give a path
   * with ids. @default the method and the template of the route that @koa/router has matched
   */
  readonly operation?: ((context: Context) => string | undefined) | undefined;
}

/**
 * A middleware that opens a scope for each request: the calls of policies downstream end by the deadline that the caller has sent, abort when the caller
 * has gone, and know the route that @koa/router has matched, or what `operation` says.
 *
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { answerErrors, requestScope } from "redress/koa";
 *
 * app.use(requestScope());
 * app.use(answerErrors());
 */
export function requestScope<Context = KoaContext>(options: KoaRequestOptions<Context> = {}): KoaMiddleware {
  const given = requireOptions("requestScope", options, { rules: { ...requestRules, operation: aFunction } });
  const settings = toRequestSettings(given);
  const operation = (given.operation ?? routeOf) as (context: KoaContext) => string | undefined;
  return (context, next) => {
    const { req, res } = context;
    const scoped = {
      headerOf: nodeHeaderOf(req),
      signal: signalOfClient(res),
      until: untilClosed(res),
      operationOf: () => operation(context),
      request: context,
      method: context.method,
      url: context.originalUrl,
      statusOf: () => res.statusCode,
    };
    const turnAway = async (error: unknown): Promise<void> => {
      if (!answers(context, error)) throw error;
    };
    return inRequestScope<Promise<unknown>>(scoped, settings, { enter: next, turnAway });
  };
}
