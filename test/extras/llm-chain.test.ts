/* Clients of models, of chains, of GraphQL and of JSON-RPC: what their sources say, beside what was recorded of them. */
import type { Classification } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { ETHERS_CODES } from "../../src/extras/chains/ethers.ts";
import { NODE_WORDS } from "../../src/extras/chains/node-words.ts";
import { SEND_WORDS, SOLANA_CODES, SOLANA_NAMES, SOLANA_RPC_CODES } from "../../src/extras/chains/solana.ts";
import { VIEM_NAMES } from "../../src/extras/chains/viem.ts";
import { WEB3_NAMES } from "../../src/extras/chains/web3.ts";
import { USED_UP } from "../../src/extras/common/index.ts";
import { LANGCHAIN_CODES, LANGCHAIN_NAMES } from "../../src/extras/http/langchain.ts";
import { GRAPHQL_CODES } from "../../src/extras/rpc/graphql.ts";
import { JSON_RPC_CODES, WALLET_CODES } from "../../src/extras/rpc/json-rpc.ts";
import { TRPC_CODES } from "../../src/extras/rpc/trpc.ts";
import { ELEVENLABS_CODES } from "../../src/extras/services/elevenlabs.ts";
import { REPLICATE_CODES } from "../../src/extras/services/replicate.ts";

/** The class, or "TIMEOUT" and "GATEWAY_TIMEOUT" where it is one. */
function kindOf(error: unknown): string {
  const answer = universalClassifier(error);
  const { errorClass, timeout } = typeof answer === "string" ? { errorClass: answer } : (answer as Classification);
  if (!timeout) return errorClass;
  return errorClass === "SERVER_ERROR" ? "GATEWAY_TIMEOUT" : "TIMEOUT";
}

const delayOf = (error: unknown): number | undefined => (universalClassifier(error) as Classification).retryAfterMs;

const thrown = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

type Row = readonly [kind: string, code: string | number];

/** Every code of a table, with what it means. */
const rows = (table: Readonly<Record<string, readonly (string | number)[]>>): readonly Row[] =>
  Object.entries(table).flatMap(([kind, codes]) => codes.map((code) => [kind, code] as const));

const viemError = (name: string, fields: object = {}): Error =>
  thrown("m\n\nVersion: viem@2.57.20", { name, shortMessage: "m", version: "2.57.20", metaMessages: undefined, ...fields });

const ethersError = (code: string, message = "m", fields: object = {}): Error =>
  thrown(`${message} (a=1, code=${code}, version=6.17.0)`, { code, shortMessage: message, ...fields });

const solanaError = (code: number, fields: object = {}): Error =>
  thrown("m", { name: "SolanaError", context: { __code: code }, ...fields });

const elevenLabsError = (statusCode: number, detail: object): Error =>
  thrown(`Status code: ${statusCode}`, { name: "ElevenLabsError", statusCode, body: { detail } });

