import { currentScope } from "../../scope/index.ts";
import {
  inRequestScope,
  nodeHeaderOf,
  type RequestOptions,
  type RequestSettings,
  readRequestOptions,
  untilClosed,
} from "../../servers/request/index.ts";
import { answerError } from "./answer-error.ts";
import { answerFirst } from "./answer-first.ts";
import { type FastifyLike, type FastifyRequestLike, type Hook, routeOf } from "./shapes.ts";
import { signalOf } from "./signal-of.ts";

/**
 * A plugin that opens a scope for each request: the calls of policies in its handlers end by the deadline that the caller has sent, abort when the caller has gone,
 * and know the route. Errors by which a policy has ended a call are answered before any error handler of the application hears of them. It is not encapsulated:
 * register it once, on the application.
 *
 * @throws TypeError or RangeError for a wrong or unknown option, when the application starts; TypeError where it is called by hand
 * @example
 * import { redressPlugin } from "redress/fastify";
 *
 * app.register(redressPlugin, { maxDeadlineMs: 10_000 });
 */
export function redressPlugin(
  app: FastifyLike,
  options: RequestOptions<FastifyRequestLike>,
  done: (error?: Error) => void,
): void {
  if (typeof done !== "function")
    throw new TypeError("redressPlugin is the plugin itself: write app.register(redressPlugin, options).");
  try {
    install(app, readRequestOptions("redressPlugin", ownOptions(options)));
    done();
  } catch (mistake) {
    // Fastify waits for whatever is thrown here.
    done(mistake as Error);
  }
}

function install(app: FastifyLike, settings: RequestSettings): void {
  const entries = new WeakMap<object, Entry>();
  const open: Hook = (request, reply, next) => {
    const scoped = {
      headerOf: nodeHeaderOf(request.raw),
      signal: signalOf(request, reply),
      until: untilClosed(reply.raw),
      operationOf: () => routeOf(request),
      request,
      method: request.method,
      url: request.raw.url,
      statusOf: () => reply.raw.statusCode,
    };
    const enter = (): void => {
      // A body is read by events of the connection, outside of all scopes: what is attached here leads back.
      const entered = new Promise<() => void>((again) => entries.set(request, { scope: currentScope(), enter: again }));
      void entered.then((go) => go());
      next();
    };
    const turnAway = (error: unknown): void => {
      if (!answerError(error, reply)) next(error as Error);
    };
    void inRequestScope(scoped, settings, { enter, turnAway });
  };
  const enterAgain: Hook = (request, _reply, next) => {
    const entry = entries.get(request);
    // Whoever is still inside stays where it is: hooks that came since then may have contexts of their own.
    if (entry === undefined || entry.scope === currentScope()) next();
    else entry.enter(next);
  };
  app.addHook("onRequest" as never, open as never);
  app.addHook("preValidation" as never, enterAgain as never);
  answerFirst(app);
}

/** The scope of a request, and the way back into it. */
interface Entry {
  readonly scope: unknown;
  readonly enter: (go: () => void) => void;
}

/** Fastify adds options of its own to those of a plugin. */
function ownOptions(options: RequestOptions<FastifyRequestLike>): RequestOptions {
  const {
    prefix: _prefix,
    logLevel: _level,
    logSerializers: _serializers,
    ...own
  } = options as Readonly<Record<string, unknown>>;
  return own;
}

// What fastify-plugin does: the plugin acts on the application that it is registered on, and not on a child of it.
Object.assign(redressPlugin, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "redress",
  [Symbol.for("plugin-meta")]: { name: "redress", fastify: "5.x" },
});
