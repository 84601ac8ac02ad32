/* Which remote calls may be made again, and by which status a caller hears of a stop. */
import {
  AbortRetryError,
  type AttemptFailure,
  AttemptTimeoutError,
  CircuitOpenError,
  DeadlineExceededError,
  LimitedError,
  TransientError,
} from "redress";
import { describe, expect, test } from "vitest";
import { attemptBoundMs, refusalOf, stopOf } from "../../src/clients/rpc/index.ts";

const failed = (value: unknown, retryAfterMs?: number): AttemptFailure => ({
  attempt: 1,
  cause: "exception",
  classification: { errorClass: "TRANSIENT", ...(retryAfterMs !== undefined && { retryAfterMs }) },
  value,
});
const call = { sendsStream: false, isIdempotent: false, howToSay: "say so" };
const grpc = (code: number, details: string, more: object = {}): object => ({ code, details, ...more });
const connect = (code: number, rawMessage: string, cause?: unknown): object => ({ code, rawMessage, details: [], cause });
const system = (code: string): object => Object.assign(new Error(code), { code });

describe("a call of a method that is not known to be idempotent is made again", () => {
  test.each<[string, AttemptFailure]>([
    ["that the server said it was unavailable", failed(grpc(14, "shutting down"))],
    ["that no connection could be made", failed(grpc(14, "No connection established. Last error: Error: read ECONNRESET"))],
    ["that the name of the server is not known", failed(grpc(14, "Name resolution failed for target dns:nowhere"))],
    ["that the server refused the stream", failed(grpc(14, "Stream refused by server"))],
    ["that no stream could be opened", failed(grpc(13, "Failed to start HTTP/2 stream with error Error: gone"))],
    ["that the server said when to come back", failed(grpc(8, "quota"), 40)],
    ["that a policy further in gave its status on", failed(grpc(14, "busy", { cause: grpc(14, "busy") }))],
    ["of Connect that the server said it was unavailable", failed(connect(14, "shutting down"))],
    ["of Connect that was refused", failed(connect(14, "connect ECONNREFUSED", system("ECONNREFUSED")))],
    ["of Connect whose fetch was refused", failed(connect(14, "fetch failed", { cause: system("ECONNREFUSED") }))],
    ["of Connect that a proxy turned away", failed(connect(14, "HTTP 503"))],
  ])("when it is plain %s", (_when, failure) => {
    expect(refusalOf(call, failure)).toBeUndefined();
  });
});

describe("a call of a method that is not known to be idempotent is not made again", () => {
  test.each<[string, AttemptFailure]>([
    ["the connection was lost", failed(grpc(14, "Connection dropped"))],
    ["the connection was reset", failed(grpc(14, "read ECONNRESET"))],
    ["a proxy gave up waiting", failed(grpc(14, "Received HTTP status code 504"))],
    ["a proxy of Connect gave up waiting", failed(connect(14, "HTTP 502"))],
    ["a fetch failed, nobody knows why", failed(connect(14, "Failed to fetch", new TypeError("Failed to fetch")))],
    ["the connection broke", failed(connect(14, "read ETIMEDOUT", system("ETIMEDOUT")))],
    ["a quota is used up, without a time to come back", failed(grpc(8, "quota"))],
    ["the server failed", failed(grpc(13, "bug"))],
    ["a deadline passed", failed(grpc(4, "Deadline exceeded"))],
    ["an attempt took too long", failed(new AttemptTimeoutError({ attempt: 1, timeoutMs: 5 }))],
    ["what failed is no status", failed(undefined)],
    ["its answer was judged a failure", { ...failed({ code: 14, details: "" }), cause: "result" }],
    ["it would be a hedge", undefined as unknown as AttemptFailure],
  ])("when %s", (_when, failure) => {
    expect(refusalOf(call, failure)).toMatch(/idempotent.*: say so$/);
    expect(refusalOf({ ...call, isIdempotent: true }, failure)).toBeUndefined();
  });
});

test("a stream of requests is sent once, idempotent or not", () => {
  const stream = { ...call, isIdempotent: true, sendsStream: true };
  expect(refusalOf(stream, failed(grpc(14, "busy")))).toBe("its requests are a stream, which is sent once");
  expect(refusalOf(stream, undefined)).toBe("its requests are a stream, which is sent once");
});

test.each<[string, unknown, number]>([
  ["an open circuit", new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 1 }), 14],
  ["a full limiter", new LimitedError({ limiter: "l", reason: "full", retryAfterMs: null, why: "w" }), 8],
  ["a deadline", new DeadlineExceededError({ attempt: 1, deadlineMs: 5 }), 4],
  ["an attempt's timeout", new AttemptTimeoutError({ attempt: 1, timeoutMs: 5 }), 4],
  ["an abort", new AbortRetryError("left"), 1],
  ["any other error of ours", new TransientError("t"), 13],
  ["a mistake", new TypeError("m"), 13],
])("%s has a status and keeps its words", (_what, error, code) => {
  expect(stopOf(error)).toEqual({ code, details: (error as Error).message });
});

test("what is thrown and is no error has a status, too", () => {
  expect(stopOf(undefined)).toEqual({ code: 13, details: "undefined" });
});

test.each([
  [100, 500, 105],
  [500, 100, 105],
  [Infinity, 100, 105],
  [100, -3, 2],
  [100, -300, 1],
  [Infinity, Infinity, Infinity],
  [Infinity, 2 ** 40, Infinity],
])("an attempt of %s ms with %s ms left is granted %s ms", (attemptTimeoutMs, remainingMs, boundMs) => {
  expect(attemptBoundMs({ describe: () => ({ retry: { attemptTimeoutMs } }) }, { remainingMs })).toBe(boundMs);
});
