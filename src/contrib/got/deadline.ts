/*
 * What a server is told of the deadline of an attempt. got keeps the headers of one attempt for the next, and asks before each of its requests, also
 * those that follow a redirect: each time the header is written anew, and to a server of another origin it is not sent.
 */
import type { DeadlineSender } from "../../clients/http/index.ts";
import type { AttemptInfo, Policy } from "../../index.ts";
import type { GotOptions } from "./got-shapes.ts";

export class ToldDeadline {
  readonly #deadlines: DeadlineSender;
  readonly #url: URL;
  readonly #policy: Policy<unknown, unknown>;
  #info: AttemptInfo | null = null;

  private constructor(deadlines: DeadlineSender, url: URL, policy: Policy<unknown, unknown>) {
    this.#deadlines = deadlines;
    this.#url = url;
    this.#policy = policy;
  }

  /** `null` where nobody is told, or the caller has done so. */
  static of(
    deadlines: DeadlineSender | null,
    { headers }: GotOptions,
    url: URL,
    policy: Policy<unknown, unknown>,
  ): ToldDeadline | null {
    return deadlines === null || headers[deadlines.header] !== undefined ? null : new ToldDeadline(deadlines, url, policy);
  }

  /** An attempt begins. */
  begin(info: AttemptInfo): void {
    this.#info = info;
  }

  /** A request is about to be sent. */
  write({ url, headers }: GotOptions): void {
    const { header } = this.#deadlines;
    const isSameOrigin = new URL(url as URL | string).origin === this.#url.origin;
    const value =
      isSameOrigin && this.#info !== null ? this.#deadlines.valueFor(this.#url.hostname, this.#info, this.#policy) : null;
    if (value !== null) headers[header] = value;
    else delete headers[header];
  }

  /** Options are used again: what was said of one call is nothing that the caller has set. */
  leave({ headers }: GotOptions): void {
    delete headers[this.#deadlines.header];
  }
}
