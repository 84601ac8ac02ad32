/*
 * Who has dispatched a request, and waits for the answer: the handler, and the controller that it is given. The one controller stands for all attempts, and
 * for the waits between them. The handler is told of its start at once, so that it can abort whatever the call is doing; of the end or of an
 * error it is told once.
 */
import type { Controller, Handler } from "./handler.ts";

/** The answer that the caller gets. */
export interface Source {
  abort(reason: unknown): void;
  pause(): void;
  resume(): void;
}

export class Caller implements Controller {
  readonly #handler: Handler;
  readonly #aborter = new AbortController();
  /** `null` until the policy has decided which. */
  #source: Source | null = null;
  #isOver = false;
  rawHeaders: unknown = null;
  rawTrailers: unknown = null;
  aborted = false;
  paused = false;
  reason: unknown = null;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  /** Aborts with the caller, for as long as the policy is at work. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  // ---- what the handler says

  abort(reason?: unknown): void {
    if (this.aborted || this.#isOver) return;
    this.aborted = true;
    this.reason = reason;
    if (this.#source !== null) this.#source.abort(reason);
    else {
      this.#aborter.abort(reason);
      this.reason = this.signal.reason;
    }
  }

  pause(): void {
    this.paused = true;
    this.#source?.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.#source?.resume();
  }

  // ---- what the handler is told

  start(context: object): void {
    this.#handler.onRequestStart(this, context);
  }

  bodySent(sent: readonly unknown[]): unknown {
    return this.#handler.onBodySent?.(...sent);
  }

  requestSent(): unknown {
    return this.#handler.onRequestSent?.();
  }

  responseStarted(): unknown {
    return this.#handler.onResponseStarted?.();
  }

  /** A head with a status below 200: its request goes on. */
  informed(rawHeaders: unknown, status: number, headers: unknown, statusText: string | undefined): void {
    if (this.#source !== null || this.#isOver) return;
    this.rawHeaders = rawHeaders;
    this.#handler.onResponseStart?.(this, status, headers, statusText);
  }

  answered(source: Source, rawHeaders: unknown, status: number, headers: unknown, statusText: string | undefined): void {
    this.#source = source;
    this.rawHeaders = rawHeaders;
    this.#handler.onResponseStart?.(this, status, headers, statusText);
  }

  data(chunk: Uint8Array): void {
    this.#handler.onResponseData?.(this, chunk);
  }

  /** A handler that throws here has not ended: undici tells it of its own error. */
  end(rawTrailers: unknown, trailers: unknown): void {
    if (this.#isOver) return;
    this.rawTrailers = rawTrailers;
    this.#handler.onResponseEnd?.(this, trailers);
    this.#isOver = true;
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onResponseError?.(this, error);
  }
}
