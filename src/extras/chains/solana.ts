/*
 * Solana: @solana/web3.js 1 has an error of JSON-RPC for most, and words for what a simulation said. Version 2 and its successor @solana/kit have one
 * SolanaError whose `context.__code` tells. Their codes of JSON-RPC below -32000 are Solana's own: -32005 is a node that is behind.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  asText,
  type Beginnings,
  type Codes,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
  withHeaders,
} from "../shared/index.ts";

/* Sources: @solana/web3.js 1 src/errors.ts; agave rpc-client-api/src/custom_error.rs, which says what each is. */
export const SOLANA_RPC_CODES: Codes = {
  PERMANENT: [
    -32001, // BLOCK_CLEANED_UP
    -32003, // TRANSACTION_SIGNATURE_VERIFICATION_FAILURE
    -32006, // TRANSACTION_PRECOMPILE_VERIFICATION_FAILURE
    -32007, // SLOT_SKIPPED
    -32009, // LONG_TERM_STORAGE_SLOT_SKIPPED
    -32010, // KEY_EXCLUDED_FROM_SECONDARY_INDEX
    -32011, // TRANSACTION_HISTORY_NOT_AVAILABLE
    -32013, // TRANSACTION_SIGNATURE_LEN_MISMATCH
    -32015, // UNSUPPORTED_TRANSACTION_VERSION
    -32600, // Invalid request
    -32601, // Method not found
    -32602, // Invalid params
    -32700, // Parse error
  ],
  TRANSIENT: [
    -32004, // BLOCK_NOT_AVAILABLE: for this slot, not yet
    -32005, // NODE_UNHEALTHY
    -32008, // NO_SNAPSHOT
    -32014, // BLOCK_STATUS_NOT_AVAILABLE_YET
    -32016, // MIN_CONTEXT_SLOT_NOT_REACHED
  ],
  SERVER_ERROR: [
    -32012, // SCAN_ERROR: the scan of accounts was given up
    -32603, // Internal error
  ],
};

/* Beside those, of version 2. Source: @solana/errors src/codes.ts. All others are about arguments, programs and their transactions. */
export const SOLANA_CODES: Codes = {
  TRANSIENT: [
    1, // BLOCK_HEIGHT_EXCEEDED: not taken in time
    7050008, // BLOCKHASH_NOT_FOUND: too old, or not known to this node yet
    7050015, // CLUSTER_MAINTENANCE
    7050017, // WOULD_EXCEED_MAX_BLOCK_COST_LIMIT
    7050020, // WOULD_EXCEED_MAX_ACCOUNT_COST_LIMIT
    7050021, // WOULD_EXCEED_ACCOUNT_DATA_BLOCK_LIMIT
    7050028, // WOULD_EXCEED_MAX_VOTE_COST_LIMIT
    7050034, // RESANITIZATION_NEEDED
    7050035, // PROGRAM_EXECUTION_TEMPORARILY_RESTRICTED
    8190002, // CHANNEL_CLOSED_BEFORE_MESSAGE_BUFFERED
    8190003, // CHANNEL_CONNECTION_CLOSED
    8190004, // CHANNEL_FAILED_TO_CONNECT
  ],
  CONCURRENCY: [
    2, // INVALID_NONCE: it has advanced
    7050001, // ACCOUNT_IN_USE
  ],
};

/* Groups of codes, each a thousand, none of which another try changes. Source: the same. */
export const PERMANENT_GROUPS: readonly number[] = [
  2800, // ADDRESSES
  3230, // ACCOUNTS
  3610, // SUBTLE_CRYPTO
  3611, // CRYPTO
  3704, // KEYS
  4128, // INSTRUCTION
  4615, // INSTRUCTION_ERROR
  5508, // SIGNER
  5663, // TRANSACTION
  7050, // TRANSACTION_ERROR
  8078, // CODECS
  8100, // RPC
  9900, // INVARIANT_VIOLATION
];

const HTTP_ERROR = 8100002;
const PREFLIGHT_FAILURE = -32002;

