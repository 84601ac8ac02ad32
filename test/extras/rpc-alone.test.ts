/* What the rules of gRPC, Connect, tRPC, JSON-RPC and GraphQL say of an error, where no other rule is asked. */
import { describe, expect, test } from "vitest";
import { connect } from "../../src/extras/rpc/connect.ts";
import { graphql } from "../../src/extras/rpc/graphql.ts";
import { grpc } from "../../src/extras/rpc/grpc.ts";
import { jsonRpc, kindOfJsonRpc } from "../../src/extras/rpc/json-rpc.ts";
import { kindOfRpcCode } from "../../src/extras/rpc/status-codes.ts";
import { trpc } from "../../src/extras/rpc/trpc.ts";
import type { Verdict } from "../../src/extras/shared/index.ts";
import { verdictOf } from "./ask-alone.ts";

const headers = { "retry-after": "3" };
const TIMEOUT = { errorClass: "TRANSIENT", timeout: true };

describe("Connect", () => {
  const of = (fields: object, message = "m"): Verdict => verdictOf(connect, message, { rawMessage: "m", ...fields });

  test("a code is a number", () => {
    expect(of({ code: 14 })).toBe("TRANSIENT");
    expect(of({ code: "14", cause: { code: "ECONNRESET" } })).toBeUndefined();
    expect(verdictOf(connect, "m", { code: 14 })).toBeUndefined();
  });

  test("words about the way there count where the client made the error, or the call was canceled", () => {
    expect(of({ code: 2, cause: {} }, "fetch failed")).toBe("TRANSIENT");
    expect(of({ code: 2, cause: {} }, "timeout")).toEqual(TIMEOUT);
    expect(of({ code: 1 }, "timeout")).toEqual(TIMEOUT);
    expect(of({ code: 2 }, "timeout")).toBeUndefined();
    expect(of({ code: 2, cause: {} })).toBeUndefined();
    expect(of({ code: 10, cause: {} })).toBe("TRANSIENT");
    expect(of({ code: 10 })).toBe("CONCURRENCY");
  });
});

describe("gRPC", () => {
  test("a channel that was not ready in time says so first", () => {
    expect(verdictOf(grpc, "Failed to connect before the deadline")).toBe("TIMEOUT");
    expect(verdictOf(grpc, "They say: Failed to connect before the deadline")).toBeUndefined();
  });

  test("what cannot be sent is blamed on the request, for the two codes that say so", () => {
    for (const words of [
      "message 4194305 exceeds the limit",
      "frame size exceeds",
      "metadata exceeds",
      "larger than 4 MB",
      "too large",
    ])
      expect([8, 13, 14].map((code) => kindOfRpcCode(code, words))).toEqual(["PERMANENT", "PERMANENT", "TRANSIENT"]);
    expect(kindOfRpcCode(13, "Request message serialization failure")).toBe("PERMANENT");
    expect([8, 13].map((code) => kindOfRpcCode(code, "m"))).toEqual(["RATE_LIMIT", "SERVER_ERROR"]);
  });

  test("a stale version is a conflict under one code alone", () => {
    const words = "the stored version does not match the required base version";
    expect([9, 11].map((code) => kindOfRpcCode(code, words))).toEqual(["CONCURRENCY", "PERMANENT"]);
  });

  test("a code that is a text, or that nobody has, says nothing", () => {
    expect([kindOfRpcCode("14", "m"), kindOfRpcCode(17, "m"), kindOfRpcCode(-1, "m")]).toEqual([undefined, undefined, undefined]);
  });

  test("credentials that could not be fetched are the failure of who gives them", () => {
    const of = (words: string): Verdict => kindOfRpcCode(16, words);
    const fetching = (words: string): Verdict => of(`Getting metadata from plugin failed with error: ${words}`);
    expect([of("connect ECONNREFUSED"), of("ETIMEDOUT"), of("EPROTO"), of("m")]).toEqual([
      "TRANSIENT",
      "TIMEOUT",
      "AUTH",
      "AUTH",
    ]);
    const statuses = [408, 429, 499, 500, 503].map((status) => fetching(`Request failed with status code ${status}`));
    expect(statuses).toEqual(["TIMEOUT", "RATE_LIMIT", "AUTH", "SERVER_ERROR", "SERVER_ERROR"]);
    expect([fetching("it timed out"), fetching("socket hang up"), fetching("no such key")]).toEqual([
      "TIMEOUT",
      "TRANSIENT",
      "AUTH",
    ]);
    expect([of("it timed out"), of("socket hang up")]).toEqual(["AUTH", "AUTH"]);
  });
});

describe("tRPC", () => {
  const client = (fields: object): Verdict => verdictOf(trpc, "m", { name: "TRPCClientError", ...fields });
  const server = (fields: object): Verdict => verdictOf(trpc, "m", { name: "TRPCError", ...fields });

  test("a socket that was closed has a name", () => {
    expect(verdictOf(trpc, "m", { name: "TRPCWebSocketClosedError" })).toBe("TRANSIENT");
    expect(verdictOf(trpc, "m", { name: "Error", code: "CONFLICT" })).toBeUndefined();
  });

  test("on the server, what is wrapped by an internal error is asked itself", () => {
    expect(server({ code: "INTERNAL_SERVER_ERROR" })).toBe("SERVER_ERROR");
    expect(server({ code: "INTERNAL_SERVER_ERROR", cause: new Error("m") })).toBeUndefined();
    expect(server({ code: "CONFLICT" })).toBe("CONCURRENCY");
    expect(server({ code: "CONFLICT", cause: new Error("m") })).toBe("CONCURRENCY");
  });

  test("to the client, the data have a status or a code, and an answer without data its own status", () => {
    expect(client({ data: { httpStatus: 429, code: "CONFLICT" } })).toBe("RATE_LIMIT");
    expect(client({ data: { code: "CONFLICT" } })).toBe("CONCURRENCY");
    expect(client({ meta: { response: { status: 502 } } })).toBe("SERVER_ERROR");
    expect(client({ meta: { response: { status: 503, headers } } })).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: 3_000 });
    expect(client({})).toBeUndefined();
    expect(client({ cause: new SyntaxError("m") })).toBe("UNKNOWN");
  });
});

