/*
 * What the status codes of gRPC mean, which Connect and Google's APIs share. Other libraries' codes are small numbers too: a rule asks
 * here after it has recognised the error.
 * Sources: grpc.io, "Status codes"; google.rpc.Code; grpc.io, "Retry" (gRFC A6: pushback); grpc/doc/http-grpc-status-mapping.md;
 * grpc/doc/PROTOCOL-HTTP2.md, "Errors".
 */
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { headerIn, type Verdict, withRetryAfter } from "../shared/index.ts";

/** The class of each code, by its number. */
export const RPC_CLASSES: readonly (ErrorClass | undefined)[] = [
  undefined, // 0 OK
  "PERMANENT", // 1 CANCELLED
  undefined, // 2 UNKNOWN
  "PERMANENT", // 3 INVALID_ARGUMENT
  "TRANSIENT", // 4 DEADLINE_EXCEEDED
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
  "SERVER_ERROR", // 15 DATA_LOSS
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

/** What a status code, given as a number, means in an error with this message. */
export function classOfRpcCode(code: unknown, message: string): ErrorClass | undefined {
  if (code === 2 && HTTP_SERVER_ERROR.test(message)) return "SERVER_ERROR";
  if ((code === 8 || code === 13) && UNSENDABLE.test(message)) return "PERMANENT";
  if ((code === 1 || code === 13) && BROKEN.test(message)) return "TRANSIENT";
  return typeof code === "number" ? RPC_CLASSES[code] : undefined;
}

/**
 * The class, with the delay that the metadata ask for. A server whose pushback is no delay forbids another try; one that is
 * outweighs what a proxy wrote into `Retry-After`.
 */
export function withPushback(errorClass: ErrorClass | undefined, metadata: unknown): Verdict {
  const pushback = headerIn(metadata, "grpc-retry-pushback-ms");
  if (!pushback) return errorClass && withRetryAfter(errorClass, metadata);
  const retryAfterMs = Number.parseFloat(pushback);
  return retryAfterMs >= 0 ? errorClass && { errorClass, retryAfterMs } : "PERMANENT";
}
