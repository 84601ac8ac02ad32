/* What of got is used here, by shape: versions 14 to 16. */

/** What a hook or an event tells of an attempt that failed. */
export interface GotFailure {
  readonly error: { readonly name: string; readonly request?: { readonly options?: GotOptions } };
}

interface GotRetryOptions {
  readonly limit: number;
  readonly calculateDelay: (failure: GotFailure) => number | Promise<number>;
  readonly enforceRetryRules?: boolean;
}

type BeforeRequest = (options: GotOptions, ...hooked: readonly unknown[]) => Promise<void>;

/** The options of a request, which a handler may change. */
export interface GotOptions {
  url?: URL | string | undefined;
  method: string;
  headers: Record<string, string | string[] | undefined>;
  body?: unknown;
  readonly isStream?: boolean;
  readonly resolveBodyOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly hooks: { beforeRequest: BeforeRequest[] };
  retry: GotRetryOptions;
}

/** The request of the platform. */
export interface SentRequest {
  listenerCount(event: "error"): number;
  on(event: "error", listener: () => void): unknown;
  emit(event: "error", error: Error): unknown;
  destroy(error: Error): unknown;
  end(...given: readonly unknown[]): unknown;
}

/** What got answers with, where it gives a promise. */
export interface GotPromise extends Promise<unknown> {
  on(event: "request", listener: (request: SentRequest) => void): unknown;
  readonly isCanceled?: boolean;
  json?(): Promise<unknown>;
  text?(): Promise<unknown>;
  buffer?(): Promise<unknown>;
  /** Of version 14. */
  cancel?(): void;
}

interface GotResponse {
  readonly statusCode: number;
  readonly headers: object;
}

/** What got answers with, where it gives a stream. */
export interface GotStream {
  once(event: "response", listener: (response: GotResponse) => void): unknown;
  once(event: "close", listener: () => void): unknown;
  destroy(error: Error): unknown;
  readonly errored?: Error | null;
}

type Next = (options: GotOptions) => unknown;
export type Handler = (options: GotOptions, next: Next) => unknown;

/** What is needed of a got: the library itself, or an instance that `extend` made. */
export interface GotClient {
  readonly extend: (...options: never[]) => unknown;
  readonly defaults: { readonly mutableDefaults: boolean };
}