describe("JSON-RPC", () => {
  const of = (code: unknown, fields: object = {}, message = "m"): Verdict => verdictOf(jsonRpc, message, { code, ...fields });

  test("codes are the numbers from -32899 to -32000, and words count before the table", () => {
    expect([-32_900, -32_899, -32_000, -31_999].map((code) => kindOfJsonRpc(code, "timeout"))).toEqual([
      undefined,
      "TIMEOUT",
      "TIMEOUT",
      undefined,
    ]);
    expect(kindOfJsonRpc("-32000", "timeout")).toBeUndefined();
    expect(kindOfJsonRpc(-32_005, "m")).toBe("RATE_LIMIT");
    expect(kindOfJsonRpc(-32_005, "timeout")).toBe("TIMEOUT");
  });

  test("a code that blames the request does so in spite of words", () => {
    expect([-32_700, -32_600, -32_601, -32_602].map((code) => kindOfJsonRpc(code, "timeout"))).toEqual(
      new Array(4).fill("PERMANENT"),
    );
  });

  test("the words of the server also stand in the details", () => {
    expect(of(-32_000, { details: "rate limit" })).toBe("RATE_LIMIT");
    expect(of(-32_000)).toBeUndefined();
  });

  test("a sure status outweighs the code, but for a method that is not served; any status outweighs a vague code", () => {
    expect([of(-32_005), of(-32_005, { status: 400 }), of(-32_005, { status: 503 })]).toEqual([
      "RATE_LIMIT",
      "RATE_LIMIT",
      undefined,
    ]);
    expect([of(-32_601, { status: 403 }), of(-32_004, { status: 403 })]).toEqual(["PERMANENT", "PERMANENT"]);
    expect([of(-32_603), of(-32_603, { status: 400 })]).toEqual(["SERVER_ERROR", undefined]);
  });

  test("a small number is a wallet's beside a name or a word of a wallet", () => {
    expect([of(4900), of("4900", { name: "ProviderRpcError" })]).toEqual([undefined, undefined]);
    expect(of(4900, { name: "ProviderRpcError" })).toBe("TRANSIENT");
    expect(of(4900, { name: "ProviderRpcErrorOfMine" })).toBeUndefined();
    expect(of(4001, {}, "user rejected the request")).toBe("PERMANENT");
  });
});

describe("GraphQL", () => {
  const of = (extensions: unknown, fields: object = {}): Verdict => verdictOf(graphql, "m", { extensions, ...fields });

  test("codes, statuses and types stand in the extensions, in this order", () => {
    expect(of({ code: "time-limit-exceeded", status: 404 })).toEqual(TIMEOUT);
    for (const status of [
      { http: { status: 503 } },
      { response: { status: 503 } },
      { status: 503 },
      { statusCode: 503 },
      { originalError: { statusCode: 503 } },
      { code: "503" },
    ])
      expect(of(status)).toBe("SERVER_ERROR");
    expect(of({ code: "UNAUTHENTICATED", status: 503 })).toBe("SERVER_ERROR");
    expect([
      of({ code: "UNAUTHENTICATED" }),
      of({ type: "UNAUTHENTICATED" }),
      of({ exception: { code: "UNAUTHENTICATED" } }),
    ]).toEqual(["AUTH", "AUTH", "AUTH"]);
    expect([of({}), of(null), of("503"), of(undefined)]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("a status is a number from 400 on, or its digits", () => {
    expect([of({ status: 400 }), of({ status: "503" })]).toEqual(["PERMANENT", "SERVER_ERROR"]);
    expect([of({ status: 302 }), of({ status: "5030" }), of({ status: "down" })]).toEqual([undefined, undefined, undefined]);
  });

  test("the errors stand in a list, by the client's name for it; of the error itself, the extensions alone count", () => {
    const errors = [{ extensions: { code: "UNAUTHENTICATED" } }];
    expect(of(undefined, { graphQLErrors: errors })).toBe("AUTH");
    expect(of(undefined, { response: { errors } })).toBe("AUTH");
    expect(of(undefined, { errors, name: "CombinedGraphQLErrors" })).toBe("AUTH");
    expect(of(undefined, { errors })).toBeUndefined();
    expect(of(undefined, { graphQLErrors: [{ type: "RATE_LIMITED" }] })).toBe("RATE_LIMIT");
    expect(of(undefined, { type: "RATE_LIMITED" })).toBeUndefined();
  });

  test("the first three of a list are read", () => {
    const among = (place: number): Verdict => {
      const graphQLErrors: object[] = Array.from({ length: place }, () => ({ message: "m" }));
      return of(undefined, { graphQLErrors: [...graphQLErrors, { extensions: { code: "UNAUTHENTICATED" } }] });
    };
    expect([among(0), among(2), among(3)]).toEqual(["AUTH", "AUTH", undefined]);
  });
});
