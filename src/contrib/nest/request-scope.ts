import {
  answerNode,
  inRequestScope,
  nodeHeaderOf,
  type RequestSettings,
  signalOfClient,
  untilClosed,
} from "../../servers/request/index.ts";
import { routeOf } from "./platform.ts";
import type { ConsumerLike, FastifyLike, Next, NodeResponseLike, RequestLike } from "./shapes.ts";

/** What is known of a request whose scope is open. */
interface Opened {
  /** Fastify hands Node's own request to middleware: its route is known later, by the request of Fastify. */
  request: RequestLike;
  readonly enter: (go: () => void) => void;
}

/** Opens a scope for each request, before the middleware of other modules and before guards. */
export function openScopes(consumer: ConsumerLike, settings: RequestSettings): void {
  const opened = new WeakMap<object, Opened>();
  const open = (request: RequestLike, response: NodeResponseLike, next: Next): void => {
    const scoped = {
      headerOf: nodeHeaderOf(request),
      signal: signalOfClient(response),
      until: untilClosed(response),
      operationOf: () => routeOf(opened.get(request)?.request ?? request),
      request,
      method: request.method,
      url: request.originalUrl ?? request.url,
      statusOf: () => response.statusCode,
    };
    const enter = (): void => {
      const entered = new Promise<() => void>((again) => opened.set(request, { request, enter: again }));
      void entered.then((go) => go());
      next();
    };
    const turnAway = (error: unknown): void => {
      if (!answerNode(response, error)) next(error);
    };
    void inRequestScope(scoped, settings, { enter, turnAway });
  };
  consumer.apply(open).forRoutes("/{*path}");
  const adapter = consumer.getHttpAdapter();
  if (adapter.getType() === "fastify") enterAgain(adapter.getInstance() as FastifyLike, opened);
}

/** Fastify reads a body by events of the connection, outside of all scopes: what was attached in the scope leads back. */
function enterAgain(app: FastifyLike, opened: WeakMap<object, Opened>): void {
  app.addHook("preValidation", (request, _reply, next) => {
    const known = opened.get(request.raw);
    if (known === undefined) return next();
    known.request = request;
    known.enter(next);
  });
}
