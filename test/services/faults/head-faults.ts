/* The request has come, and no answer follows, or one that is no HTTP. */
import { answer, dribble, head, lastWords, wordsAndReset } from "./exchange.ts";
import { type Fault, family } from "./fault.ts";

const HALF_A_HEAD = "HTTP/1.1 200 OK\r\ncontent-le";

const cut = family(
  { where: "head", retried: true, ends: "failure" },
  {
    "reset-before-headers": ({ socket }) => socket.resetAndDestroy(),
    "fin-before-headers": (exchange) => lastWords(exchange, ""),
    "reset-within-headers": (exchange) => wordsAndReset(exchange, HALF_A_HEAD),
    "fin-within-headers": { retried: "either", act: (exchange) => lastWords(exchange, HALF_A_HEAD) },
    "reset-before-the-body-is-read": { atHead: true, act: ({ socket }) => socket.resetAndDestroy() },
  },
);

const stalled = family(
  { where: "head", retried: true, ends: "failure", stalls: true },
  {
    "hang-before-headers": () => {},
    "hang-within-headers": ({ socket }) => void socket.write(HALF_A_HEAD),
    "hang-after-103": ({ socket }) => void socket.write(head(103, { link: "</style.css>; rel=preload" })),
    "headers-without-end": (exchange) => dribble(exchange, headersWithoutEnd(), 10, () => {}),
  },
);

function* headersWithoutEnd(): Generator<string> {
  yield "HTTP/1.1 200 OK\r\n";
  for (let line = 0; ; line++) yield `x-line: ${line}\r\n`;
}

/*
 * The server gives up an idle connection just as the next request comes over it. The client cannot know whether it was read. To a new connection it answers,
 * so that whoever repeats the request has an answer.
 */
const keepAliveRace = family(
  { where: "head", retried: true, ends: "value", primed: true },
  {
    "keep-alive-race": (exchange) => (exchange.nthOfConnection > 1 ? lastWords(exchange, "") : answer(exchange)),
    "keep-alive-race-by-reset": (exchange) =>
      exchange.nthOfConnection > 1 ? exchange.socket.resetAndDestroy() : answer(exchange),
  },
);

const unreadable = family(
  { where: "head", retried: "either", ends: "failure" },
  {
    garbage: (exchange) => lastWords(exchange, "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "binary-garbage": (exchange) => lastWords(exchange, Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])),
    "huge-headers": (exchange) => lastWords(exchange, head(200, { "x-huge": "h".repeat(512 * 1024), "content-length": 0 })),
    "many-headers": (exchange) => lastWords(exchange, head(200, Object.fromEntries(manyHeaders()))),
    "two-lengths": (exchange) => lastWords(exchange, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok!"),
    "length-and-chunks": (exchange) =>
      lastWords(exchange, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
    "length-that-is-none": (exchange) => lastWords(exchange, "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nok"),
    "switching-protocols": (exchange) => lastWords(exchange, head(101, { connection: "upgrade", upgrade: "websocket" })),
  },
);

const manyHeaders = (): [string, string][] => Array.from({ length: 5_000 }, (_, index) => [`x-header-${index}`, "value"]);

export const HEAD_FAULTS: readonly Fault[] = [...cut, ...stalled, ...keepAliveRace, ...unreadable];
