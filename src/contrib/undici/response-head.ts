import type { Failure } from "../../index.ts";

/** The headers of an answer. */
export interface ResponseHeaders {
  /** The value of a header, in any case; several are joined with `, `. `null` where there is none. */
  get(name: string): string | null;
  has(name: string): boolean;
}

/**
 * The head of an answer: what a policy judges, while the body waits. It has the brand of a `Response`, so the result classifiers that know those
 * know it, too; it has no body.
 */
export class ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: ResponseHeaders;

  /** @param headers as undici has them: an object, or a flat list of names and values */
  constructor(status: number, statusText: string, headers: unknown) {
    this.status = status;
    this.statusText = statusText;
    this.headers = new UnreadHeaders(headers);
  }

  /** Whether the status is from 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get [Symbol.toStringTag](): "Response" {
    return "Response";
  }
}

/** A call beneath has given up with this answer: by the cause, policies find its failure, and do not repeat what was repeated there. */
export function markAsLeftBy(failure: Failure, head: ResponseHead): void {
  Object.defineProperty(head, "cause", { value: failure.error });
}

/** Read when somebody asks: of a success, nobody does. */
class UnreadHeaders implements ResponseHeaders {
  readonly #unread: unknown;
  #read: ReadonlyMap<string, string> | null = null;

  constructor(unread: unknown) {
    this.#unread = unread;
  }

  get(name: string): string | null {
    this.#read ??= readHeaders(this.#unread);
    return this.#read.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }
}

function readHeaders(headers: unknown): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  if (typeof headers !== "object" || headers === null) return read;
  const flat: readonly unknown[] = Array.isArray(headers) ? headers : Object.entries(headers).flat(1);
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = textOf(flat[at]).toLowerCase();
    const before = read.get(name);
    const value = textOf(flat[at + 1]);
    read.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return read;
}

/** Of a string, of bytes, or of a list of those. Headers are Latin-1. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  if (!(value instanceof Uint8Array)) return String(value);
  let text = "";
  for (const byte of value) text += String.fromCharCode(byte);
  return text;
}
