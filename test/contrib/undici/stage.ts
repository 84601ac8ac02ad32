/* An interceptor over a dispatcher that answers from a script, in the words of undici 6 ("legacy") and of 7 and 8 ("newer"). */
import { constant, type PolicyOptions } from "redress";
import { VirtualClock } from "redress/testing";
import { policyInterceptor, type RequestOptions, type ResponseHead } from "redress/undici";

export type Words = "legacy" | "newer";

export type Raw = Readonly<Record<string, unknown>>;
type Method = (...said: readonly unknown[]) => unknown;
export type FakeHandler = Record<string, Method>;
export type FakeDispatch = (options: Raw, handler: FakeHandler) => boolean;

/** One attempt, seen from the dispatcher: what it was asked for, and the ways to answer. */
export class FakeRequest {
  readonly options: Raw;
  readonly #handler: FakeHandler;
  readonly #words: Words;
  aborted: { readonly reason: unknown } | null = null;
  paused = false;
  readonly #controller = {
    rawHeaders: null as unknown,
    rawTrailers: null as unknown,
    abort: (reason: unknown): void => {
      this.aborted ??= { reason };
    },
    pause: (): void => {
      this.paused = true;
    },
    resume: (): void => {
      this.paused = false;
    },
  };

  constructor(options: Raw, handler: FakeHandler, words: Words) {
    this.options = options;
    this.#handler = handler;
    this.#words = words;
  }

  connects(context?: object): void {
    this.#say("onConnect", [this.#controller.abort, context], "onRequestStart", [this.#controller, context]);
  }

  head(status: number, headers: Readonly<Record<string, string>> = {}): void {
    const raw = Object.entries(headers)
      .flat()
      .map((text) => new TextEncoder().encode(text));
    this.#controller.rawHeaders = raw;
    const resume = this.#controller.resume;
    this.#heed(
      this.#say("onHeaders", [status, raw, resume, "text"], "onResponseStart", [this.#controller, status, headers, "text"]),
    );
  }

  data(chunk: string): void {
    const bytes = new TextEncoder().encode(chunk);
    this.#heed(this.#say("onData", [bytes], "onResponseData", [this.#controller, bytes]));
  }

  end(): void {
    this.#say("onComplete", [[]], "onResponseEnd", [this.#controller, {}]);
  }

  fails(error: unknown): void {
    this.#say("onError", [error], "onResponseError", [this.#controller, error]);
  }

  tells(what: "onBodySent" | "onRequestSent" | "onResponseStarted"): void {
    this.#handler[what]?.();
  }

  /** Connects, and answers with all of it. */
  answers(status: number, body = `answer ${status}`, headers: Readonly<Record<string, string>> = {}): void {
    this.connects();
    this.head(status, headers);
    this.data(body);
    this.end();
  }

  #say(legacy: string, old: readonly unknown[], newer: string, said: readonly unknown[]): unknown {
    return this.#words === "legacy" ? this.#handler[legacy]?.(...old) : this.#handler[newer]?.(...said);
  }

  #heed(answer: unknown): void {
    if (this.#words === "legacy" && answer === false) this.paused = true;
  }
}

/** Who has dispatched: what it was told, in order, and what it says. */
export class FakeCaller {
  readonly told: string[] = [];
  context: unknown;
  error: unknown;
  /** Wants no more for now. */
  isFull = false;
  /** Throws when it is told this. */
  throwsAt: string | null = null;
  abort: (reason?: unknown) => void = () => {};
  resume: () => void = () => {};
  #pause: () => void = () => {};

  handler(words: Words): FakeHandler {
    return words === "legacy" ? this.#legacy() : this.#newer();
  }

  #tell(what: string): boolean {
    this.told.push(what);
    if (this.throwsAt === what) throw new Error(`thrown at ${what}`);
    if (this.isFull) this.#pause();
    return !this.isFull;
  }

  #legacy(): FakeHandler {
    return {
      onConnect: (abort, context) => {
        this.abort = abort as () => void;
        this.context = context;
        this.#tell("start");
      },
      onHeaders: (status, _headers, resume) => {
        this.resume = resume as () => void;
        return this.#tell(`head ${status}`);
      },
      onData: (chunk) => this.#tell(text(chunk)),
      onComplete: () => this.#tell("end"),
      onError: (error) => {
        this.error = error;
        this.#tell("error");
      },
      onResponseStarted: () => this.#tell("first byte"),
    };
  }

  #newer(): FakeHandler {
    return {
      onRequestStart: (controller, context) => {
        const given = controller as { abort(reason?: unknown): void; pause(): void; resume(): void };
        this.abort = (reason) => given.abort(reason);
        this.resume = () => given.resume();
        this.#pause = () => given.pause();
        this.context = context;
        this.#tell("start");
      },
      onResponseStart: (_controller, status) => this.#tell(`head ${status}`),
      onResponseData: (_controller, chunk) => this.#tell(text(chunk)),
      onResponseEnd: () => this.#tell("end"),
      onResponseError: (_controller, error) => {
        this.error = error;
        this.#tell("error");
      },
      onResponseStarted: () => this.#tell("first byte"),
    };
  }
}

const text = (chunk: unknown): string => {
  const whole = new TextDecoder().decode(chunk as Uint8Array);
  return whole.length > 40 ? `${whole.length} bytes` : whole;
};

export interface UndiciStage {
  readonly clock: VirtualClock;
  readonly caller: FakeCaller;
  readonly requests: FakeRequest[];
  /** Dispatches a request; the script answers the attempts, in turn, each a turn after it was made. */
  send(options?: Raw): Promise<void>;
}

export type Script = readonly ((request: FakeRequest) => void)[];

export function stage(
  words: Words,
  script: Script,
  policy: PolicyOptions<ResponseHead, ResponseHead> = {},
  options: RequestOptions = {},
): UndiciStage {
  const clock = new VirtualClock();
  const caller = new FakeCaller();
  const requests: FakeRequest[] = [];
  const dispatch: FakeDispatch = (given, handler) => {
    const request = new FakeRequest(given, handler, words);
    const answer = script[requests.push(request) - 1];
    queueMicrotask(() => answer?.(request));
    return true;
  };
  const retry = { strategy: constant(10), maxAttempts: 3, deadlineMs: 10_000, ...(policy.retry as object | undefined) };
  const intercepted = policyInterceptor({ clock, ...policy, retry }, options)(dispatch);
  const send = async (given: Raw = {}): Promise<void> => {
    intercepted({ origin: "http://users.example", path: "/7", method: "GET", ...given }, caller.handler(words));
    await clock.run();
  };
  return { clock, caller, requests, send };
}
