/*
 * One attempt: what the dispatcher says of it, and where that goes.
 *
 *   waiting  -- the head of an answer is there  --> held      the policy decides; the body is read ahead, up to a number of bytes, and then waits
 *   waiting  -- it fails                        --> dropped   the policy hears of it
 *   waiting  -- the policy cuts it short        --> dropped   it is aborted, as soon as it can be
 *   held     -- the policy gives it back        --> passed    what was read ahead goes to the caller, and then the rest as it comes
 *   held     -- another attempt follows         --> dropped   a short body is read to its end, so that its connection is free; others are aborted
 *
 * Reading ahead frees the connection of a short answer during a backoff. The pace is the caller's once the answer is passed.
 */
import type { Caller, Source } from "./caller.ts";
import type { Controller, Handler } from "./handler.ts";
import { ResponseHead } from "./response-head.ts";

/** So much of a body is read ahead, and of a body that is dropped at all: reading more costs more than a new connection does. */
const MOST_BYTES = 65_536;

/** In milliseconds. For so long the rest of a dropped body is waited for. */
const DROP_WITHIN_MS = 1_000;

/** Who hears how an attempt goes. */
export interface AttemptObserver {
  /** @param context what the dispatcher tells of the request, such as where it was redirected from */
  started(context: unknown): void;
  answered(head: ResponseHead): void;
  failed(error: unknown): void;
}

export class Attempt implements Required<Handler>, Source {
  readonly #caller: Caller;
  readonly #observer: AttemptObserver;
  #state: "waiting" | "held" | "passed" | "dropped" = "waiting";
  #controller: Controller | null = null;
  /** The dispatcher has said its last word. */
  #isOver = false;
  /** Why it is aborted as soon as it can be. */
  #cutBy: { readonly reason: unknown } | null = null;
  /** Tells the caller the head; set with the head. */
  #tellHead: (() => void) | null = null;
  /** What came while the caller could not be told, in order; `null` once the caller hears all at once. */
  #ahead: (() => void)[] | null = [];
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unheed = (): void => {};

  constructor(caller: Caller, observer: AttemptObserver) {
    this.#caller = caller;
    this.#observer = observer;
  }

  // ---- what the policy decides

  /** Ends with the signal of its attempt. Once the caller has the answer, that aborts with its scope only, and ends what is still to come of the body. */
  heed(signal: AbortSignal): void {
    const aborted = (): void => (this.#state === "passed" ? this.abort(signal.reason) : this.cut(signal.reason));
    signal.addEventListener("abort", aborted, { once: true });
    // Holds the signal while the body comes: nothing else does.
    this.#unheed = () => signal.removeEventListener("abort", aborted);
  }

  /** Its time is over. A request cannot be aborted before it has a connection: then it is as soon as it has. */
  cut(reason: unknown): void {
    if (this.#state !== "waiting") return;
    this.#state = "dropped";
    this.#cutBy = { reason };
    this.#controller?.abort(reason);
    this.#observer.failed(reason);
  }

  /** The caller gets this answer. */
  pass(): void {
    this.#state = "passed";
    this.#orAbort(() => {
      this.#tellHead?.();
      this.#catchUp();
    });
  }

  /** Nobody gets this answer. */
  drop(declaredBytes: number): void {
    if (this.#state !== "held") return;
    this.#state = "dropped";
    this.#ahead = null;
    if (this.#isOver) return;
    if (this.#bytes > MOST_BYTES || declaredBytes > MOST_BYTES) this.#leave();
    else {
      this.#timer = setTimeout(() => this.#leave(), DROP_WITHIN_MS);
      this.#controller?.resume();
    }
  }

  // ---- what the caller says once the answer is its own

  abort(reason: unknown): void {
    if (!this.#isOver) this.#controller?.abort(reason);
    else {
      // The end had not been told yet.
      this.#ahead = null;
      this.#caller.fail(reason);
    }
  }

  pause(): void {
    if (this.#ahead === null) this.#controller?.pause();
  }

  resume(): void {
    if (this.#ahead === null) this.#controller?.resume();
    else this.#orAbort(() => this.#catchUp());
  }

  // ---- what the dispatcher says

  onRequestStart(controller: Controller, context: unknown): void {
    this.#controller = controller;
    if (this.#cutBy !== null) controller.abort(this.#cutBy.reason);
    else this.#observer.started(context);
  }

  onBodySent(...sent: readonly unknown[]): unknown {
    return this.#state === "dropped" ? undefined : this.#caller.bodySent(sent);
  }

  onRequestSent(): unknown {
    return this.#state === "dropped" ? undefined : this.#caller.requestSent();
  }

  onResponseStarted(): unknown {
    return this.#state === "waiting" ? this.#caller.responseStarted() : undefined;
  }

  onResponseStart(controller: Controller, status: number, headers: unknown, statusText?: string): void {
    this.#controller = controller;
    if (this.#state !== "waiting") return;
    const { rawHeaders } = controller;
    if (status < 200) this.#caller.informed(rawHeaders, status, headers, statusText);
    else {
      this.#state = "held";
      this.#tellHead = () => this.#caller.answered(this, rawHeaders, status, headers, statusText);
      this.#observer.answered(new ResponseHead(status, statusText ?? "", headers));
    }
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#state === "passed" && this.#ahead === null) {
      this.#caller.data(chunk);
      return;
    }
    this.#bytes += chunk.byteLength;
    this.#ahead?.push(() => this.#caller.data(chunk));
    if (this.#bytes <= MOST_BYTES) return;
    if (this.#state === "dropped") this.#leave();
    else controller.pause();
  }

  onResponseEnd(controller: Controller, trailers: unknown): void {
    this.#ended();
    const { rawTrailers } = controller;
    if (this.#state === "passed" && this.#ahead === null) this.#caller.end(rawTrailers, trailers);
    else this.#ahead?.push(() => this.#caller.end(rawTrailers, trailers));
  }

  onResponseError(_controller: Controller | null, error: unknown): void {
    this.#ended();
    if (this.#state === "waiting") {
      this.#state = "dropped";
      this.#observer.failed(error);
    } else if (this.#state === "passed" && (this.#ahead === null || this.#caller.aborted)) {
      this.#ahead = null;
      this.#caller.fail(error);
    } else this.#ahead?.push(() => this.#caller.fail(error));
  }

  // ----

  #ended(): void {
    this.#isOver = true;
    this.#unheed();
    clearTimeout(this.#timer);
  }

  /** Tells the caller what was read ahead, at its pace. */
  #catchUp(): void {
    for (let tell = this.#next(); tell !== undefined; tell = this.#next()) tell();
    if (this.#ahead === null || this.#ahead.length > 0) return;
    this.#ahead = null;
    if (this.#isOver) return;
    if (this.#caller.paused) this.#controller?.pause();
    else this.#controller?.resume();
  }

  #next(): (() => void) | undefined {
    return this.#caller.paused ? undefined : this.#ahead?.shift();
  }

  /** A handler that throws is told of its error, as undici does it where it calls the handler itself. */
  #orAbort(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#ahead = null;
      this.abort(error);
    }
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort(new Error("Another attempt follows this answer: the rest of its body is not read."));
  }
}