describe("every code of a table is heard where the library puts it", () => {
  const TABLES: readonly (readonly [table: string, rows: readonly Row[], error: (code: string | number) => unknown])[] = [
    ["JSON-RPC's codes", rows(JSON_RPC_CODES), (code) => thrown("m", { code })],
    ["JSON-RPC's codes, in the answer alone", rows(JSON_RPC_CODES), (code) => thrown("m", { cause: { code, message: "m" } })],
    ["codes of wallets", rows(WALLET_CODES), (code) => thrown("MetaMask: the wallet says no", { code })],
    ["words of Ethereum's nodes", rows(NODE_WORDS), (words) => thrown(`err: ${words} 1`, { code: -32000 })],
    ["ethers' codes", rows(ETHERS_CODES), (code) => ethersError(`${code}`)],
    ["viem's names", rows(VIEM_NAMES), (name) => viemError(`${name}`)],
    ["web3's names", rows(WEB3_NAMES), (name) => thrown("m", { name, code: 429 })],
    ["Solana's codes of JSON-RPC", rows(SOLANA_RPC_CODES), (code) => thrown("m", { name: "SolanaJSONRPCError", code })],
    ["Solana's codes of JSON-RPC, in version 2", rows(SOLANA_RPC_CODES), (code) => solanaError(code as number)],
    ["Solana's codes of version 2", rows(SOLANA_CODES), (code) => solanaError(code as number)],
    ["Solana's names", rows(SOLANA_NAMES), (name) => thrown("m", { name, signature: "s" })],
    [
      "words of Solana's simulations",
      rows(SEND_WORDS),
      (words) => thrown("Simulation failed. ", { transactionMessage: `m ${words} m`, transactionLogs: [] }),
    ],
    ["tRPC's codes", rows(TRPC_CODES), (code) => thrown("m", { name: "TRPCClientError", data: { code } })],
    ["tRPC's codes, on the server", rows(TRPC_CODES), (code) => thrown("m", { name: "TRPCError", code })],
    [
      "GraphQL's codes",
      rows(GRAPHQL_CODES),
      (code) =>
        thrown("Connection terminated", {
          name: "CombinedGraphQLErrors",
          errors: [{ message: "Connection terminated", extensions: { code } }],
        }),
    ],
    ["LangChain's names", rows(LANGCHAIN_NAMES), (name) => thrown("m", { name, status: 429 })],
    ["LangChain's codes", rows(LANGCHAIN_CODES), (code) => thrown("m", { lc_error_code: code })],
    [
      "quotas that are used up",
      rows(USED_UP),
      (code) => thrown("m", { status: 429, error: { error: { code } }, headers: { "retry-after": "1" } }),
    ],
    ["ElevenLabs' codes", rows(ELEVENLABS_CODES), (code) => elevenLabsError(401, { status: code })],
    ["ElevenLabs' codes, in newer answers", rows(ELEVENLABS_CODES), (code) => elevenLabsError(429, { code, type: "m" })],
  ];

  describe.each(TABLES)("%s", (_table, codes, error) => {
    test.each(codes)("%s: %s", (kind, code) => {
      expect(kindOf(error(code))).toBe(kind);
      expect(kindOf(thrown("Could not send the order", { cause: error(code) }))).toBe(kind);
    });
  });

  test.each(rows(REPLICATE_CODES))("Replicate's %s: %s", (kind, code) => {
    const words = `${code}`.startsWith("E") ? `something (${code})` : `something (code: ${code})`;
    expect(kindOf(thrown(`Prediction failed: ${words}`))).toBe(kind);
  });
});

describe("JSON-RPC", () => {
  test.each<[string, number, string, string]>([
    ["a limit of the provider", -32005, "daily request count exceeded, request rate limited", "RATE_LIMIT"],
    ["a query whose answer would be too long", -32005, "query returned more than 10000 results", "PERMANENT"],
    ["a timeout of MCP", -32001, "MCP error -32001: Request timed out", "TIMEOUT"],
    ["a connection of MCP that was closed", -32000, "MCP error -32000: Connection closed", "TRANSIENT"],
    ["a resource that MCP does not find", -32002, "MCP error -32002: Resource file:///a not found", "PERMANENT"],
    ["a resource that Ethereum does not find", -32001, "Resource not found", "PERMANENT"],
    ["a limit under a code of its own", -32016, "over rate limit", "RATE_LIMIT"],
    ["a code that stands for anything", -32000, "Server error", "UNKNOWN"],
  ])("tells %s by its words", (_what, code, message, kind) => {
    expect(kindOf(thrown(message, { code }))).toBe(kind);
  });

  test("hears a status that says more than the code, with its delay", () => {
    const limited = thrown("m", { code: -32603, status: 429, headers: { "retry-after": "7" } });
    expect(kindOf(limited)).toBe("RATE_LIMIT");
    expect(delayOf(limited)).toBe(7000);
    expect(kindOf(thrown("Must be authenticated!", { code: -32600, status: 401 }))).toBe("AUTH");
    expect(kindOf(thrown("m", { code: -32601, status: 403 }))).toBe("PERMANENT");
  });

  test("is not what a small number is that no wallet speaks of", () => {
    for (const code of [4001, 4004, 4100, 4900, 5000]) expect(kindOf(thrown("The session is over", { code }))).toBe("UNKNOWN");
  });
});

