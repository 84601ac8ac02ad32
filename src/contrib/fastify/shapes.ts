/* What of Fastify 5 is met, by shape. */
import type { NodeResponse } from "../../servers/request/index.ts";

export interface FastifyRequestLike {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly raw: {
    readonly url?: string | undefined;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  };
  readonly routeOptions?: { readonly url?: string | undefined; readonly handlerTimeout?: number | undefined };
  readonly signal?: AbortSignal;
}

export interface FastifyReplyLike {
  readonly raw: NodeResponse & { readonly headersSent: boolean; readonly statusCode: number };
  readonly sent: boolean;
  statusCode: number;
  header(name: string, value?: unknown): unknown;
  getHeaders(): Readonly<Record<string, unknown>>;
  removeHeader(name: string): unknown;
  send(payload?: unknown): unknown;
  hijack(): unknown;
}

type ErrorHandler = (this: unknown, error: unknown, request: never, reply: never) => unknown;
type Hook = (request: FastifyRequestLike, reply: FastifyReplyLike, next: (error?: Error) => void) => void;

/** An application, or a part of it. */
export interface FastifyLike {
  setErrorHandler(handler: never): unknown;
  addHook(name: never, hook: never): unknown;
}

export type { ErrorHandler, Hook };

/** The method and the template of the route, such as `GET /orders/:id`; `undefined` where none has matched. */
export function routeOf({ method, routeOptions }: FastifyRequestLike): string | undefined {
  const url = routeOptions?.url;
  return url === undefined ? undefined : `${method} ${url}`;
}
