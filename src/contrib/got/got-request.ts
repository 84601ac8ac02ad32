import type { KeyHeaders } from "../../clients/http/index.ts";
import type { ToldDeadline } from "./deadline.ts";
import type { GotOptions, SentRequest } from "./got-shapes.ts";

/**
 * Whether a body can be sent once only. Streams and generators can; so can forms, since got puts a generator in their place when it
 * first sends them.
 */
export function isOnceBody(body: unknown): boolean {
  return typeof body === "object" && body !== null && !ArrayBuffer.isView(body);
}

/** got keeps headers in a plain object, with names in lower case. */
export const keyHeaders = (headers: GotOptions["headers"]): KeyHeaders => ({
  has: (name) => headers[name] !== undefined,
  set: (name, value) => {
    headers[name] = value;
  },
});

/**
 * Keeps a request as it is before it is redirected: got would send the next attempt to the last place, with what was left of its method, body and headers. An attempt
 * begins where the caller said.
 */
export function asGiven({ url, method, body, headers }: GotOptions): (options: GotOptions) => void {
  const place = String(url);
  const kept = { ...headers };
  return (options) => {
    options.url = new URL(place);
    options.method = method;
    options.body = body;
    options.headers = { ...kept };
  };
}

/** The last thing before a request is sent: it waits until the policy lets it. */
export class Gate {
  #open: () => void = () => {};
  #close: (error: unknown) => void = () => {};
  readonly #opened: Promise<void>;
  readonly #deadline: ToldDeadline | null;

  /** @param deadline what the server is told when it opens */
  constructor(deadline: ToldDeadline | null) {
    this.#deadline = deadline;
    this.#opened = new Promise((resolve, reject) => {
      this.#open = resolve;
      this.#close = reject;
    });
    // A gate that nobody came to.
    this.#opened.catch(() => {});
  }

  /** A hook of got. What it throws ends the request. */
  readonly hook = async (options: GotOptions): Promise<void> => {
    await this.#opened;
    this.#deadline?.write(options);
  };

  /** Puts the gate before the requests of these options. */
  stand({ hooks }: GotOptions): void {
    hooks.beforeRequest = [this.hook, ...hooks.beforeRequest];
  }

  /** Takes it away: options are used again, by pagination. */
  leave(options: GotOptions | undefined): void {
    if (options?.hooks?.beforeRequest?.includes(this.hook) !== true) return;
    options.hooks.beforeRequest = options.hooks.beforeRequest.filter((hook) => hook !== this.hook);
    this.#deadline?.leave(options);
  }

  open(): void {
    this.#open();
  }

  close(error: unknown): void {
    this.#close(error);
  }
}

/**
 * Keeps the callback of a request's `end` from telling of a failure that the event has told of, as Node does since 24.20 (`flushEndCallbacks` in `_http_outgoing`). Before
 * version 16, got's `_final` takes the second word for the end of the promise, while the next attempt is still to come.
 */
export function failOnce(wire: SentRequest): void {
  const { end } = wire;
  let hasFailed = false;
  wire.on("error", () => {
    hasFailed = true;
  });
  const once = (given: unknown): unknown => {
    if (typeof given !== "function") return given;
    return (error?: unknown) => {
      if (!error || !hasFailed) given(error);
    };
  };
  wire.end = (...given) => end.apply(wire, given.map(once));
}

/** What says that got may not be asked to retry by itself. */
export function refusedRetry({ retry }: GotOptions): TypeError | undefined {
  if (retry.limit === 0) return undefined;
  return new TypeError(
    `retry.limit of got must be 0 where a policy retries, got ${retry.limit}: give maxAttempts to the policy of gotWithPolicy.`,
  );
}
