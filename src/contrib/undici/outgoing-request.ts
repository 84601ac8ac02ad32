/* A request as it was dispatched, read once, so that each attempt sends the same. */
import {
  hasNeverLeft,
  IDEMPOTENCY_KEY,
  isIdempotentMethod,
  type RequestFacts,
  type RequestSettings,
  repeatRule,
} from "../../clients/http/index.ts";
import type { AttemptFailure, CallOptions } from "../../index.ts";
import type { DispatchOptions } from "./handler.ts";
import { type OnceBody, onceBodyOf } from "./once-body.ts";
import { copyOfHeaders, hasHeader, withHeader } from "./request-headers.ts";

/** Where a request goes. */
export interface Target {
  /** Its origin. */
  readonly url: URL;
  /** False: the dispatcher knows it, but does not say, as a Client or a Pool of undici 6 and 7. `url` is a name of ours then. */
  readonly isKnown: boolean;
}

/** A header of one attempt. */
export interface ToldHeader {
  readonly name: string;
  readonly value: string;
}

export class OutgoingRequest {
  /** In capitals. */
  readonly method: string;
  readonly target: Target;
  readonly #given: DispatchOptions;
  #headers: unknown;
  readonly #onceBody: OnceBody | null;

  constructor(given: DispatchOptions, target: Target) {
    this.method = given.method.toUpperCase();
    this.target = target;
    this.#given = given;
    this.#headers = copyOfHeaders(given.headers);
    this.#onceBody = onceBodyOf(given.body);
  }

  /** What the user's functions are told. */
  get facts(): RequestFacts {
    const { method, target } = this;
    const { path } = this.#given;
    return { method, url: URL.canParse(path, target.url) ? new URL(path, target.url) : target.url };
  }

  /** Gives it a key, the same for all attempts, where it has none. */
  addIdempotencyKey(): void {
    if (isIdempotentMethod(this.method) || this.#hasIdempotencyKey) return;
    this.#headers = withHeader(this.#headers, IDEMPOTENCY_KEY, crypto.randomUUID());
  }

  /**
   * What an attempt is dispatched with.
   *
   * @param told what the server is told of it, unless the caller has told it otherwise
   */
  options(told?: ToldHeader): DispatchOptions {
    const { body } = this.#onceBody ?? this.#given;
    const isTold = told !== undefined && !hasHeader(this.#headers, told.name);
    const headers = isTold ? withHeader(this.#headers, told.name, told.value) : this.#headers;
    return { ...this.#given, headers, body };
  }

  /** What keeps it from being sent again. */
  repeatRule(settings: RequestSettings): CallOptions["refuseRepeat"] {
    const { method } = this;
    const once = this.#onceBody;
    const { idempotent } = this.#given;
    const mayRepeat = idempotent ?? settings.mayRepeat?.(this.facts) ?? false;
    // What is said not to be idempotent is treated like a method that is not.
    const unsafe = idempotent === false && isIdempotentMethod(method) ? `${method} with idempotent: false` : method;
    // A redirect within the call may have led to another place: that it is not there says nothing of this request.
    const url = this.target.isKnown ? this.target.url : undefined;
    const hasIdempotencyKey = this.#hasIdempotencyKey;
    const byMethod = repeatRule({ method: unsafe, url, hasOnceBody: false, hasIdempotencyKey }, mayRepeat);
    return (failed) => {
      if (isRepeatedByUndici(failed)) return "undici's own retry, composed beneath the policy, has repeated it already";
      if (once !== null && !(once.isUnread && isUnsent(failed, url))) return "its body is a stream, which can be sent once";
      return byMethod?.(failed);
    };
  }

  get #hasIdempotencyKey(): boolean {
    return hasHeader(this.#headers, IDEMPOTENCY_KEY);
  }
}

/** The request has failed, as a whole, before anything of it was sent. */
function isUnsent(failed: AttemptFailure | undefined, url: URL | undefined): boolean {
  return failed?.cause === "exception" && hasNeverLeft(failed.value, url);
}

/** The error of `interceptors.retry()` and the RetryAgent, where they give up. */
function isRepeatedByUndici(failed: AttemptFailure | undefined): boolean {
  const { cause, value } = failed ?? {};
  return cause === "exception" && (value as { readonly code?: unknown } | null | undefined)?.code === "UND_ERR_REQ_RETRY";
}