describe("Ethereum", () => {
  const nodeSays = (code: number, message: string) => ({ code, message });

  test("what a node answers counts where ethers only says that the call failed", () => {
    const info = { error: nodeSays(-32005, "rate limited") };
    expect(kindOf(ethersError("CALL_EXCEPTION", "missing revert data", { info }))).toBe("RATE_LIMIT");
    expect(kindOf(ethersError("CALL_EXCEPTION", "execution reverted", { info: {} }))).toBe("PERMANENT");
    expect(kindOf(ethersError("UNKNOWN_ERROR", "could not coalesce error", { error: nodeSays(-32603, "m") }))).toBe(
      "SERVER_ERROR",
    );
    expect(kindOf(ethersError("UNKNOWN_ERROR", "could not coalesce error", { error: nodeSays(429, "m") }))).toBe("RATE_LIMIT");
    expect(kindOf(ethersError("UNKNOWN_ERROR", "received unexpected message"))).toBe("UNKNOWN");
  });

  test.each<[string, string, object, string]>([
    ["the status that ethers' 599 hides", "599 CLIENT ESCALATED SERVER ERROR (503 Service Unavailable; m)", {}, "SERVER_ERROR"],
    ["a 599 of ethers' own", "599 BAD REQUEST (invalid data: URI)", {}, "PERMANENT"],
    ["a status that it did not change", "404 Not Found", {}, "PERMANENT"],
  ])("reads %s", (_what, responseStatus, fields, kind) => {
    const response = { statusCode: Number(responseStatus.slice(0, 3)), headers: {} };
    expect(kindOf(ethersError("SERVER_ERROR", "server response", { info: { responseStatus }, response, ...fields }))).toBe(kind);
  });

  test.each<[string, string, object, string]>([
    ["SERVER_ERROR", "quorum not met", { info: { results: [] } }, "SERVER_ERROR"],
    ["NETWORK_ERROR", "network changed: 1 => 5 ", {}, "PERMANENT"],
    ["BAD_DATA", "missing response for request", {}, "SERVER_ERROR"],
    ["BAD_DATA", "could not decode result data", {}, "PERMANENT"],
    ["OFFCHAIN_FAULT", "error encountered during CCIP fetch", { reason: "500_SERVER_ERROR" }, "SERVER_ERROR"],
    ["OFFCHAIN_FAULT", "response not found during CCIP fetch", { reason: "404_MISSING_RESOURCE" }, "PERMANENT"],
    ["UNSUPPORTED_OPERATION", "response body is not valid JSON", {}, "UNKNOWN"],
    ["UNPREDICTABLE_GAS_LIMIT", "cannot estimate gas", {}, "PERMANENT"],
  ])("ethers' %s that says %s is what its words say", (code, message, fields, kind) => {
    expect(kindOf(ethersError(code, message, fields))).toBe(kind);
  });

  test("a transaction that is known already is sent no second time, whatever viem calls it", () => {
    expect(kindOf(viemError("NonceTooLowError", { details: "already known" }))).toBe("PERMANENT");
    expect(kindOf(viemError("NonceTooLowError", { details: "nonce too low" }))).toBe("CONCURRENCY");
  });

  test("viem's errors by code have lost the status that the answer had", () => {
    const cause = viemError("RpcRequestError", { code: -32005, status: 429, headers: { "retry-after": "7" } });
    const limited = viemError("LimitExceededRpcError", { code: -32005, cause });
    expect(kindOf(limited)).toBe("RATE_LIMIT");
    expect(delayOf(limited)).toBe(7000);
  });

  test("web3's numbers are no statuses, and what it wraps says more", () => {
    const cause = { code: -32000, message: "nonce too low" };
    expect(kindOf(thrown("m", { name: "ContractExecutionError", code: 310, cause }))).toBe("CONCURRENCY");
    expect(kindOf(thrown("m", { name: "TransactionError", code: 400 }))).toBe("UNKNOWN");
    expect(kindOf(thrown("Returned error: m", { name: "ResponseError", code: 100, statusCode: 503 }))).toBe("SERVER_ERROR");
  });

  test("names that web3 shares with others are its own beside its numbers only", () => {
    expect(kindOf(thrown("m", { name: "InvalidPasswordError" }))).toBe("AUTH");
    expect(kindOf(thrown("m", { name: "InvalidPasswordError", code: 706 }))).toBe("PERMANENT");
  });
});

