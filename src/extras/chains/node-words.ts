/*
 * What the nodes of Ethereum and the services in front of them say. Their code is -32000 for nearly everything, and 3 for what a contract
 * refuses: the words tell what happened, whichever library carries them.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { kindOfJsonRpc } from "../rpc/json-rpc.ts";
import type { Beginnings, Library, Link, Verdict } from "../shared/index.ts";

/*
 * In small letters, anywhere in the message. A contract's own words follow "execution reverted", so that stands first. That the transaction is
 * known already means that it was sent: to send it again with another nonce would send it twice.
 * Sources: go-ethereum core/error.go, core/vm/errors.go, core/txpool/errors.go, internal/ethapi/errors.go; viem errors/node.ts.
 */
export const NODE_WORDS: Beginnings = {
  PERMANENT: [
    "execution reverted",
    "vm exception while processing transaction",
    "invalid opcode",
    "out of gas",
    "gas required exceeds allowance",
    "intrinsic gas too low",
    "intrinsic gas too high",
    "exceeds block gas limit",
    "insufficient funds",
    "outoffunds",
    "exceeds transaction sender account balance",
    "nonce has max value",
    "max priority fee per gas higher than max fee per gas",
    "tip higher than fee cap",
    "higher than 2^256-1",
    "transaction type not supported",
    "transaction type not valid",
    "max initcode size exceeded",
    "oversized data",
    "invalid sender",
    "negative value",
    "invalid chain id",
    "only replay-protected",
    "already known",
    "transaction already imported",
    "missing trie node",
    "does not exist/is not available",
  ],
  CONCURRENCY: [
    "nonce too low",
    "nonce too high",
    "replacement transaction underpriced",
    "future transaction tries to replace pending",
  ],
  TIMEOUT: ["execution aborted (timeout", "query timeout exceeded", "request timed out"],
  TRANSIENT: [
    "header not found",
    "unknown block",
    "transaction indexing is in progress",
    "txpool is full",
    "max fee per gas less than block base fee",
    "fee cap less than block base fee",
    "still syncing",
    "node is not synced",
    "no backend is currently healthy",
    "no backends available",
  ],
};

/** What the words of a node mean. */
export function kindOfNodeWords(words: string): Kind | undefined {
  const small = words.toLowerCase();
  for (const kind in NODE_WORDS) if (NODE_WORDS[kind as Kind]?.some((part) => small.includes(part))) return kind as Kind;
  return undefined;
}

/** What an error in the answer of a node means, by its words, its code of JSON-RPC, or a status of HTTP in the place of one. */
export function kindOfNodeError(code: unknown, words: string): Kind | undefined {
  return kindOfNodeWords(words) ?? kindOfJsonRpc(code, words) ?? (typeof code === "number" ? kindOfHttpStatus(code) : undefined);
}

/* With these, the words are a node's; -32010 and -32015 are OpenEthereum's, for transactions and their execution. */
export const CODES: readonly number[] = [3, -32000, -32003, -32010, -32015, -32603];

function nodeRule(link: Link): Verdict {
  return CODES.includes(link.read("code") as number) ? kindOfNodeWords(`${link.message} ${link.text("details")}`) : undefined;
}

export const ethereumNodes: Library = {
  name: "ethereum",
  looks: { codes: [new Set(CODES.map(String))] },
  meaning: { rule: nodeRule },
};
