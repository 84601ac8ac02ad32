/*
 * JSON-RPC 2.0, whichever library carries its codes: the numbers from -32768 to -32000 are nothing else's. Those up to -32600 mean one thing;
 * each protocol on top of it gives the others meanings of its own, so words count before them, and a protocol that means something else than
 * the table stands before this file in the list of libraries (Solana, tRPC). Codes of wallets are small numbers that other libraries have
 * too: they count beside a name or a word of a wallet.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { httpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  type Codes,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Patterns,
  type Verdict,
  withHeaders,
} from "../shared/index.ts";

/*
 * Sources: jsonrpc.org/specification, 5.1; EIP-1474, "Error codes"; viem errors/rpc.ts and utils/buildRequest.ts (-32007 and -32042);
 * Language Server Protocol, ErrorCodes (-328xx).
 */
export const JSON_RPC_CODES: Codes = {
  PERMANENT: [
    -32700, // Parse error
    -32600, // Invalid request
    -32601, // Method not found
    -32602, // Invalid params
    -32003, // Transaction rejected
    -32004, // Method not supported
    -32006, // JSON-RPC version not supported
    -32042, // Method not found; MCP: the user must visit a URL first
    -32800, // LSP RequestCancelled
  ],
  SERVER_ERROR: [-32603], // Internal error
  RATE_LIMIT: [
    -32005, // Limit exceeded
    -32007, // QuickNode: request limit reached
  ],
  TRANSIENT: [
    -32002, // Resource unavailable; LSP ServerNotInitialized
    -32802, // LSP ServerCancelled
  ],
  CONCURRENCY: [-32801], // LSP ContentModified
};

/* Codes that say the same of every request with these words in it. */
export const OF_THE_REQUEST: readonly number[] = [-32700, -32600, -32601, -32602];

/* -32000 stands for anything; -32001 is EIP-1474's resource that is not found, MCP's timeout and A2A's task that is not found. */
export const WORDS: Patterns = {
  PERMANENT:
    /\bquery returned more than \d|\bblock range\b|\bresponse size\b|\b(resource|task|session|tool|prompt) .{0,40}not found\b/i,
  RATE_LIMIT: /\brate[ -]?limit|\btoo many requests\b|\brequest limit\b|\bcompute units per second\b|\brequest count exceeded\b/i,
  TIMEOUT: /\btimed[ -]?out\b|\btimeout\b/i,
  TRANSIENT: /\bconnection closed\b|\bnot connected\b/i,
};

/* What HTTP says for certain, beside whatever code but those of a method that is not served, which some answer with 403. */
export const SURE_STATUSES: readonly number[] = [401, 402, 403, 407, 408, 429, 502, 503, 504];
export const NOT_SERVED: readonly number[] = [-32601, -32004];

/* Codes that say less than any status does. */
export const VAGUE: readonly number[] = [-32603, -32000, -32001];

/** What a code of JSON-RPC means with these words beside it; `undefined` for every other number, and for a code that says nothing. */
export function kindOfJsonRpc(code: unknown, words: string): Kind | undefined {
  if (typeof code !== "number" || !(code >= -32_899 && code <= -32_000)) return undefined;
  if (OF_THE_REQUEST.includes(code)) return "PERMANENT";
  return kindOfPattern(WORDS, words) ?? kindOfCode(JSON_RPC_CODES, code);
}

/* Sources: EIP-1193, "Provider errors"; EIP-1085 and EIP-3326 (4902); CAIP-25 (5000); EIP-5792, "Error codes". */
export const WALLET_CODES: Codes = {
  PERMANENT: [
    4001, // User Rejected Request
    4200, // Unsupported Method
    4902, // Unrecognized chain
    5000, // User Rejected
    5700, // Unsupported capability
    5710, // Unsupported chain
    5720, // Duplicate id
    5730, // Unknown bundle
    5740, // Bundle too large
    5750, // Upgrade rejected
    5760, // Atomicity not supported
  ],
  PERMISSION: [4100], // Unauthorized: the user has not authorized this method or account
  TRANSIENT: [
    4900, // Disconnected
    4901, // Chain Disconnected
  ],
};

const WALLETS = /\b(wallet|provider|user (rejected|denied|disapproved)|authorized by the user|chain id)\b/i;
const WALLET_NAMES = /ProviderRpcError$/;

function jsonRpcRule(link: Link): Verdict {
  const { reader, error, name, message } = link;
  const code = link.read("code");
  if (typeof code !== "number") return undefined;
  // viem keeps the words of the server apart from its own.
  const words = `${message} ${link.text("details")}`;
  const status = httpStatus(reader, error, 0);
  const isSure = SURE_STATUSES.includes(status ?? 0) && !NOT_SERVED.includes(code);
  if (isSure || (status !== undefined && VAGUE.includes(code))) return undefined;
  const kind = kindOfJsonRpc(code, words);
  if (kind !== undefined) return withHeaders(kind, headersOf(reader, error));
  return WALLET_NAMES.test(name) || WALLETS.test(words) ? kindOfCode(WALLET_CODES, code) : undefined;
}

export const jsonRpc: Library = {
  name: "json-rpc",
  looks: { codes: [JSON_RPC_CODES, WALLET_CODES, new Set(["-32000", "-32001"])] },
  meaning: { rule: jsonRpcRule },
};
