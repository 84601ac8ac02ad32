import { type OptionTable, refuse, requireOptions } from "../../clients/options/index.ts";
import { InFlight } from "../../clients/signals/index.ts";
import { type Closing, closing, type ServerLike } from "./closing.ts";
import { ShuttingDownError } from "./shutting-down-error.ts";

/** How a server shuts down. */
export interface ShutdownOptions {
  /** How long requests that are under way may take until they are ended, in milliseconds, > 0, at most 3,600,000: an hour. @default 10_000 */
  readonly graceMs?: number | undefined;
}

// Far below what timers keep, and beyond what any platform waits for.
const LONGEST_GRACE_MS = 3_600_000;

const table: OptionTable<keyof ShutdownOptions> = {
  rules: {
    graceMs: {
      text: "a number > 0 and <= 3600000",
      type: "number",
      ok: (value: number) => value > 0 && value <= LONGEST_GRACE_MS,
    },
  },
};

/** How long a request that was ended may take to answer, in milliseconds, until its connection is closed. */
const LAST_WORDS_MS = 1_000;
/** How often connections that have become idle are closed meanwhile, in milliseconds. */
const TIDY_MS = 50;

/**
 * How a server ends without losing a request: given to the scopes of its requests as `shutdown`, it knows those that are under way. `close` stops accepting, waits for
 * them, and ends those that take longer than `graceMs`: their calls abort with a `ShuttingDownError`, which is answered with 503.
 *
 * @throws TypeError or RangeError for a wrong or unknown option
 */
export class Shutdown {
  readonly #graceMs: number;
  readonly #inFlight = new InFlight();
  readonly #over = new AbortController();
  readonly #closing = new Map<ServerLike, Promise<boolean>>();

  constructor(options: ShutdownOptions = {}) {
    const { graceMs = 10_000 } = requireOptions("shutdown", options, table);
    this.#graceMs = graceMs;
  }

  /** Whether it has begun: what an answer to a readiness check goes by. */
  get isClosing(): boolean {
    return this.#closing.size > 0;
  }

  /** Requests that are under way. */
  get inFlight(): number {
    return this.#inFlight.count;
  }

  /** Aborts when requests are ended. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Resolves when no request is under way. */
  idle(): Promise<void> {
    return this.#inFlight.idle();
  }

  /**
   * Stops accepting, and waits until all requests have been answered. Connections are closed as they become idle. Of several servers, close each; a second call for
   * one is the first.
   *
   * @param server a server of Node's: what `app.listen()` of Express and Koa returns, `app.server` of Fastify, `app.getHttpServer()` of Nest. A server of `node:http2`
   * is closed when its clients end their sessions, which is not waited for
   * @returns whether all requests were answered in time. Then end the process: `process.exit(isClean ? 0 : 1)`
   * @throws whatever closing the server does
   */
  close(server: ServerLike): Promise<boolean> {
    if (typeof server?.close !== "function") refuse("shutdown.close.server", "a server of Node's", server, TypeError);
    const isClean = this.#closing.get(server) ?? this.#close(closing(server));
    this.#closing.set(server, isClean);
    return isClean;
  }

  /** A request has begun, and is over when the promise settles. @internal */
  enter(until: PromiseLike<unknown>): void {
    const leave = (): void => this.#inFlight.leave();
    this.#inFlight.enter();
    until.then(leave, leave);
  }

  async #close({ closed, closeIdle, closeAll }: Closing): Promise<boolean> {
    const done = Promise.all([closed, this.idle()]);
    const tidying = setInterval(closeIdle, TIDY_MS);
    try {
      if (!(await isWithin(this.#graceMs, done))) {
        this.#over.abort(new ShuttingDownError(this.#graceMs));
        if (!(await isWithin(LAST_WORDS_MS, done))) closeAll();
      }
      return !this.#over.signal.aborted;
    } finally {
      clearInterval(tidying);
    }
  }
}

function isWithin(ms: number, done: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  return Promise.race([done.then(() => true), late]).finally(() => clearTimeout(timer));
}
