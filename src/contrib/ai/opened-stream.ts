/*
 * The beginning and the end of a model's stream.
 *   stream-start, response-metadata, raw    come before the answer: they are held back, so that the opening can still be repeated
 *   error, before the answer                the opening has failed, with the error that the part holds
 *   any other part                          the stream is open: what was held back is passed on, and nothing is repeated any more
 *   the end, without a finish or an error   the answer was cut: the AI SDK itself would end without a word
 */
import { TransientError } from "../../index.ts";
import type { OpenStream, StreamPart } from "./shapes.ts";

const BEFORE_THE_ANSWER: ReadonlySet<string> = new Set(["stream-start", "response-metadata", "raw"]);
const ENDS: ReadonlySet<string> = new Set(["finish", "error"]);

/** Reads a stream up to its first part, and gives the same result, whose stream starts anew. */
export async function openedStream<Result extends OpenStream>(result: Result): Promise<Result> {
  const reader = result.stream.getReader();
  const first: StreamPart[] = [];
  try {
    do first.push(await nextPart(reader));
    while (BEFORE_THE_ANSWER.has(first.at(-1)?.type ?? ""));
    const last = first.at(-1);
    if (last?.type === "error") throw (last as { readonly error?: unknown }).error;
  } catch (error) {
    reader.cancel(error).catch(() => {});
    throw error;
  }
  return { ...result, stream: goneOn(first, reader) };
}

async function nextPart(reader: ReadableStreamDefaultReader<StreamPart>): Promise<StreamPart> {
  const { done, value } = await reader.read();
  if (done) throw new TransientError("The model's stream ended without its finish part: the answer was cut.");
  return value;
}

function goneOn(first: readonly StreamPart[], reader: ReadableStreamDefaultReader<StreamPart>): ReadableStream<StreamPart> {
  const held = [...first];
  let hasEnded = false;
  return new ReadableStream<StreamPart>(
    {
      pull: async (controller) => {
        const part = held.shift() ?? (hasEnded ? (await reader.read()).value : await nextPart(reader));
        if (part === undefined) return controller.close();
        hasEnded ||= ENDS.has(part.type);
        controller.enqueue(part);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
