import type { ErrorClass } from "redress";
import { connectClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("connectrpc", connectClassifier);

/** As `@connectrpc/connect` throws it; the class of the error is minified. */
const connectError = (code: number, rawMessage = "m", metadata: Record<string, string> = {}, cause?: unknown): Error =>
  Object.assign(new (class a extends Error {})(`[code_${code}] ${rawMessage}`), {
    name: "ConnectError",
    rawMessage,
    code,
    metadata: new Headers(metadata),
    details: [],
    cause,
  });

const system = (code: string): Error => Object.assign(new Error(`read ${code}`), { code });

test.each<[string, number, ErrorClass]>([
  ["Canceled", 1, "PERMANENT"],
  ["Unknown", 2, "UNKNOWN"],
  ["InvalidArgument", 3, "PERMANENT"],
  ["DeadlineExceeded", 4, "TRANSIENT"],
  ["NotFound", 5, "PERMANENT"],
  ["AlreadyExists", 6, "PERMANENT"],
  ["PermissionDenied", 7, "PERMISSION"],
  ["ResourceExhausted", 8, "RATE_LIMIT"],
  ["FailedPrecondition", 9, "PERMANENT"],
  ["Aborted", 10, "CONCURRENCY"],
  ["OutOfRange", 11, "PERMANENT"],
  ["Unimplemented", 12, "PERMANENT"],
  ["Internal", 13, "SERVER_ERROR"],
  ["Unavailable", 14, "TRANSIENT"],
  ["DataLoss", 15, "PERMANENT"],
  ["Unauthenticated", 16, "AUTH"],
])("%s (%i) is %s", (_name, code, errorClass) => {
  const answer = code === 4 ? { errorClass, timeout: true } : errorClass;
  expect(connectClassifier(connectError(code))).toEqual(answer);
  expect(connectClassifier(new Error("wrapped", { cause: connectError(code) }))).toEqual(answer);
});

describe("the cause decides where the code stands for anything", () => {
  test.each<[ErrorClass, number, unknown]>([
    ["TRANSIENT", 2, system("ECONNRESET")],
    ["TRANSIENT", 10, system("ECONNRESET")],
    ["TRANSIENT", 10, system("ERR_STREAM_DESTROYED")],
    ["TRANSIENT", 10, system("ERR_STREAM_WRITE_AFTER_END")],
    ["TRANSIENT", 13, system("EHOSTUNREACH")],
    ["TRANSIENT", 14, system("ECONNREFUSED")],
    ["PERMANENT", 13, system("DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["TRANSIENT", 13, new TypeError("fetch failed", { cause: system("ECONNRESET") })],
    ["SERVER_ERROR", 13, new Error("parse error")],
    ["UNKNOWN", 2, new Error("no idea")],
  ])("%s: code %i because of %s", (errorClass, code, cause) => {
    expect(classOf(connectClassifier, connectError(code, (cause as Error).message, {}, cause))).toBe(errorClass);
  });

  test.each(["Failed to fetch", "Load failed", "NetworkError when attempting to fetch resource."])(
    "a browser says %s",
    (message) => {
      expect(connectClassifier(connectError(13, message, {}, new TypeError(message)))).toBe("TRANSIENT");
    },
  );
});

test.each<[unknown, number, string]>([
  [{ errorClass: "TRANSIENT", timeout: true }, 1, "The operation was aborted due to timeout"],
  ["TRANSIENT", 1, "received GOAWAY without any open streams"],
  ["TRANSIENT", 1, "http/2 stream closed with error code CANCEL (0x8)"],
  ["PERMANENT", 1, "This operation was aborted"],
  ["TRANSIENT", 13, "http/2 stream closed with error code INTERNAL_ERROR (0x2)"],
  ["TRANSIENT", 14, "http/2 stream closed with error code REFUSED_STREAM (0x7)"],
  ["RATE_LIMIT", 8, "http/2 stream closed with error code ENHANCE_YOUR_CALM (0xb)"],
  ["PERMANENT", 8, "message size 10 is larger than configured readMaxBytes 1"],
  ["PERMANENT", 8, "message size 10 is larger than configured writeMaxBytes 1"],
  ["PERMANENT", 8, "message is larger than configured readMaxBytes 1 after decompression"],
  ["PERMANENT", 8, "message size 5 exceeded sendMaxBytes 4"],
  ["SERVER_ERROR", 2, "HTTP 500"],
  ["UNKNOWN", 2, "HTTP 301"],
  ["TRANSIENT", 14, "HTTP 429"],
])("%j: code %i, %s", (answer, code, message) => {
  expect(connectClassifier(connectError(code, message))).toEqual(answer);
});

test.each<[unknown, number, Record<string, string>]>([
  [{ errorClass: "TRANSIENT", retryAfterMs: 7000 }, 14, { "Retry-After": "7" }],
  [{ errorClass: "RATE_LIMIT", retryAfterMs: 1500 }, 8, { "grpc-retry-pushback-ms": "1500", "retry-after": "7" }],
  [{ errorClass: "TRANSIENT", retry: false }, 14, { "grpc-retry-pushback-ms": "-1" }],
  ["TRANSIENT", 14, { "retry-after": "soon" }],
])("%j for code %i with %j", (answer, code, metadata) => {
  expect(connectClassifier(connectError(code, "m", metadata))).toEqual(answer);
});

test.each<[string, unknown]>([
  ["a number alone", { code: 14 }],
  ["a gRPC client's", { code: 14, details: "d", metadata: {} }],
  ["somebody else's ConnectError", { name: "ConnectError", code: 14 }],
  ["a code outside the table", connectError(99)],
])("does not know %s", (_whose, error) => {
  expect(connectClassifier(error)).toBe("UNKNOWN");
});
