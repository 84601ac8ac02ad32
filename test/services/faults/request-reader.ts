/* Reads the requests that come over one socket: their heads, and their bodies by Content-Length or in chunks. */
import type { Socket } from "node:net";

export interface RequestHead {
  readonly method: string;
  /** What was asked for: a path, with its query. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: ReadonlyMap<string, string>;
}

interface Taken<T> {
  readonly value: T;
  readonly rest: string;
}

/** @param on.head the head is there, @param on.whole and so is the body: each once for a request, in order */
export function readRequests(
  socket: Socket,
  on: { readonly head: (head: RequestHead) => void; readonly whole: (head: RequestHead, body: string) => void },
): void {
  let unread = "";
  let head: RequestHead | undefined;
  socket.on("data", (chunk: Buffer) => {
    unread += chunk.toString("latin1");
    for (;;) {
      if (head === undefined) {
        const taken = takeHead(unread);
        if (taken === undefined) return;
        head = taken.value;
        unread = taken.rest;
        on.head(head);
      }
      const body = takeBody(head, unread);
      if (body === undefined) return;
      unread = body.rest;
      const whole = head;
      head = undefined;
      on.whole(whole, body.value);
    }
  });
}

function takeHead(text: string): Taken<RequestHead> | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [requestLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const [method = "", target = "/"] = requestLine.split(" ");
  const { pathname, searchParams } = new URL(target, "http://here");
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()] as const),
  );
  return { value: { method, target, path: pathname, query: searchParams, headers }, rest: text.slice(end + 4) };
}

function takeBody({ headers }: RequestHead, text: string): Taken<string> | undefined {
  if (headers.get("transfer-encoding") === "chunked") return takeChunks(text);
  const length = Number(headers.get("content-length") ?? 0);
  return text.length < length ? undefined : { value: text.slice(0, length), rest: text.slice(length) };
}

function takeChunks(text: string): Taken<string> | undefined {
  let value = "";
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (text.length < next) return undefined;
    if (size === 0) return { value, rest: text.slice(next) };
    value += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = next;
  }
}
