import {
  ClientLeftError,
  inRequestScope,
  type NodeResponse,
  type RequestOptions,
  readRequestOptions,
  signalOfClient,
  untilClosed,
} from "../../servers/request/index.ts";
import { answerFor } from "./answer-errors.ts";
import { type HonoContext, type HonoNext, routeOf } from "./shapes.ts";

/**
 * A middleware that opens a scope for each request: the calls of policies in its handlers end by the deadline that the caller has sent, abort when the caller
 * has gone, as far as the platform tells, and know the route.
 *
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { requestScope } from "redress/hono";
 *
 * app.use(requestScope());
 */
export function requestScope(
  options: RequestOptions<HonoContext> = {},
): (context: HonoContext, next: HonoNext) => Promise<Response | undefined> {
  const settings = readRequestOptions("requestScope", options);
  return async (context, next) => {
    const { req } = context;
    const outgoing = nodeResponseOf(context);
    const scoped = {
      headerOf: (name: string) => req.header(name),
      signal: outgoing === undefined ? signalOf(req.raw) : signalOfClient(outgoing),
      until: outgoing && untilClosed(outgoing),
      operationOf: () => routeOf(context),
      request: context,
      method: req.method,
      url: req.path,
      statusOf: () => context.res.status,
    };
    const turnAway = async (error: unknown): Promise<Response> => {
      const answer = answerFor(error, context);
      if (answer === null) throw error;
      return answer;
    };
    const enter = async (): Promise<undefined> => void (await next());
    return inRequestScope<Promise<Response | undefined>>(scoped, settings, { enter, turnAway });
  };
}

/** What @hono/node-server tells by its `HttpBindings`: on no other platform is it known when an answer is out. */
function nodeResponseOf({ env }: HonoContext): NodeResponse | undefined {
  const { outgoing } = (env ?? {}) as { readonly outgoing?: Partial<NodeResponse> };
  return typeof outgoing?.once === "function" ? (outgoing as NodeResponse) : undefined;
}

/** Platforms abort with reasons of their own, or with none. Some have no signal. */
function signalOf({ signal }: { readonly signal?: AbortSignal | null }): AbortSignal {
  const controller = new AbortController();
  if (!signal) return controller.signal;
  const leave = (): void => controller.abort(new ClientLeftError());
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  return controller.signal;
}
