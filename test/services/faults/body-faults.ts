/* An answer begins, and does not end well. */
import { gzipSync } from "node:zlib";
import { answer, dribble, head, lastWords, wordsAndReset } from "./exchange.ts";
import { type Fault, family } from "./fault.ts";

const ZIPPED = gzipSync("x".repeat(10_000));

const cut = family(
  { where: "body", retried: "either", ends: "failure" },
  {
    "reset-after-headers": (exchange) => wordsAndReset(exchange, head(200, { "content-length": 10 })),
    "fin-after-headers": (exchange) => lastWords(exchange, head(200, { "content-length": 10 })),
    "half-a-body-then-reset": (exchange) => wordsAndReset(exchange, `${head(200, { "content-length": 10 })}12345`),
    "half-a-body-then-fin": (exchange) => lastWords(exchange, `${head(200, { "content-length": 10 })}12345`),
    "half-of-much-then-reset": (exchange) =>
      wordsAndReset(exchange, `${head(200, { "content-length": 1_000_000 })}${"x".repeat(500_000)}`),
    "chunks-without-the-last-then-reset": (exchange) =>
      wordsAndReset(exchange, `${head(200, { "transfer-encoding": "chunked" })}2\r\nok\r\n`),
    "chunks-without-the-last-then-fin": (exchange) =>
      lastWords(exchange, `${head(200, { "transfer-encoding": "chunked" })}2\r\nok\r\n`),
    "a-chunk-of-no-size": (exchange) =>
      lastWords(exchange, `${head(200, { "transfer-encoding": "chunked" })}2\r\nok\r\nmuch\r\n`),
  },
);

const stalled = family(
  { where: "body", retried: "either", ends: "failure", stalls: true },
  {
    "hang-after-headers": ({ socket }) => void socket.write(head(200, { "content-length": 10 })),
    "hang-within-the-body": ({ socket }) => void socket.write(`${head(200, { "content-length": 10 })}12345`),
    "hang-after-much": ({ socket }) => void socket.write(`${head(200, { "content-length": 1_000_000 })}${"x".repeat(500_000)}`),
    // Shorter than its Content-Length says, and the connection stays open.
    "length-too-long": ({ socket, request }) => void socket.write(head(200, { "content-length": 1_000 }) + request.path),
    "hang-after-the-last-but-one-chunk": ({ socket }) =>
      void socket.write(`${head(200, { "transfer-encoding": "chunked" })}2\r\nok\r\n`),
    "a-body-slower-than-any-timeout": { trickles: true, act: (exchange) => dribble(exchange, aByteAtATime(), 10, () => {}) },
    // Of a failure: what is thrown away must not be waited for.
    "503-whose-body-hangs": {
      where: "status",
      retried: true,
      ends: "either",
      act: ({ socket }) => void socket.write(`${head(503, { "content-length": 10 })}12345`),
    },
    "503-whose-body-never-ends": {
      where: "status",
      retried: true,
      ends: "either",
      act: ({ socket }) => void socket.write(`${head(503, { "content-length": 10_000_000 })}${"x".repeat(1_000_000)}`),
    },
  },
);

function* aByteAtATime(): Generator<string> {
  yield head(200, { "transfer-encoding": "chunked" });
  for (;;) yield "1\r\nx\r\n";
}

/* A client that does not decode gzip hands out the bytes as they are. */
const coded = family(
  { where: "body", retried: "either", ends: "failure", coded: true },
  {
    "gzip-that-is-none": (exchange) => answer(exchange, 200, { "content-encoding": "gzip" }, "no gzip at all"),
    // Browsers and undici give out what they have got.
    "gzip-that-is-cut": {
      ends: "either",
      act: (exchange) => answer(exchange, 200, { "content-encoding": "gzip" }, ZIPPED.subarray(0, ZIPPED.length - 12)),
    },
    "gzip-with-a-wrong-sum": (exchange) => answer(exchange, 200, { "content-encoding": "gzip" }, withWrongSum(ZIPPED)),
  },
);

function withWrongSum(zipped: Buffer): Buffer {
  const wrong = Buffer.from(zipped);
  wrong.writeUInt32LE(1, wrong.length - 8);
  return wrong;
}

export const BODY_FAULTS: readonly Fault[] = [...cut, ...stalled, ...coded];
