/* Counts what a stream of events has used, as it is read. The bytes are passed on as they are. */
import { sameResponse } from "./same-response.ts";
import type { StreamCount } from "./stream-count.ts";

/** A longer line is not looked into: it holds a file, not a word. */
const LONGEST_LINE = 4 * 1_024 * 1_024;

const SAYS_USAGE = /"usage(Metadata)?":\s*\{/;
const IS_PIECE = /^data:.*"(delta|candidates)"/;

/** The same response, whose stream is counted. */
export function countStream(response: Response, counting: StreamCount): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let line = "";
  const read = (text: string): void => {
    const lines = (line + text).split("\n");
    line = (lines.pop() ?? "").slice(0, LONGEST_LINE);
    for (const each of lines) {
      if (IS_PIECE.test(each)) counting.piece();
      if (SAYS_USAGE.test(each)) counting.said(parse(each));
    }
  };
  const over = (isWhole: boolean): void => {
    read("\n");
    counting.over(isWhole);
  };
  const counted = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (done) {
            over(true);
            controller.close();
          } else {
            read(decoder.decode(value, { stream: true }));
            controller.enqueue(value);
          }
        } catch (error) {
          over(false);
          throw error;
        }
      },
      cancel: (reason) => {
        over(false);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return sameResponse(response, counted);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line.slice(line.indexOf(":") + 1));
  } catch {
    return undefined;
  }
}
