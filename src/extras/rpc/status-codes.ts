/*
 * What the status codes of gRPC mean, which Connect and Google's APIs share. A code alone is nobody's: whoever asks here has recognised
 * the error first. UNKNOWN says nothing, unless the text has the HTTP status of whatever answered in the service's place.
 * Sources: grpc.io "Status codes" and "Retry" (gRFC A6: pushback), grpc/doc/http-grpc-status-mapping.md, PROTOCOL-HTTP2.md "Errors".
 */
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { headersIn, type Verdict, withDelay, withRetryAfter } from "../shared/index.ts";

const CLASSES: readonly (ErrorClass | undefined)[] = [
  undefined,
  "PERMANENT", // CANCELLED
  undefined, // UNKNOWN
  "PERMANENT", // INVALID_ARGUMENT
  "TRANSIENT", // DEADLINE_EXCEEDED
  "PERMANENT", // NOT_FOUND
  "PERMANENT", // ALREADY_EXISTS
  "PERMISSION", // PERMISSION_DENIED
  "RATE_LIMIT", // RESOURCE_EXHAUSTED
  "PERMANENT", // FAILED_PRECONDITION
  "CONCURRENCY", // ABORTED
  "PERMANENT", // OUT_OF_RANGE
  "PERMANENT", // UNIMPLEMENTED
  "SERVER_ERROR", // INTERNAL
  "TRANSIENT", // UNAVAILABLE
  "SERVER_ERROR", // DATA_LOSS
  "AUTH", // UNAUTHENTICATED
];

// RESOURCE_EXHAUSTED and INTERNAL also stand for messages that cannot be sent: above a size limit, in the words of grpc-js, C core, Go,
// Java, .NET, Rust and Connect, or of a shape that the client cannot write.
const UNSENDABLE = /(message|frame|metadata) (size )?(\d+ )?exceed|larger than|too large|Request message ser/i;

// INTERNAL and CANCELLED also stand for streams and connections that broke on the way. "Call cancelled" is what grpc-js says when the other
// side resets the stream, as a server that shuts down does; of the caller's own doing it says "Cancelled on client".
const BROKEN = /rst.stream|http.2 (stream|error)|unexpected EOS|connection closed|call cancelled/i;

/** What a status code, given as a number, means in an error with this message. */
export function classOfRpcCode(code: unknown, text: string): ErrorClass | undefined {
  if (code === 2 && /HTTP \D*5/.test(text)) return "SERVER_ERROR";
  if ((code === 8 || code === 13) && UNSENDABLE.test(text)) return "PERMANENT";
  if ((code === 1 || code === 13) && BROKEN.test(text)) return "TRANSIENT";
  return typeof code === "number" ? CLASSES[code] : undefined;
}

/**
 * The class, with the delay that the metadata ask for. A server whose pushback is no delay forbids another try; one that is
 * outweighs what a proxy wrote into `Retry-After`.
 */
export function withPushback(errorClass: ErrorClass | undefined, metadata: unknown): Verdict {
  const pushback = headersIn(metadata)("grpc-retry-pushback-ms");
  if (!pushback) return errorClass && withRetryAfter(errorClass, metadata);
  const delayMs = Number.parseFloat(pushback);
  return delayMs >= 0 ? errorClass && withDelay(errorClass, delayMs) : "PERMANENT";
}
