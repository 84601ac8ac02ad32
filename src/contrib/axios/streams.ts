/* Bodies that are streams: of requests, which can be sent once, and of answers that nobody will get. */
import { discardBody } from "../../clients/http/index.ts";

/** So much of an answer is read to get its connection back; closing it costs less than reading more. */
const MOST_BYTES = 65_536;

/** In milliseconds. */
const WITHIN_MS = 1_000;

/** A stream of Node. */
interface NodeStream {
  on(event: string, listener: (chunk: { readonly length: number }) => void): unknown;
  destroy(): unknown;
}

/** Whether data can be read once only: a stream of Node (that of the package form-data, too) or of the web. */
export function isOnceData(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false;
  return "getReader" in data || Symbol.asyncIterator in data || typeof (data as { readonly pipe?: unknown }).pipe === "function";
}

/** Gives the connection of an answer back that nobody will get, where its body is a stream. */
export function discardAnswer(response: unknown): void {
  if (typeof response !== "object" || response === null) return;
  const { data, headers } = response as { readonly data?: unknown; readonly headers?: unknown };
  if (typeof data !== "object" || data === null) return;
  if ("getReader" in data) void discardBody({ body: data, headers });
  else if (typeof (data as Partial<NodeStream>).destroy === "function") drain(data as NodeStream);
}

function drain(stream: NodeStream): void {
  let bytes = 0;
  const leave = (): void => void stream.destroy();
  const timer = setTimeout(leave, WITHIN_MS);
  // What goes wrong with it is nobody's concern.
  stream.on("error", () => {});
  stream.on("close", () => clearTimeout(timer));
  stream.on("end", () => clearTimeout(timer));
  stream.on("data", (chunk) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) leave();
  });
}
