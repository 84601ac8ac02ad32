/*
 * Which bodies of a request can be sent again. `fetch` reads a stream as it goes, and it is gone then; of everything else the bytes stay where they are.
 * Node's `fetch` takes async iterables as streams, too; a Blob is none.
 */

/** Whether a body can be read once only. */
export function isOnceBody(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  return "getReader" in body || Symbol.asyncIterator in body;
}

/** Lets a stream go that nobody will read: one of the platform, one of Node, or any async iterable. */
export function cancelStream(stream: unknown, reason: unknown): void {
  const { locked, cancel, destroy } = stream as {
    readonly locked?: boolean;
    readonly cancel?: unknown;
    readonly destroy?: unknown;
  };
  if (typeof cancel === "function" && locked === false)
    (stream as ReadableStream).cancel(reason).catch(() => {
      // It was let go; how it takes that is its own concern.
    });
  else if (typeof destroy === "function") destroy.call(stream);
}

/** A body as it is now: what is added to a form afterwards is not sent by a later attempt. Bytes are not copied. */
export function bodyAsItIs(body: unknown): unknown {
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (typeof FormData !== "function" || !(body instanceof FormData)) return body;
  const copy = new FormData();
  for (const [name, value] of body) copy.append(name, value);
  return copy;
}
