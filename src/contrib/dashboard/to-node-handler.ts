/* A handler of `Request`s for Node's own servers. What of Node's `http` is met, is met by shape. */

/** A request of Node's, or of a framework over it. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A response of Node's, or of a framework over it. */
export interface NodeWritable {
  statusCode: number;
  readonly destroyed: boolean;
  setHeader(name: string, value: string): unknown;
  flushHeaders(): void;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: "close" | "drain", listener: () => void): unknown;
  removeListener(event: "close" | "drain", listener: () => void): unknown;
}

/** Answers one request. The promise resolves when the answer has been written, or the client has left. */
export type NodeHandler = (request: NodeRequest, response: NodeWritable) => Promise<void>;

/**
 * Lets a handler of `Request`s, one that never rejects, answer those of `node:http`. The body of a request is not read: it is for handlers that need none. A
 * client that leaves aborts the request's signal and cancels the answer's body; one that reads slowly is waited for.
 */
export function toNodeHandler(handler: (request: Request) => Promise<Response>): NodeHandler {
  return async (incoming, response) => {
    const leaving = new AbortController();
    const left = (): void => leaving.abort(new DOMException("The client has left.", "AbortError"));
    response.once("close", left);
    const request = toRequest(incoming, leaving.signal);
    // Such as TRACE, which the platform makes no Request of.
    const { status, headers, body } = request === null ? new Response(null, { status: 405 }) : await handler(request);
    if (response.destroyed) {
      await body?.cancel().catch(() => {});
      return;
    }
    response.statusCode = status;
    headers.forEach((value, name) => {
      response.setHeader(name, value);
    });
    response.flushHeaders();
    if (body !== null) await write(body, response);
    response.removeListener("close", left);
    response.end();
  };
}

function toRequest({ method = "GET", url = "/", headers }: NodeRequest, signal: AbortSignal): Request | null {
  const given = new Headers();
  // HTTP/2 has its method, path and host among the headers.
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !name.startsWith(":")) given.set(name, Array.isArray(value) ? value.join(", ") : value);
  const authority = given.get("host") ?? String(headers[":authority"] ?? "localhost");
  // One that names no host is refused by `new URL`: the path is what counts.
  const base = URL.canParse(`http://${authority}`) ? `http://${authority}` : "http://localhost";
  try {
    return new Request(`${base}${url.startsWith("/") ? url : "/"}`, { method, headers: given, signal });
  } catch {
    return null;
  }
}

async function write(body: ReadableStream<Uint8Array>, response: NodeWritable): Promise<void> {
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => {});
  response.once("close", cancel);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      if (!response.write(part.value)) await drained(response);
  } catch {
    // The body has failed after its beginning was sent: all that can be told is that it is not whole.
    cancel();
  } finally {
    response.removeListener("close", cancel);
  }
}

/** Resolves when there is room again, or nobody to write to. */
function drained(response: NodeWritable): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      response.removeListener("drain", go);
      response.removeListener("close", go);
      resolve();
    };
    response.once("drain", go);
    response.once("close", go);
  });
}