/* They only say that something failed: the cause may know. */
export const REPORTS: readonly number[] = [
  5663018, // FAILED_TO_ESTIMATE_COMPUTE_LIMIT
  5663019, // FAILED_WHEN_SIMULATING_TO_ESTIMATE_COMPUTE_LIMIT
  7050000, // TRANSACTION_ERROR__UNKNOWN
];

/* Of version 1. The names stand on the prototypes. Source: @solana/web3.js 1 src/transaction/expiry-custom-errors.ts. */
export const SOLANA_NAMES: Codes = {
  TIMEOUT: ["TransactionExpiredTimeoutError"],
  // Too late for this one, which another with a new blockhash is not.
  TRANSIENT: ["TransactionExpiredBlockheightExceededError"],
  CONCURRENCY: ["TransactionExpiredNonceInvalidError"],
};

/* What a simulation or a node says, anywhere in the words of a SendTransactionError, which has lost the code. Source: solana-sdk transaction_error.rs. */
export const SEND_WORDS: Beginnings = {
  TRANSIENT: [
    "Blockhash not found",
    "Node is behind",
    "Node is unhealthy",
    "Minimum context slot has not been reached",
    "cluster maintenance",
    "would exceed max",
    "temporarily restricted",
  ],
  CONCURRENCY: ["Account in use"],
  SERVER_ERROR: ["Internal error"],
  PERMANENT: [
    "simulation failed",
    "signature verification failure",
    "already been processed",
    "Invalid params",
    "Method not found",
    "Status: (",
  ],
};

/* Of the services in front of the nodes. */
const LIMITED = /\brate[ -]?limit|\btoo many requests\b|\brequest limit\b/i;

function kindOfWords(message: string): Kind | undefined {
  for (const kind in SEND_WORDS) if (SEND_WORDS[kind as Kind]?.some((words) => message.includes(words))) return kind as Kind;
  return undefined;
}

function solanaRule(link: Link): Verdict {
  const { name, message } = link;
  if (name === "SolanaError") return kindOfVersion2(link);
  const kind = kindOfCode(SOLANA_NAMES, name);
  if (kind !== undefined) return kind;
  // A SendTransactionError, whose class has no name of its own.
  const sent = link.text("transactionMessage");
  if (sent !== "") return LIMITED.test(sent) ? "RATE_LIMIT" : kindOfWords(sent);
  if (name !== "SolanaJSONRPCError") return undefined;
  if (LIMITED.test(message)) return "RATE_LIMIT";
  return kindOfCode(SOLANA_RPC_CODES, link.read("code") as number) ?? kindOfWords(message);
}

function kindOfVersion2(link: Link): Verdict {
  const code = link.read("context", "__code");
  if (typeof code !== "number" || code === PREFLIGHT_FAILURE || REPORTS.includes(code)) return undefined;
  if (code === HTTP_ERROR) {
    const kind = kindOfHttpStatus(Number(asText(link.read("context", "statusCode"))));
    return kind && withHeaders(kind, link.read("context", "headers"));
  }
  if (code < 0 && LIMITED.test(link.message)) return "RATE_LIMIT";
  const kind = kindOfCode(SOLANA_RPC_CODES, code) ?? kindOfCode(SOLANA_CODES, code);
  return kind ?? (PERMANENT_GROUPS.includes(Math.floor(code / 1000)) || (code > 0 && code < 100) ? "PERMANENT" : undefined);
}

/** A simulation that failed for a reason that nothing tells. */
const solanaFallback = (link: Link): Verdict =>
  link.name === "SolanaError" && link.read("context", "__code") === PREFLIGHT_FAILURE ? "PERMANENT" : undefined;

export const solana: Library = {
  name: "solana",
  looks: { fields: ["transactionMessage"], names: ["SolanaError", "SolanaJSONRPCError", SOLANA_NAMES] },
  meaning: { rule: solanaRule, fallbacks: [solanaFallback] },
};
