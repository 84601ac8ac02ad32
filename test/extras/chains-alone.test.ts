/* What the rule of one library of chains says, where nobody else is asked: near misses, which words of messages would hide. */
import { describe, expect, test } from "vitest";
import { ethers } from "../../src/extras/chains/ethers.ts";
import { ethereumNodes, kindOfNodeError } from "../../src/extras/chains/node-words.ts";
import { solana } from "../../src/extras/chains/solana.ts";
import { viem } from "../../src/extras/chains/viem.ts";
import { web3 } from "../../src/extras/chains/web3.ts";
import type { Library, Verdict } from "../../src/extras/shared/index.ts";
import { linkOf, verdictOf } from "./ask-alone.ts";

/** What a library says where no rule knew any error of the chain. */
const fallbackOf = ({ meaning }: Library, message: string, fields: object = {}): Verdict =>
  meaning.fallbacks?.[0]?.(linkOf(message, fields));

const ASKS_FOR_3_SECONDS = { "retry-after": "3" };
const LIMITED_FOR_3_SECONDS = { errorClass: "RATE_LIMIT", retryAfterMs: 3_000 };

describe("ethers", () => {
  const ending = (code: string): string => `(a=1, code=${code}, version=6.17.0)`;
  const of = (code: string, fields: object = {}, words = "m"): Verdict =>
    verdictOf(ethers, `${words} ${ending(code)}`, { code, ...fields });

  test("a status stands in the information, in the response, or on the error as in ethers 5", () => {
    expect(of("SERVER_ERROR", { info: { responseStatus: "429 Too Many Requests" } })).toBe("RATE_LIMIT");
    expect(of("SERVER_ERROR", { response: { statusCode: 429 } })).toBe("RATE_LIMIT");
    expect(of("SERVER_ERROR", { status: 429 })).toBe("RATE_LIMIT");
    expect(of("SERVER_ERROR", { statusCode: 429 })).toBeUndefined();
  });

  test("a delay stands in the headers of the answer, and means nothing where there is no status", () => {
    expect(of("SERVER_ERROR", { status: 429, headers: ASKS_FOR_3_SECONDS })).toEqual(LIMITED_FOR_3_SECONDS);
    expect(of("SERVER_ERROR", { headers: ASKS_FOR_3_SECONDS })).toBeUndefined();
  });

  test("the status that a 599 hides stands in the words of the response where there is no information, as in 6.0", () => {
    const of599 = (statusMessage: string): Verdict => of("SERVER_ERROR", { response: { statusCode: 599, statusMessage } });
    expect(of599("CLIENT ESCALATED SERVER ERROR (429 Too Many Requests; exceeded maximum retry limit)")).toBe("RATE_LIMIT");
    expect(of599("BAD REQUEST (invalid data: URI)")).toBe("PERMANENT");
  });

  test("what the node said is looked for in the information, in the error, and in the error of the error", () => {
    const limited = { code: -32000, message: "rate limit exceeded" };
    expect(of("UNKNOWN_ERROR", { info: { error: limited } })).toBe("RATE_LIMIT");
    expect(of("UNKNOWN_ERROR", { error: limited })).toBe("RATE_LIMIT");
    expect(of("UNKNOWN_ERROR", { error: { error: limited } })).toBe("RATE_LIMIT");
    expect(of("UNKNOWN_ERROR", { info: { error: { code: -32000, message: "m" } }, error: limited })).toBe("RATE_LIMIT");
    expect(of("UNKNOWN_ERROR", { info: limited })).toBeUndefined();
  });

  test("what the node said counts where the code says nothing, and not beside a code that does", () => {
    const error = { code: -32000, message: "nonce too low" };
    expect(of("UNKNOWN_ERROR", { error })).toBe("CONCURRENCY");
    expect(of("NETWORK_ERROR", { error })).toBe("TRANSIENT");
    expect(of("UNKNOWN_ERROR")).toBeUndefined();
  });

  test("its codes count only where the message ends as its messages do", () => {
    const of = (message: string): Verdict => verdictOf(ethers, message, { code: "NONCE_EXPIRED" });
    expect(of(`nonce has already been used ${ending("NONCE_EXPIRED")}`)).toBe("CONCURRENCY");
    expect(of("nonce has already been used")).toBeUndefined();
    expect(of(`quoted: ${ending("NONCE_EXPIRED")} by somebody else`)).toBeUndefined();
  });

  test("bad data is PERMANENT where a result could not be decoded, and anything otherwise", () => {
    expect(of("BAD_DATA", {}, "could not decode result data")).toBe("PERMANENT");
    expect(of("BAD_DATA", {}, "invalid value for value.blockNumber")).toBeUndefined();
  });

  test("a provider that failed without a status is the server's error in the end, if it is one of ethers", () => {
    expect(fallbackOf(ethers, `quorum not met ${ending("SERVER_ERROR")}`, { code: "SERVER_ERROR" })).toBe("SERVER_ERROR");
    expect(fallbackOf(ethers, "quorum not met", { code: "SERVER_ERROR" })).toBeUndefined();
    expect(fallbackOf(ethers, `m ${ending("UNKNOWN_ERROR")}`, { code: "UNKNOWN_ERROR" })).toBeUndefined();
  });
});

