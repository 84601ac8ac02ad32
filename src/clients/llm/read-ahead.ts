/*
 * Reads the JSON of an answer before the attempt is over, so that
 *   an answer that breaks off   is a failed attempt, which may be repeated, and no error in the middle of the SDK's parser
 *   a limit's code              is known when the answer is judged: a quota that is used up is no rate limit. `x-should-retry: false` says so to policies with a
 *                               classifier of their own
 *   the tokens used             are known when the limiter gets its permit back
 * The SDK gets all of it. A body longer than is read ahead is passed on as it comes, and says nothing. Streams of events are left alone.
 */
import { isJson, sameResponse } from "./same-response.ts";
import { saysUsedUp } from "./used-up.ts";

/** As much of an answer is read ahead. Longer ones are lists of vectors, mostly. */
const MOST_BYTES = 4 * 1_024 * 1_024;

/** As much of an error is read ahead. */
const MOST_BYTES_OF_ERRORS = 64 * 1_024;

/** What the bodies said, parsed, by their responses. */
const bodies = new WeakMap<object, unknown>();

/** The JSON that was read ahead of a response; `undefined` where none was. */
export const jsonOf = (response: object): unknown => bodies.get(response);

/**
 * The same response, with its JSON read.
 *
 * @throws what the body of a success fails with
 */
export async function readAhead(response: Response): Promise<Response> {
  const { body, status } = response;
  if (body === null || !isJson(response)) return response;
  const isError = status >= 400;
  const reader = body.getReader();
  const { chunks, isWhole } = await readChunks(reader, isError);
  if (!isWhole) return sameResponse(response, restOf(chunks, reader));
  const json = parse(chunks);
  const headers = isError && saysUsedUp(json) ? notToBeRepeated(response.headers) : response.headers;
  const read = sameResponse(response, new Blob(chunks as BlobPart[]), headers);
  bodies.set(read, json);
  return read;
}

/** The same headers, with the word by which policies and SDKs are kept from sending a request again. */
export function notToBeRepeated(headers: Headers): Headers {
  const changed = new Headers(headers);
  changed.set("x-should-retry", "false");
  return changed;
}

async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  isError: boolean,
): Promise<{ readonly chunks: Uint8Array[]; readonly isWhole: boolean }> {
  const most = isError ? MOST_BYTES_OF_ERRORS : MOST_BYTES;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (length <= most) {
      const { done, value } = await reader.read();
      if (done) return { chunks, isWhole: true };
      chunks.push(value);
      length += value.byteLength;
    }
  } catch (error) {
    if (!isError) throw error;
    // The status has come, and says enough.
    return { chunks, isWhole: true };
  }
  return { chunks, isWhole: false };
}

/** What was read, and then what is still to come. */
function restOf(chunks: readonly Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        for (const chunk of chunks) controller.enqueue(chunk);
      },
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function parse(chunks: readonly Uint8Array[]): unknown {
  const decoder = new TextDecoder();
  const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
  try {
    return JSON.parse(text);
  } catch {
    // Whatever it is, the SDK will say so.
    return undefined;
  }
}
