/* What of Koa 3, and of @koa/router, is met, by shape. */
import type { RepeatedRequest, RepeatedResponse } from "../../servers/repeat/index.ts";
import type { NodeResponse } from "../../servers/request/index.ts";

export interface KoaContext {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The path, with a query where it has one. */
  readonly originalUrl: string;
  readonly req: RepeatedRequest & { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> };
  readonly res: NodeResponse & RepeatedResponse & { end(...given: never[]): unknown; destroy(): unknown };
  readonly request: { readonly body?: unknown };
  /** Where Koa keeps the body until all middlewares are through, and whether a status was set, or a body that is nothing. */
  readonly response: { _body?: unknown; _explicitStatus?: boolean; _explicitNullBody?: boolean | undefined };
  readonly headerSent: boolean;
  status: number;
  body: unknown;
  respond?: boolean | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
}

export type KoaNext = () => Promise<unknown>;

export type KoaMiddleware = (context: KoaContext, next: KoaNext) => Promise<unknown>;

/** The method and the template of the route that @koa/router has matched; `undefined` before that, in the middlewares of a router, and without it. */
export function routeOf(context: KoaContext): string | undefined {
  const { _matchedRoute: route } = context as { readonly _matchedRoute?: unknown };
  // The pattern that a middleware of a router goes by, which is no template.
  const isPattern = typeof route === "string" && route.includes("(?:");
  return route === undefined || isPattern ? undefined : `${context.method} ${String(route)}`;
}