describe("nodes of Ethereum", () => {
  test("the words of a node may stand in the details, beside a code that nodes have", () => {
    expect(verdictOf(ethereumNodes, "m", { code: -32000, details: "nonce too low" })).toBe("CONCURRENCY");
    expect(verdictOf(ethereumNodes, "Nonce too low", { code: -32000 })).toBe("CONCURRENCY");
    expect(verdictOf(ethereumNodes, "nonce too low", { code: -32001 })).toBeUndefined();
    expect(verdictOf(ethereumNodes, "nonce too low", { code: "-32000" })).toBeUndefined();
  });

  test("a number in the place of the code may be a status of HTTP, and a text may not", () => {
    expect([kindOfNodeError(429, "m"), kindOfNodeError("429", "m"), kindOfNodeError(undefined, "m")]).toEqual([
      "RATE_LIMIT",
      undefined,
      undefined,
    ]);
  });
});

describe("viem", () => {
  const own = { shortMessage: "m", version: "2.57.20" };

  test("its names count only beside both its short message and its version", () => {
    const of = (fields: object): Verdict => verdictOf(viem, "m", { name: "NonceTooLowError", ...fields });
    expect(of(own)).toBe("CONCURRENCY");
    expect(of({ ...own, shortMessage: "" })).toBeUndefined();
    expect(of({ ...own, version: undefined })).toBeUndefined();
    expect(of({})).toBeUndefined();
  });

  test("a request over a WebSocket without an answer may be tried again in the end, if it is one of viem", () => {
    expect(fallbackOf(viem, "m", { name: "WebSocketRequestError", ...own })).toBe("TRANSIENT");
    expect(fallbackOf(viem, "m", { name: "WebSocketRequestError" })).toBeUndefined();
    expect(fallbackOf(viem, "m", { name: "HttpRequestError", ...own })).toBeUndefined();
  });

  test("an error around the answer of a node only wraps it where that answer had a status", () => {
    const wraps = (cause: object, fields: object = own): boolean | undefined =>
      viem.onlyWraps?.(linkOf("m", { cause, ...fields }));
    expect(wraps({ name: "RpcRequestError", status: 429 })).toBe(true);
    expect(wraps({ name: "RpcRequestError" })).toBe(false);
    expect(wraps({ name: "HttpRequestError", status: 429 })).toBe(false);
    expect(wraps({ name: "RpcRequestError", status: 429 }, {})).toBe(false);
  });
});

