/*
 * ethers, 5 and 6: a code in words, which also ends the message: "... (..., code=NONCE_EXPIRED, version=6.17.0)". Where the code only says that
 * something failed, what the node or the service in front of it said stands in `info` or `error`.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";
import { kindOfNodeError } from "./node-words.ts";

/* Source: ethers src.ts/utils/errors.ts, ErrorCode; ethers 5 packages/logger. */
export const ETHERS_CODES: Codes = {
  TIMEOUT: ["TIMEOUT"],
  // Another transaction of the account has the nonce, for good or until it is outbid.
  CONCURRENCY: ["NONCE_EXPIRED", "REPLACEMENT_UNDERPRICED"],
  TRANSIENT: ["NETWORK_ERROR"],
  PERMANENT: [
    "NOT_IMPLEMENTED",
    "UNSUPPORTED_OPERATION",
    "CANCELLED",
    "BUFFER_OVERRUN",
    "NUMERIC_FAULT",
    "INVALID_ARGUMENT",
    "MISSING_ARGUMENT",
    "MISSING_NEW",
    "UNEXPECTED_ARGUMENT",
    "VALUE_MISMATCH",
    "INSUFFICIENT_FUNDS",
    "TRANSACTION_REPLACED",
    "UNCONFIGURED_NAME",
    "ACTION_REJECTED",
  ],
};

/** Codes that say little more than that something failed. */
const REPORTS = ["UNKNOWN_ERROR", "SERVER_ERROR", "BAD_DATA", "CALL_EXCEPTION", "OFFCHAIN_FAULT", "UNPREDICTABLE_GAS_LIMIT"];

const ENDING = /code=[A-Z_]+, version=[\w./-]+\)$/;

// What ethers writes in the place of the status when its own retries are used up; the real one stands in the words.
const GIVEN_UP = 599;
const REAL_STATUS = /\((\d{3})\b/;

function ethersRule(link: Link): Verdict {
  if (!ENDING.test(link.message)) return undefined;
  const { code, message } = link;
  if (code === "SERVER_ERROR") return serverVerdict(link);
  // A page in place of an answer: it may be gone in a while, or the address is wrong.
  if (message.startsWith("response body is not valid JSON")) return "UNKNOWN";
  if (message.startsWith("network changed")) return "PERMANENT";
  const said = saidByNode(link);
  if (code === "CALL_EXCEPTION" || code === "UNPREDICTABLE_GAS_LIMIT") return said ?? "PERMANENT";
  if (code === "OFFCHAIN_FAULT") return link.text("reason").startsWith("5") ? "SERVER_ERROR" : "PERMANENT";
  if (code === "BAD_DATA") {
    if (message.startsWith("missing response for request")) return "SERVER_ERROR";
    return message.startsWith("could not decode result data") ? "PERMANENT" : undefined;
  }
  return code === "UNKNOWN_ERROR" ? said : kindOfCode(ETHERS_CODES, code);
}

/** What the node answered; ethers puts it into `info.error` or `error`, ethers 5 into `error.error` too. */
function saidByNode({ error, reader }: Link): Kind | undefined {
  const outer = reader.read(error, "error");
  for (const answer of [reader.read(reader.read(error, "info"), "error"), reader.read(outer, "error"), outer]) {
    const kind = kindOfNodeError(reader.read(answer, "code"), asText(reader.read(answer, "message")));
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function serverVerdict(link: Link): Verdict {
  const { reader, error } = link;
  const status = link.text("info", "responseStatus") || link.text("response", "statusCode") || link.text("status");
  const number = Number(status.slice(0, 3));
  if (number === GIVEN_UP) {
    // The first versions of ethers 6 have the words in the response alone.
    const real = Number(REAL_STATUS.exec(`${status} ${link.text("response", "statusMessage")}`)?.[1]);
    // "599 BAD REQUEST (invalid data: URI)"
    return withHeaders(kindOfHttpStatus(real) ?? "PERMANENT", headersOf(reader, error));
  }
  const kind = kindOfHttpStatus(number);
  return kind && withHeaders(kind, headersOf(reader, error));
}

export const ethers: Library = {
  name: "ethers",
  looks: { codes: [ETHERS_CODES, new Set(REPORTS)] },
  meaning: {
    rule: ethersRule,
    // A provider that answered without a status, or a quorum that was not met.
    fallbacks: [({ code, message }) => (code === "SERVER_ERROR" && ENDING.test(message) ? "SERVER_ERROR" : undefined)],
  },
};
