/*
 * Reads what is left of a body that nobody else will read, so that its connection is free for the next request: up to a number of bytes, and for a
 * while. A body that is longer, or slower, is cancelled, which closes its connection.
 */

/** Longer bodies cost more to read than a new connection does. */
const MOST_BYTES = 65_536;

/** In milliseconds. What has arrived is read at once; what has not is not worth waiting for. */
const DISCARD_WITHIN_MS = 1_000;

/** The beginning of a body. */
export interface ReadBody {
  readonly bytes: Uint8Array;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

/** Reads the body of an answer that nobody will get. What goes wrong with it is nobody's concern. */
export async function discardBody(response: { readonly body?: unknown; readonly headers?: unknown }): Promise<void> {
  try {
    const stream = response.body as ReadableStream<Uint8Array> | null | undefined;
    if (typeof stream?.getReader !== "function" || stream.locked) return;
    if (declaredLength(response.headers) > MOST_BYTES) await stream.cancel();
    else await readBody(stream, DISCARD_WITHIN_MS);
  } catch {
    // The connection is gone, and its body with it.
  }
}

/**
 * Reads at most `MOST_BYTES` of a stream, for at most so many milliseconds, and cancels the rest.
 *
 * @throws what the stream fails with before the first byte
 */
export async function readBody(stream: ReadableStream<Uint8Array>, withinMs: number): Promise<ReadBody> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(ignore);
  }, withinMs);
  try {
    while (length <= MOST_BYTES) {
      const { done, value } = await reader.read();
      if (done) return { bytes: join(chunks, length), isWhole: !isLate };
      chunks.push(value);
      length += value.byteLength;
    }
    reader.cancel().catch(ignore);
  } catch (error) {
    // What has come of an answer that broke off still says something.
    if (length === 0) throw error;
  } finally {
    clearTimeout(timer);
  }
  return { bytes: join(chunks, length).subarray(0, MOST_BYTES), isWhole: false };
}

function declaredLength(headers: unknown): number {
  const { get } = (headers ?? {}) as { get?: unknown };
  return typeof get === "function" ? Number((headers as Headers).get("content-length") ?? 0) : 0;
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

const ignore = (): void => {};
