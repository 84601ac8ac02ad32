/* One request and what can be done to it: the words that the faults are written in. */
import type { Socket } from "node:net";
import type { RequestHead } from "./request-reader.ts";

export interface Exchange {
  readonly request: RequestHead;
  readonly socket: Socket;
  /** Which request of its path this is, 1 for the first. */
  readonly nthOfPath: number;
  /** Which request of its connection this is, 1 for the first. */
  readonly nthOfConnection: number;
  /** Where the same paths are served, in another origin. */
  readonly otherOrigin: string;
  /** Where nobody listens. */
  readonly refusedOrigin: string;
  /** Says that the answer is whole: the connection may be used again, or closed by whoever tidies up. */
  done(): void;
}

export type Headers = Readonly<Record<string, string | number>>;

/** Status line and headers, with the empty line. */
export const head = (status: number, headers: Headers = {}): string =>
  `HTTP/1.1 ${status} Some reason\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

/** A whole answer, which leaves the connection open. */
export const whole = (status: number, headers: Headers, body: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(head(status, { "content-length": Buffer.byteLength(body), ...headers })), Buffer.from(body)]);

/** Answers, and leaves the connection open. */
export function answer(
  exchange: Exchange,
  status = 200,
  headers: Headers = {},
  body: string | Buffer = exchange.request.path,
): void {
  const bodyless = status === 204 || status === 304;
  const bytes = bodyless ? head(status, headers) : whole(status, { "content-type": "text/plain", ...headers }, body);
  exchange.socket.write(bytes, () => exchange.done());
}

/** Answers with these bytes, and closes the connection: FIN. */
export const lastWords = ({ socket }: Exchange, text: string | Buffer): void => void socket.end(text);

/** Answers with these bytes, and resets the connection once the client has them: RST. */
export function wordsAndReset({ socket }: Exchange, text: string): void {
  socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 10));
}

/** Writes one piece after the other, some milliseconds apart, while the client is there. */
export function dribble({ socket }: Exchange, pieces: Iterable<string>, everyMs: number, after: () => void): void {
  const rest = pieces[Symbol.iterator]();
  const timer = setInterval(() => {
    const piece = rest.next();
    if (!piece.done) return void socket.write(piece.value);
    clearInterval(timer);
    after();
  }, everyMs);
  socket.once("close", () => clearInterval(timer));
}