describe("Solana", () => {
  test("a node behind is no rate limit, and a rate limit is no skipped slot", () => {
    expect(kindOf(thrown("Node is behind by 42 slots", { name: "SolanaJSONRPCError", code: -32005 }))).toBe("TRANSIENT");
    const limit = "50/second request limit reached - reduce calls per second";
    expect(kindOf(thrown(limit, { name: "SolanaJSONRPCError", code: -32007 }))).toBe("RATE_LIMIT");
    expect(kindOf(thrown(limit, { name: "SolanaError", context: { __code: -32007 } }))).toBe("RATE_LIMIT");
    expect(kindOf(thrown("Simulation failed.", { transactionMessage: "Too many requests" }))).toBe("RATE_LIMIT");
  });

  test("a simulation that failed is what its cause is, and for good without one", () => {
    expect(kindOf(solanaError(-32002, { cause: solanaError(7050008) }))).toBe("TRANSIENT");
    expect(kindOf(solanaError(-32002))).toBe("PERMANENT");
  });

  test("the status of version 2 stands in the context, with the headers", () => {
    const context = { __code: 8100002, statusCode: 429, headers: { "retry-after": "3" } };
    const limited = thrown("HTTP error (429): Too Many Requests", { name: "SolanaError", context });
    expect(kindOf(limited)).toBe("RATE_LIMIT");
    expect(delayOf(limited)).toBe(3000);
  });

  test("what is about arguments, accounts and programs stays so; a code of no group says nothing", () => {
    for (const code of [3, 2800002, 3230000, 4615026, 5508010, 7050005, 8078011, 9900000])
      expect(kindOf(solanaError(code)), `${code}`).toBe("PERMANENT");
    for (const code of [7050000, 5663018, 6000000]) expect(kindOf(solanaError(code)), `${code}`).toBe("UNKNOWN");
  });
});

