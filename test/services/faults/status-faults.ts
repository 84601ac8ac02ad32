/* Whole answers that say that they failed, with Retry-After in all its forms; and those that name another place. */
import { answer } from "./exchange.ts";
import { type Fault, family } from "./fault.ts";

/** Of all statuses that are registered, and some that are not: whether every client's policy retries them. */
const RETRIED: Readonly<Record<number, boolean | "either">> = {
  400: false,
  401: false,
  402: false,
  403: false,
  404: false,
  405: false,
  406: false,
  // `fetch` calls it a network error.
  407: "either",
  408: true,
  // Only where it is asked for.
  409: "either",
  410: false,
  411: false,
  412: false,
  413: "either",
  414: false,
  415: false,
  416: false,
  417: false,
  418: false,
  422: false,
  423: "either",
  424: false,
  425: true,
  426: false,
  428: false,
  429: true,
  431: false,
  451: false,
  499: false,
  500: true,
  501: "either",
  502: true,
  503: true,
  504: true,
  505: "either",
  506: "either",
  507: "either",
  508: "either",
  510: "either",
  511: "either",
  520: true,
  529: true,
  599: true,
};

const statuses = Object.entries(RETRIED).flatMap(([status, retried]) =>
  family(
    { where: "status", retried, ends: "either", status: Number(status) },
    { [status]: (exchange) => answer(exchange, Number(status)) },
  ),
);

/** The server is not the right one, and has done nothing. RFC 9110, 15.5.20: a client may ask again over another connection, and undici's `fetch` does. */
const misdirected = family(
  { where: "status", retried: "either", ends: "either", status: 421, platformRepeats: true },
  { "421": (exchange) => answer(exchange, 421) },
);

const MUCH = "x".repeat(400_000);
const MUCH_BYTES = Buffer.from(MUCH);

/** More than clients read ahead: whoever throws it away unread keeps its connection. */
const big = family(
  { where: "status", retried: true, ends: "either", status: 503, text: MUCH },
  { "503-with-a-big-body": (exchange) => answer(exchange, 503, {}, MUCH_BYTES) },
);

const retryAfter = family(
  { where: "status", retried: true, ends: "either", status: 503 },
  Object.fromEntries(
    Object.entries<() => Readonly<Record<string, string>>>({
      zero: () => ({ "retry-after": "0" }),
      "a-fraction": () => ({ "retry-after": "0.01" }),
      "in-milliseconds": () => ({ "retry-after-ms": "5" }),
      "a-date": () => ({ "retry-after": new Date().toUTCString() }),
      "a-date-long-ago": () => ({ "retry-after": "Fri, 31 Dec 1999 23:59:59 GMT" }),
      "no-number": () => ({ "retry-after": "soon" }),
      negative: () => ({ "retry-after": "-5" }),
      empty: () => ({ "retry-after": "" }),
    }).map(([form, headers]) => [`retry-after-${form}`, (exchange) => answer(exchange, 503, headers())]),
  ),
);

/** It does not fit the deadline: the policy stops at once. */
const tomorrow = family(
  { where: "status", retried: false, ends: "either", status: 503 },
  {
    "retry-after-tomorrow": (exchange) => answer(exchange, 503, { "retry-after": "86400" }),
    "retry-after-next-year": (exchange) =>
      answer(exchange, 503, { "retry-after": new Date(Date.now() + 365 * 86_400_000).toUTCString() }),
  },
);

export const STATUS_FAULTS: readonly Fault[] = [...statuses, ...misdirected, ...big, ...retryAfter, ...tomorrow];