describe("web3", () => {
  test("its names count only beside numbers from 100 to 1301", () => {
    const of = (code: unknown): Verdict => verdictOf(web3, "m", { name: "ConnectionError", code });
    expect([100, 500, 1301].map(of)).toEqual(["TRANSIENT", "TRANSIENT", "TRANSIENT"]);
    expect([99, 1302, -32000, "500", undefined].map(of)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test("an error of another name says nothing, and one that only wraps does so beside its numbers", () => {
    const wraps = (name: string, code: unknown): boolean | undefined => web3.onlyWraps?.(linkOf("m", { name, code }));
    expect(verdictOf(web3, "m", { name: "ResponseError", code: 100 })).toBeUndefined();
    expect([wraps("TransactionError", 400), wraps("TransactionError", "400"), wraps("ConnectionError", 500)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("Solana", () => {
  const of = (code: unknown, message = "m", context: object = {}): Verdict =>
    verdictOf(solana, message, { name: "SolanaError", context: { __code: code, ...context } });

  test("an answer without a result has its status and its headers in the context", () => {
    const headers = ASKS_FOR_3_SECONDS;
    expect(of(8100002, "m", { statusCode: 429, headers })).toEqual(LIMITED_FOR_3_SECONDS);
    expect(of(8100002, "m", { statusCode: 503 })).toBe("SERVER_ERROR");
    expect(of(8100002, "m", { headers })).toBeUndefined();
    expect(
      verdictOf(solana, "m", { name: "SolanaError", context: { __code: 8100002 }, statusCode: 429, headers }),
    ).toBeUndefined();
  });

  test("a limit may be written in one word, in two, and with a hyphen, and stands at the beginning of a word", () => {
    const of = (message: string): Verdict => verdictOf(solana, message, { name: "SolanaJSONRPCError", code: -32099 });
    expect(of("ratelimit exceeded")).toBe("RATE_LIMIT");
    expect(of("Rate limit exceeded")).toBe("RATE_LIMIT");
    expect(of("you are rate-limited")).toBe("RATE_LIMIT");
    expect(of("the corporate limit")).toBeUndefined();
  });

  test("words about a limit count beside a code of JSON-RPC, and not beside a code that says what it is", () => {
    expect(of(-32005, "rate limit exceeded")).toBe("RATE_LIMIT");
    expect(of(7050008, "rate limit exceeded")).toBe("TRANSIENT");
    expect(of(0, "rate limit exceeded")).toBeUndefined();
  });

  test("a simulation that failed is left to its cause, whatever a program wrote into its logs", () => {
    expect(of(-32002, "Transaction simulation failed: rate limit exceeded")).toBeUndefined();
  });

  test("a code is a number, and one of version 1 in words is none", () => {
    expect([50, 7050005].map((code) => of(code))).toEqual(["PERMANENT", "PERMANENT"]);
    expect(["50", "7050005", undefined].map((code) => of(code))).toEqual([undefined, undefined, undefined]);
    expect(verdictOf(solana, "m", { name: "SolanaJSONRPCError", code: -32005 })).toBe("TRANSIENT");
    expect(verdictOf(solana, "m", { name: "SolanaJSONRPCError", code: "-32005" })).toBeUndefined();
    expect(verdictOf(solana, "Node is behind", { name: "SolanaJSONRPCError", code: "-32005" })).toBe("TRANSIENT");
  });

  test("small codes are PERMANENT but for the two that are listed; others outside all groups say nothing", () => {
    expect([1, 2, 3, 99].map((code) => of(code))).toEqual(["TRANSIENT", "CONCURRENCY", "PERMANENT", "PERMANENT"]);
    expect([-32099, 0, 100, 7049999, 7051000].map((code) => of(code))).toEqual(Array(5).fill(undefined));
  });

  test("a simulation that failed is PERMANENT in the end, if nothing tells why and it is one of Solana", () => {
    const context = { __code: -32002 };
    expect(fallbackOf(solana, "m", { name: "SolanaError", context })).toBe("PERMANENT");
    expect(fallbackOf(solana, "m", { name: "OtherError", context })).toBeUndefined();
    expect(fallbackOf(solana, "m", { name: "SolanaError", context: { __code: 7050000 } })).toBeUndefined();
  });
});
