/*
 * What a dispatcher of undici says to the handler of a request, and the handler to the dispatcher. These are the words of versions 7 and 8, and all of this
 * folder speaks them; legacy-handler.ts translates those of version 6, and of the `fetch` that Node has built in. Typed by shape: headers and trailers are
 * handed on as they come.
 */

/** What a handler answers with: the request in flight. */
export interface Controller {
  /** The head of the answer as it came, where headers were parsed for the handler. */
  rawHeaders?: unknown;
  rawTrailers?: unknown;
  abort(reason?: unknown): void;
  pause(): void;
  resume(): void;
}

/** What hears of a request. */
export interface Handler {
  onRequestStart(controller: Controller, context: unknown): void;
  onBodySent?(...sent: readonly unknown[]): unknown;
  onRequestSent?(): unknown;
  onResponseStarted?(): unknown;
  /** Also for each head with a status below 200, which is followed by another. */
  onResponseStart?(controller: Controller, status: number, headers: unknown, statusText?: string): void;
  onResponseData?(controller: Controller, chunk: Uint8Array): void;
  onResponseEnd?(controller: Controller, trailers: unknown): void;
  /** @param controller `null` where the request was never sent */
  onResponseError?(controller: Controller | null, error: unknown): void;
}

/** What a request is dispatched with. */
export interface DispatchOptions {
  readonly origin?: string | URL | null | undefined;
  readonly path: string;
  readonly method: string;
  readonly body?: unknown;
  readonly headers?: unknown;
  readonly upgrade?: unknown;
  /** What the caller says of this request, for undici and for us: whether it may be sent again. */
  readonly idempotent?: boolean | null | undefined;
}

/** Sends a request. False: busy, and best left alone until the dispatcher has drained. */
export type Dispatch = (options: DispatchOptions, handler: unknown) => boolean;
