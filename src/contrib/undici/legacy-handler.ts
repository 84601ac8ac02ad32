/*
 * The words of undici 6, and of the `fetch` that Node has built in, whatever its version: a function to abort with, headers as a flat list of bytes, and
 * `false` for "no more for now". Whoever calls with such a handler gets one of ours that speaks the same way to the dispatcher below.
 */
import type { Controller, Handler } from "./handler.ts";

export interface LegacyHandler {
  onConnect?(abort: (reason?: unknown) => void, context?: unknown): void;
  onBodySent?(...sent: readonly unknown[]): unknown;
  onRequestSent?(): unknown;
  onResponseStarted?(): unknown;
  onHeaders?(status: number, headers: unknown, resume: () => void, statusText?: string): unknown;
  onData?(chunk: Uint8Array): unknown;
  onComplete?(trailers: unknown): unknown;
  onError?(error: unknown): unknown;
}

/** Of handlers that speak both ways, the newer one is taken. */
export function isLegacy(handler: object): handler is LegacyHandler {
  return typeof (handler as Partial<Handler>).onRequestStart !== "function";
}

/** Speaks to an older handler. */
export function fromLegacy(handler: LegacyHandler): Handler {
  return {
    onRequestStart: (controller, context) => handler.onConnect?.((reason) => controller.abort(reason), context),
    onBodySent: (...sent) => handler.onBodySent?.(...sent),
    onRequestSent: () => handler.onRequestSent?.(),
    onResponseStarted: () => handler.onResponseStarted?.(),
    onResponseStart: (controller, status, headers, statusText) => {
      const resume = (): void => controller.resume();
      // What is said of an informational head says nothing about the body.
      if (handler.onHeaders?.(status, headers, resume, statusText) === false && status >= 200) controller.pause();
    },
    onResponseData: (controller, chunk) => {
      if (handler.onData?.(chunk) === false) controller.pause();
    },
    onResponseEnd: (_controller, trailers) => void handler.onComplete?.(trailers),
    onResponseError: (_controller, error) => void handler.onError?.(error),
  };
}

/** Hears what is said to an older handler. */
export class LegacyListener implements Required<LegacyHandler> {
  readonly #handler: Handler;
  #controller = new LegacyController(() => {});

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  onConnect(abort: (reason?: unknown) => void, context?: unknown): void {
    this.#controller = new LegacyController(abort);
    this.#handler.onRequestStart(this.#controller, context);
  }

  onBodySent(...sent: readonly unknown[]): unknown {
    return this.#handler.onBodySent?.(...sent);
  }

  onRequestSent(): unknown {
    return this.#handler.onRequestSent?.();
  }

  onResponseStarted(): unknown {
    return this.#handler.onResponseStarted?.();
  }

  onHeaders(status: number, headers: unknown, resume: () => void, statusText?: string): boolean {
    this.#controller.flow = resume;
    this.#handler.onResponseStart?.(this.#controller, status, headers, statusText);
    return !this.#controller.isPaused;
  }

  onData(chunk: Uint8Array): boolean {
    this.#handler.onResponseData?.(this.#controller, chunk);
    return !this.#controller.isPaused;
  }

  onComplete(trailers: unknown): void {
    this.#handler.onResponseEnd?.(this.#controller, trailers);
  }

  onError(error: unknown): void {
    this.#handler.onResponseError?.(this.#controller, error);
  }
}

class LegacyController implements Controller {
  readonly abort: (reason?: unknown) => void;
  isPaused = false;
  flow: (() => void) | null = null;

  constructor(abort: (reason?: unknown) => void) {
    this.abort = abort;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.flow?.();
  }
}
