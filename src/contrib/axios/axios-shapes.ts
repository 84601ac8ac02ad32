/* What of axios is used here, by shape: version 1. */

interface AxiosHeadersShape {
  has(name: string): boolean;
  set(name: string, value: string): unknown;
  /** A copy. */
  concat(): AxiosHeadersShape;
}

/** A token by which requests were cancelled before there were signals. */
interface CancelTokenShape {
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
}

/** A request as an adapter gets it: merged with the defaults, its data serialized. */
export interface AxiosConfigShape {
  readonly [option: string]: unknown;
  readonly url?: string;
  readonly method?: string;
  readonly headers: AxiosHeadersShape;
  readonly data?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly cancelToken?: CancelTokenShape;
  readonly socketPath?: string | null;
  readonly validateStatus?: ((status: number) => boolean) | null;
  readonly beforeRedirect?: BeforeRedirect | null | undefined;
}

/** What follow-redirects, which sends for axios in Node, will ask for next. */
export interface RedirectShape {
  readonly href: string;
  readonly headers: Record<string, unknown>;
}

type BeforeRedirect = (redirect: RedirectShape, ...more: readonly unknown[]) => void;

export interface AxiosResponseShape {
  readonly status: number;
  readonly headers: unknown;
  readonly data: unknown;
  config: unknown;
}

/** Sends a request, and answers as `validateStatus` has it. */
export type AxiosAdapter = (config: AxiosConfigShape) => Promise<AxiosResponseShape>;

interface Interceptor {
  readonly fulfilled: unknown;
  readonly rejected: unknown;
  readonly synchronous?: unknown;
  readonly runWhen?: unknown;
}

interface InterceptorsShape {
  forEach(each: (interceptor: Interceptor) => void): void;
  use(fulfilled: unknown, rejected?: unknown, options?: Pick<Interceptor, "synchronous" | "runWhen">): number;
}

export interface AxiosInstanceShape {
  readonly defaults: Record<string, unknown>;
  readonly interceptors: { readonly request: InterceptorsShape; readonly response: InterceptorsShape };
  request(config: object): Promise<AxiosResponseShape>;
  getUri(config: object): string;
  create(defaults?: object): AxiosInstanceShape;
}

/** What is needed of an axios: the library itself, or an instance that `create` made. */
export interface AxiosClient {
  readonly create: (...defaults: never[]) => unknown;
  readonly defaults: object;
  readonly interceptors: object;
}