describe("GraphQL", () => {
  const errorsOf = (extensions: object, beside: object = {}) => [{ message: "Connection terminated", extensions, ...beside }];

  test.each<[string, (errors: readonly object[]) => unknown]>([
    ["Apollo 4", (errors) => thrown("m", { name: "CombinedGraphQLErrors", errors })],
    ["Apollo 3", (errors) => thrown("m", { name: "ApolloError", graphQLErrors: errors, networkError: null })],
    ["urql", (errors) => thrown("[GraphQL] m", { name: "CombinedError", graphQLErrors: errors, response: { status: 200 } })],
    ["graphql-request", (errors) => thrown("m: {}", { response: { status: 200, errors, headers: {} }, request: {} })],
    ["a resolver", ([error]) => thrown("m", { name: "GraphQLError", ...error })],
  ])("%s: the code of the error counts, not what its message quotes", (_client, error) => {
    expect(kindOf(error(errorsOf({ code: "INTERNAL_SERVER_ERROR" })))).toBe("SERVER_ERROR");
    expect(kindOf(error(errorsOf({ code: "UNAUTHENTICATED" })))).toBe("AUTH");
    expect(kindOf(error(errorsOf({ code: "CONFLICT", http: { status: 409 } })))).toBe("CONCURRENCY");
    expect(kindOf(error(errorsOf({ code: "UNAUTHENTICATED", originalError: { statusCode: 401 } })))).toBe("AUTH");
    expect(kindOf(error(errorsOf({ code: "503" })))).toBe("SERVER_ERROR");
    const limited = error(errorsOf({ code: "RATE_LIMITED", retryAfter: 12 }));
    expect(kindOf(limited)).toBe("RATE_LIMIT");
    expect(delayOf(limited)).toBe(12_000);
  });

  test("GitHub's code stands beside the message, its limit in the headers", () => {
    const errors = [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }];
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" };
    expect(delayOf(thrown("m", { response: { status: 200, errors, headers }, request: {} }))).toBe(30_000);
  });

  test("a status of the answer says it with its headers", () => {
    const response = { status: 503, headers: { "retry-after": "2" } };
    const down = thrown("[GraphQL] m", { name: "CombinedError", graphQLErrors: errorsOf({ code: "BAD_USER_INPUT" }), response });
    expect(kindOf(down)).toBe("SERVER_ERROR");
    expect(delayOf(down)).toBe(2000);
  });

  test("a page in place of an answer may be gone in a while", () => {
    const cause = new SyntaxError("Unexpected token '<'");
    expect(kindOf(thrown("m", { name: "ServerParseError", statusCode: 200, cause }))).toBe("UNKNOWN");
    expect(kindOf(thrown("m", { name: "CombinedError", graphQLErrors: [], networkError: cause }))).toBe("UNKNOWN");
    expect(kindOf(thrown("m", { name: "TRPCClientError", cause }))).toBe("UNKNOWN");
    expect(kindOf(thrown("m", { name: "ServerParseError", statusCode: 502, cause }))).toBe("SERVER_ERROR");
  });
});

describe("tRPC", () => {
  test("what a procedure's error quotes happened at the server", () => {
    const data = { code: "INTERNAL_SERVER_ERROR", httpStatus: 500 };
    expect(kindOf(thrown("Connection terminated unexpectedly", { name: "TRPCClientError", data }))).toBe("SERVER_ERROR");
  });

  test("on the server, what is wrapped knows more", () => {
    const cause = thrown("m", { code: "ECONNREFUSED" });
    expect(kindOf(thrown("m", { name: "TRPCError", code: "INTERNAL_SERVER_ERROR", cause }))).toBe("TRANSIENT");
  });

  test("the answer of a proxy has no data, and the status of the response", () => {
    const response = { status: 429, headers: { "retry-after": "4" } };
    const limited = thrown("Unable to transform response from server", { name: "TRPCClientError", meta: { response } });
    expect(kindOf(limited)).toBe("RATE_LIMIT");
    expect(delayOf(limited)).toBe(4000);
  });

  test("a WebSocket that was closed is TRANSIENT", () => {
    const cause = thrown("WebSocket closed", { name: "TRPCWebSocketClosedError" });
    expect(kindOf(thrown("WebSocket closed", { name: "TRPCClientError", cause }))).toBe("TRANSIENT");
  });
});

