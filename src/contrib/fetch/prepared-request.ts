/*
 * A request as `fetch` was called with it, read once, so that each attempt sends the same:
 *   a URL and its init              the init is copied, with its headers and forms as they are at the call
 *   a Request without a body        sent as it is, each time
 *   a Request with a body           taken over, as `fetch` does (it counts as used), and cloned for each attempt
 *   a stream as the body of init    sent once
 */
import { IDEMPOTENCY_KEY } from "../../clients/http/index.ts";
import { bodyAsItIs, cancelStream, isOnceBody } from "./body-kind.ts";
import type { FetchInit, FetchInput } from "./fetch-types.ts";

/** An init of ours, which is to be changed. */
type OwnInit = { -readonly [Member in keyof FetchInit]: FetchInit[Member] };

/**
 * By the signals of attempts, whose callers they follow. In Node, the signal of a Request follows the one that it was made with for as long as the Request lives, which
 * nothing holds once its answer has begun: who aborted the reading of a body after a garbage collection was not heard.
 */
const signallingOf = new WeakMap<AbortSignal, Request>();

export class PreparedRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: URL;
  /** The caller's own; `undefined` where there is none. */
  readonly signal: AbortSignal | undefined;
  /** Its body is a stream. */
  readonly hasOnceBody: boolean;
  readonly #input: FetchInput;
  readonly #init: OwnInit;
  /** The Request that was given, where its own signal is heeded. */
  readonly #signalling: Request | null;
  /** The headers of the Request, where the init has none. */
  readonly #headers: Headers | undefined;
  /** The request has a body of its own, which each attempt sends a clone of. */
  readonly #isCloned: boolean;

  private constructor(url: URL, input: FetchInput, request: Request | null, given: FetchInit | undefined) {
    const init = copyOf(given);
    const ownBody = init.body ?? null;
    this.url = url;
    this.method = (init.method ?? request?.method ?? "GET").toUpperCase();
    this.signal = (init.signal === undefined ? request?.signal : init.signal) ?? undefined;
    this.hasOnceBody = isOnceBody(ownBody);
    this.#signalling = init.signal === undefined ? request : null;
    this.#headers = init.headers === undefined ? request?.headers : undefined;
    this.#isCloned = request !== null && ownBody === null && request.body !== null;
    this.#input = this.#isCloned ? sameOf(request as Request) : input;
    this.#init = init;
  }

  /** `null` for what is no request over HTTP, or none at all: the platform's `fetch` knows what to say of it. */
  static of(input: FetchInput, init: FetchInit | undefined): PreparedRequest | null {
    const request = isRequest(input) ? input : null;
    if (request?.bodyUsed === true) return null;
    const url = urlOf(request === null ? input : request.url);
    return url === null ? null : new PreparedRequest(url, input, request, init);
  }

  get hasIdempotencyKey(): boolean {
    return this.#ownHeaders().has(IDEMPOTENCY_KEY);
  }

  /** Gives it a key, the same for all attempts, where it has none. */
  addIdempotencyKey(): void {
    const headers = this.#ownHeaders();
    if (headers.has(IDEMPOTENCY_KEY)) return;
    headers.set(IDEMPOTENCY_KEY, crypto.randomUUID());
    this.#init.headers = headers;
  }

  /**
   * What `fetch` is called with for an attempt.
   *
   * @param header what the server is told by besides, unless the caller has told it otherwise
   * @param value `null` for nothing
   */
  arguments(signal: AbortSignal, header = "", value: string | null = null): [FetchInput, FetchInit] {
    if (this.#signalling !== null) signallingOf.set(signal, this.#signalling);
    const input = this.#isCloned ? (this.#input as Request).clone() : this.#input;
    if (value === null) return [input, { ...this.#init, signal } as FetchInit];
    const headers = this.#ownHeaders();
    if (!headers.has(header)) headers.set(header, value);
    return [input, { ...this.#init, headers, signal } as FetchInit];
  }

  /** It was never sent, and never will be: a stream that it would have read is let go. */
  abandon(reason: unknown): void {
    const body: unknown = this.#isCloned ? (this.#input as Request).body : this.hasOnceBody ? this.#init.body : null;
    if (body !== null) cancelStream(body, reason);
  }

  #ownHeaders(): Headers {
    return new Headers((this.#init.headers ?? this.#headers) as Headers);
  }
}

/** Of any realm, and of any implementation that brands its requests as the platform does. */
function isRequest(input: FetchInput): input is Request {
  return tagOf(input) === "Request";
}

function tagOf(value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
    : undefined;
}

/** A Request, or Headers, made of another by its own implementation: a foreign one could not read its body, and loses the case of names. */
function sameOf<Original extends object>(original: Original): Original {
  return new (original.constructor as new (of: Original) => Original)(original);
}

/** `null` for what is no URL of HTTP. In a browser, a path leads to the origin of the page. */
function urlOf(input: unknown): URL | null {
  try {
    const url = new URL(String(input), (globalThis as { readonly location?: { readonly href?: string } }).location?.href);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

/** With inherited members, as `fetch` reads them: an init may be a Request. */
function copyOf(given: FetchInit | undefined): OwnInit {
  const copy: Record<string, unknown> = {};
  if (given === undefined || given === null) return copy as OwnInit;
  for (const member in given) if (member !== "redress") copy[member] = given[member as keyof FetchInit];
  if (copy["headers"] !== undefined) copy["headers"] = headersAsTheyAre(copy["headers"]);
  if (copy["body"] !== undefined) copy["body"] = bodyAsItIs(copy["body"]);
  return copy as OwnInit;
}

/** A list of pairs and a plain object keep the case in which names are written. */
function headersAsTheyAre(headers: unknown): unknown {
  if (Array.isArray(headers)) return headers.map((pair: unknown) => (Array.isArray(pair) ? [...pair] : pair));
  if (headers instanceof Headers || tagOf(headers) === "Headers") return sameOf(headers as Headers);
  return Object.getPrototypeOf(headers) === Object.prototype ? { ...(headers as object) } : new Headers(headers as Headers);
}
