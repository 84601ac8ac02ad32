/*
 * What the status codes of gRPC mean, which Connect and Google's APIs share. Other libraries' codes are small numbers too: a rule asks
 * here after it has recognised the error.
 * Sources: grpc.io, "Status codes"; google.rpc.Code; grpc.io, "Retry" (gRFC A6: pushback); grpc/doc/http-grpc-status-mapping.md;
 * grpc/doc/PROTOCOL-HTTP2.md, "Errors".
 */

import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { classificationWith, type Kind } from "../../core/failure/kind.ts";
import { headerIn, type Verdict, withRetryAfter } from "../shared/index.ts";

/** What each code is, by its number. */
export const RPC_KINDS: readonly (Kind | undefined)[] = [
  undefined, // 0 OK
  "PERMANENT", // 1 CANCELLED
  undefined, // 2 UNKNOWN
  "PERMANENT", // 3 INVALID_ARGUMENT
  "TIMEOUT", // 4 DEADLINE_EXCEEDED
  "PERMANENT", // 5 NOT_FOUND
  "PERMANENT", // 6 ALREADY_EXISTS
  "PERMISSION", // 7 PERMISSION_DENIED
  "RATE_LIMIT", // 8 RESOURCE_EXHAUSTED
  "PERMANENT", // 9 FAILED_PRECONDITION
  "CONCURRENCY", // 10 ABORTED
  "PERMANENT", // 11 OUT_OF_RANGE
  "PERMANENT", // 12 UNIMPLEMENTED
  "SERVER_ERROR", // 13 INTERNAL
  "TRANSIENT", // 14 UNAVAILABLE
  "PERMANENT", // 15 DATA_LOSS: unrecoverable, in the words of its definition
  "AUTH", // 16 UNAUTHENTICATED
];

/** The name of each code, by its number, for clients that write it out. */
export const RPC_NAMES: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

// UNKNOWN says nothing, unless the message has the status of what answered in the service's place: "Received HTTP status code 502".
const HTTP_SERVER_ERROR = /HTTP \D*5/;

// RESOURCE_EXHAUSTED and INTERNAL also stand for messages that cannot be sent: above a size limit, in the words of grpc-js, C core, Go,
// Java, .NET, Rust and Connect, or of a shape that the client cannot write.
const UNSENDABLE = /(message|frame|metadata) (size )?(\d+ )?exceed|larger than|too large|Request message serialization/i;

// INTERNAL and CANCELLED also stand for streams and connections that broke on the way. "Call cancelled" is what grpc-js says when the other
// side resets the stream, as a server that shuts down does; of the caller's own doing it says "Cancelled on client".
const BROKEN = /rst.stream|http.2 (stream|error)|unexpected EOS|connection closed|call cancelled/i;

// FAILED_PRECONDITION also stands for a version that another writer has replaced. Source: Firestore, "Preconditions".
const STALE = /does not match the required base version/i;

// How grpc-js quotes the failure of its credentials.
const FETCHING_TOKEN = /Getting metadata from plugin failed with error: (.*)/s;
const STATUS_IN_WORDS = /status code (\d{3})/;

/** What a status code, given as a number, means in an error with this message. */
export function kindOfRpcCode(code: unknown, message: string): Kind | undefined {
  if (code === 2 && HTTP_SERVER_ERROR.test(message)) return "SERVER_ERROR";
  if ((code === 8 || code === 13) && UNSENDABLE.test(message)) return "PERMANENT";
  if ((code === 1 || code === 13) && BROKEN.test(message)) return "TRANSIENT";
  if (code === 9 && STALE.test(message)) return "CONCURRENCY";
  if (code === 16) return kindOfTokenFailure(message) ?? "AUTH";
  return typeof code === "number" ? RPC_KINDS[code] : undefined;
}

/**
 * UNAUTHENTICATED only reports it where no token could be fetched: what the details quote says why. A code of the system, which no service
 * says of a token, or after the words of grpc-js, those of any client of HTTP. Source: grpc-js src/call-credentials.ts, load-balancing-call.ts.
 */
function kindOfTokenFailure(message: string): Kind | undefined {
  for (const [word] of message.matchAll(/\bE[A-Z]{2,}(_[A-Z]+)?\b/g)) {
    const kind = kindOfSystemCode(word);
    if (kind === "TRANSIENT" || kind === "TIMEOUT") return kind;
  }
  const quoted = FETCHING_TOKEN.exec(message)?.[1];
  if (quoted === undefined) return undefined;
  const status = Number(STATUS_IN_WORDS.exec(quoted)?.[1]);
  if (status >= 500 || status === 429 || status === 408) return kindOfHttpStatus(status);
  if (/timed out|timeout/i.test(quoted)) return "TIMEOUT";
  return /socket hang up|fetch failed|network|premature close/i.test(quoted) ? "TRANSIENT" : undefined;
}

// A signed integer of 32 bits, in decimal digits and nothing else.
const PUSHBACK = /^\d{1,10}$/;
const MOST_PUSHBACK_MS = 2 ** 31 - 1;

/**
 * The kind, with the delay that the metadata ask for; that outweighs what a proxy wrote into `Retry-After`. A server whose pushback is no delay
 * forbids another try, whatever the code is.
 */
export function withPushback(kind: Kind | undefined, metadata: unknown): Verdict {
  const pushback = headerIn(metadata, "grpc-retry-pushback-ms");
  if (pushback === undefined) return kind && withRetryAfter(kind, metadata);
  const delayMs = PUSHBACK.test(pushback) ? Number(pushback) : Infinity;
  if (delayMs > MOST_PUSHBACK_MS) return classificationWith(kind ?? "UNKNOWN", undefined, true);
  return kind && classificationWith(kind, delayMs);
}