describe("clients of models", () => {
  const gemini = (words: string, fields: object = {}): Error => thrown(`[GoogleGenerativeAI Error]: ${words}`, fields);

  test.each<[string, object, string]>([
    ["Error fetching from http://a: fetch failed", {}, "TRANSIENT"],
    ["Error fetching from http://a: connect ETIMEDOUT 10.0.0.1:443", {}, "TIMEOUT"],
    ["Error fetching from http://a: something else", {}, "UNKNOWN"],
    ["Request aborted when fetching http://a: This operation was aborted", {}, "UNKNOWN"],
    ["Error fetching from http://a: [503 Service Unavailable] The model is overloaded.", { status: 503 }, "SERVER_ERROR"],
    ["Failed to parse stream", {}, "TRANSIENT"],
    ["Candidate was blocked due to RECITATION", { response: {} }, "PERMANENT"],
    ["First content should be with role 'user', got model", {}, "PERMANENT"],
  ])("Gemini's %s", (words, fields, kind) => {
    expect(kindOf(gemini(words, fields))).toBe(kind);
  });

  test("Gemini says when to come back among the details", () => {
    const errorDetails = [
      { "@type": "type.googleapis.com/google.rpc.QuotaFailure" },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" },
    ];
    expect(delayOf(gemini("Error fetching from http://a: [429 Too Many Requests] m", { status: 429, errorDetails }))).toBe(
      34_000,
    );
  });

  test("LangChain's mark is heard where nothing else is known, and a status outweighs it", () => {
    const marked = (retryable: boolean, fields: object = {}): Error =>
      Object.defineProperty(thrown("m", fields), Symbol.for("langchain.errors.retryable"), { value: retryable });
    expect(kindOf(marked(true))).toBe("TRANSIENT");
    expect(kindOf(marked(false))).toBe("PERMANENT");
    expect(kindOf(marked(false, { status: 401, lc_error_code: "MODEL_AUTHENTICATION" }))).toBe("AUTH");
    expect(kindOf(marked(false, { status: 429, rateLimitType: "stop" }))).toBe("PERMANENT");
    expect(kindOf(marked(true, { status: 429, rateLimitType: "capacity", lc_error_code: "MODEL_RATE_LIMIT" }))).toBe(
      "RATE_LIMIT",
    );
    expect(kindOf(thrown("Received tool input did not match expected schema"))).toBe("PERMANENT");
  });

  test("498 is no capacity at Groq and a denied token at Cohere", () => {
    expect(kindOf(thrown("498", { status: 498, error: { error: { code: "capacity_exceeded" } } }))).toBe("SERVER_ERROR");
    const body = { data: "request contains a deny-listed token" };
    expect(kindOf(thrown("m", { name: "InvalidTokenError", statusCode: 498, body }))).toBe("PERMANENT");
  });

  test("a stream of Ollama that ends early is TRANSIENT", () => {
    expect(kindOf(thrown("Did not receive done or success response in stream."))).toBe("TRANSIENT");
  });

  test("a key that is missing is AUTH, an argument of Hugging Face's client PERMANENT", () => {
    expect(kindOf(thrown("The GROQ_API_KEY environment variable is missing or empty"))).toBe("AUTH");
    expect(kindOf(thrown("Anthropic API key not found"))).toBe("AUTH");
    class InferenceClientRoutingError extends Error {
      override name = "RoutingError";
    }
    expect(kindOf(new InferenceClientRoutingError("Model m is not supported for task t"))).toBe("PERMANENT");
    expect(kindOf(thrown("m", { name: "RoutingError" }))).toBe("UNKNOWN");
  });

  test("ElevenLabs' wrong key stays AUTH, and too many requests a RATE_LIMIT", () => {
    expect(kindOf(elevenLabsError(401, { status: "invalid_api_key" }))).toBe("AUTH");
    expect(kindOf(elevenLabsError(429, { status: "too_many_concurrent_requests" }))).toBe("RATE_LIMIT");
  });

  test.each([
    ["NSFW content detected. Try running it again", "PERMANENT"],
    ["CUDA out of memory. Tried to allocate 2.00 GiB", "SERVER_ERROR"],
    ["KeyError: 'prompt'", "UNKNOWN"],
  ])("Replicate's prediction failed: %s", (words, kind) => {
    expect(kindOf(thrown(`Prediction failed: ${words}`))).toBe(kind);
  });
});
