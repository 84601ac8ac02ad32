/* What of NestJS 12 is met, by shape: on Express and on Fastify. */
import type { AnsweredResponse, NodeResponse } from "../../servers/request/index.ts";

/** `ArgumentsHost`: what Nest tells filters and interceptors of the call that they are in. */
export interface NestHost {
  /** `http`, or `rpc`, `ws`, `graphql`: with those nothing is done here. */
  getType(): string;
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown };
}

/** `ExecutionContext`, which knows the method of the controller, too. */
export interface NestContext extends NestHost {
  getHandler(): object;
}

/** Of an Observable of rxjs, what is needed here. */
export interface StreamLike {
  subscribe(observer: Observer): { unsubscribe(): void };
}

export interface Observer {
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

/** `NestInterceptor`. */
export interface NestInterceptorLike {
  intercept<Stream extends StreamLike>(context: NestContext, next: { handle(): Stream }): Stream;
}

/** `ExceptionFilter`. */
export interface NestFilterLike {
  catch(error: unknown, host: NestHost): void;
}

/** `DynamicModule`. */
export interface NestModuleLike {
  readonly module: new () => object;
  readonly global: boolean;
  readonly providers: { readonly provide: string; readonly useValue: object }[];
}

/** A request of Express, Fastify's own, or Node's, which is what Fastify hands to middleware. */
export interface RequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Where a middleware sees a shorter one. */
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly readableDidRead?: boolean;
  /** Express's, once a route has matched. */
  readonly route?: { readonly path?: unknown } | undefined;
  /** Fastify's. */
  readonly routeOptions?: { readonly url?: string | undefined } | undefined;
}

export interface NodeResponseLike extends NodeResponse, AnsweredResponse {
  statusMessage: string;
  getHeaders(): Readonly<Record<string, unknown>>;
  setHeader(name: string, value: never): unknown;
  removeHeader(name: string): void;
  destroy(): unknown;
}

export interface FastifyReplyLike {
  readonly raw: NodeResponseLike;
  readonly sent: boolean;
  statusCode: number;
  header(name: string, value?: unknown): unknown;
  getHeaders(): Readonly<Record<string, unknown>>;
  removeHeader(name: string): unknown;
  send(payload?: unknown): unknown;
}

export type Next = (error?: unknown) => void;

/** Of the adapter of a platform. */
interface AdapterLike {
  getType(): string;
  getInstance(): unknown;
}

/** `MiddlewareConsumer`. */
export interface ConsumerLike {
  apply(middleware: (request: RequestLike, response: NodeResponseLike, next: Next) => void): {
    forRoutes(path: string): unknown;
  };
  getHttpAdapter(): AdapterLike;
}

export interface FastifyLike {
  addHook(name: string, hook: (request: RequestLike & { readonly raw: object }, reply: unknown, next: Next) => void): unknown;
}
