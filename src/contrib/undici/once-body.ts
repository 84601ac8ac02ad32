/*
 * Bodies, and how often they can be sent:
 *   none, a string, bytes, a Blob, a FormData   as often as it takes: undici reads them anew for each request
 *   a stream of Node's                          once; again only while nothing was read of it
 *   an iterable, a web stream                   the same; undici gets one of ours in its place, which knows whether it was read
 *   anything else                               never: undici knows what to say of it
 */

/** A body that can be read once. */
export interface OnceBody {
  readonly isUnread: boolean;
  /** What undici is given. */
  readonly body: unknown;
}

/** `null` for bodies that can be sent as often as it takes. */
export function onceBodyOf(body: unknown): OnceBody | null {
  if (typeof body !== "object" || body === null || isKept(body)) return null;
  if ("pipe" in body) return new NodeStream(body);
  return Symbol.asyncIterator in body || Symbol.iterator in body ? new WatchedBody(body as AnyIterable) : null;
}

type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

/** Told by their brands, of any realm, as undici does. */
function isKept(body: object): boolean {
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer || Array.isArray(body)) return true;
  const brand = (body as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return brand === "FormData" || brand === "Blob" || brand === "File";
}

class NodeStream implements OnceBody {
  readonly body: { readonly readableDidRead?: boolean; readonly destroyed?: boolean };

  constructor(body: object) {
    this.body = body;
  }

  /** A stream that does not say it counts as read. */
  get isUnread(): boolean {
    return this.body.readableDidRead === false && this.body.destroyed !== true;
  }
}

class WatchedBody implements OnceBody, AsyncIterable<unknown> {
  readonly #given: AnyIterable;
  isUnread = true;

  constructor(given: AnyIterable) {
    this.#given = given;
  }

  get body(): this {
    return this;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    this.isUnread = false;
    yield* this.#given;
  }
}
