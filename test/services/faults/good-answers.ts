/* Whole answers that look strange, and must be taken as they are: a client that repeats these is as wrong as one that hangs on them. */
import { gzipSync } from "node:zlib";
import { answer, dribble, head, lastWords, whole } from "./exchange.ts";
import { type Fault, family } from "./fault.ts";

const plain = family(
  { where: "none", retried: false, ends: "value" },
  {
    ok: (exchange) => answer(exchange),
    "no-content": { status: 204, text: "", act: (exchange) => answer(exchange, 204) },
    "no-reason": (exchange) => {
      exchange.socket.write(
        `HTTP/1.1 200\r\ncontent-length: ${exchange.request.path.length}\r\n\r\n${exchange.request.path}`,
        () => exchange.done(),
      );
    },
    "http-1.0": (exchange) => lastWords(exchange, `HTTP/1.0 200 OK\r\n\r\n${exchange.request.path}`),
    "until-close": (exchange) => lastWords(exchange, `${head(200, { connection: "close" })}${exchange.request.path}`),
    "connection-close": (exchange) => lastWords(exchange, whole(200, { connection: "close" }, exchange.request.path)),
    "slow-headers": (exchange) =>
      dribble(exchange, whole(200, {}, exchange.request.path).toString("latin1"), 1, () => exchange.done()),
    "slow-body": (exchange) => {
      exchange.socket.write(head(200, { "content-length": exchange.request.path.length }));
      dribble(exchange, exchange.request.path, 2, () => exchange.done());
    },
    "a-trailer": ({ request, socket, done }) => {
      const chunks = `${request.path.length.toString(16)}\r\n${request.path}\r\n0\r\nx-sum: 1\r\n\r\n`;
      socket.write(`${head(200, { "transfer-encoding": "chunked", trailer: "x-sum" })}${chunks}`, done);
    },
    gzip: {
      coded: true,
      act: (exchange) => answer(exchange, 200, { "content-encoding": "gzip" }, gzipSync(exchange.request.path)),
    },
    "a-big-body": { text: "x".repeat(1_000_000), act: (exchange) => answer(exchange, 200, {}, "x".repeat(1_000_000)) },
    "informational-102": (exchange) => afterHints(exchange, head(102)),
    "informational-103": (exchange) => afterHints(exchange, head(103, { link: "</style.css>; rel=preload" }).repeat(3)),
  },
);

const afterHints = (exchange: Parameters<NonNullable<Fault["act"]>>[0], hints: string): void => {
  exchange.socket.write(hints, () => setTimeout(() => answer(exchange), 5));
};

const disputed = family(
  { where: "none", retried: "either", ends: "either" },
  {
    // Nobody asked for it by `Expect: 100-continue`. RFC 9110, 15.2: a client must be able to take it; undici does not.
    "informational-100": (exchange) => afterHints(exchange, head(100)),
    // More than its Content-Length says: the rest is no answer to anything.
    "length-too-short": {
      text: "ok",
      act: (exchange) => exchange.socket.write(`${head(200, { "content-length": 2 })}ok and more`, () => exchange.done()),
    },
    // A second answer that nobody asked for, which must not be taken for the one to the next request.
    "an-answer-too-many": (exchange) => {
      const bytes = Buffer.concat([whole(200, {}, exchange.request.path), whole(200, {}, "stolen")]);
      exchange.socket.write(bytes, () => exchange.done());
    },
    // It answers and closes while the body of the request is still on its way.
    "413-before-the-body-is-read": {
      where: "status",
      status: 413,
      atHead: true,
      act: (exchange) => lastWords(exchange, whole(413, { connection: "close" }, exchange.request.path)),
    },
  },
);

export const GOOD_ANSWERS: readonly Fault[] = [...plain, ...disputed];
