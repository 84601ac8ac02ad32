/*
 * What a message quotes, where the error says nothing else: a code of the system ("connect ECONNREFUSED"), a status of HTTP beside a word that
 * says so ("HTTP 503", "status code: 429", "502 Bad Gateway"), and the plainest words for what happened. Asked last, of no error that
 * speaks of a bug or of values. The words are narrow, for UNKNOWN is tried again twice, and a wrong PERMANENT is not.
 */
import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { kindOfRpcCode, RPC_NAMES } from "../rpc/status-codes.ts";
import { type Link, ownWords, speaksOfValues } from "../shared/index.ts";
import { kindOfPhrases } from "./phrases.ts";

/** The language's own errors: what they say about timeouts and limits is about arguments. */
export const BUGS: readonly string[] = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError"];

/** A demand that a value does not meet: "the rate limit must be an integer", "ECONNRESETT is not one of ECONNRESET, ETIMEDOUT". */
const DEMANDS =
  /\b(?:must|should) (?:not )?(?:be (?:an? |one of |in |at |between |of |greater |less |more |positive|negative|defined|unique|empty)|contain|match|equal|differ)|\bis not one of\b/i;

const SYSTEM_CODE = /\b(?:E[A-Z]{3,}|EAI_AGAIN)\b/g;

/* How @grpc/grpc-js begins its messages, which libraries on top of it keep without the code: "14 UNAVAILABLE: no leader". */
const RPC_CODE = /^(\d{1,2}) ([A-Z_]{2,}): /;

/** No client says so of an answer: "no fixture for HTTP 503", "expected status 404". */
const NOT_SAID = "(?<!\\b(?:for|expected|mock|return) )";

/** What counts things is no status: "returned 500 rows", "status 404 is not a valid value". A clause ends, or goes on with when, where and why. */
const END =
  "\\b(?![.,]?\\d)(?=[^\\w\\s]|$|\\s+(?:[^\\w\\s]|(?:after|and|as|at|because|by|during|for|from|in|on|when|which|while|with)\\b|[A-Z]))";

// The numbers that are registered, or that proxies and vendors send: 450 may be anything.
const STATUS = "4[0-3]\\d|451|499|5[0-3]\\d";

export const STATUSES: readonly RegExp[] = [
  // "429 \"rate_limit\"", "[503] Service ...", "404: no such order"
  new RegExp(`^\\[?(${STATUS})\\]?(?:[:,;]? ?["'{([-]|[:,;] | (?=[A-Z])|$)`),
  // "HTTP 503", "HTTP/1.1 503", "HTTP status: 503"
  new RegExp(`${NOT_SAID}\\b[Hh][Tt][Tt][Pp][Ss]?(?:/\\d(?:\\.\\d)?)?(?: [Ee]rror)?[\\s:=("'[]{1,3}(${STATUS})${END}`),
  // "status: 503", "status code 503", "response code: 429", "error code 502"
  new RegExp(`${NOT_SAID}\\b(?:[Ss]tatus(?: ?[Cc]ode)?|(?:[Rr]esponse|[Ee]rror) [Cc]ode)["']?[\\s:=("'[]{1,3}(${STATUS})${END}`),
  // "server responded with 500", "returned a 503", "failed with (429)", "Zendesk Error (401)"
  new RegExp(`\\b(?:responded(?: with)?|returned|failed with|[Ee]rror)(?: an?)?[\\s:=("'[]{1,3}(${STATUS})${END}`),
  // "429 status code (no body)", of OpenAI and Anthropic
  new RegExp(`\\b(${STATUS}) status code\\b`),
  // "Unexpected server response: 503"
  new RegExp(`\\bresponse[\\s:=("'[]{1,3}(${STATUS})${END}`),
];

/** "503 Service Unavailable", "(429) Too Many Requests": a number and its own words. Source: RFC 9110, section 15; RFC 6585; RFC 4918. */
const WITH_REASON = /\b([45]\d\d)\)?[\s:-]{1,3}"?([a-z]+(?:[ -][a-z]+){0,4})/gi;
const REASONS: Readonly<Record<number, string>> = {
  400: "bad request",
  401: "unauthorized",
  402: "payment required",
  403: "forbidden",
  404: "not found",
  405: "method not allowed",
  408: "request timeout",
  409: "conflict",
  410: "gone",
  412: "precondition failed",
  413: "payload too large",
  422: "unprocessable",
  423: "locked",
  429: "too many requests",
  500: "internal server error",
  501: "not implemented",
  502: "bad gateway",
  503: "service unavailable",
  504: "gateway time",
};

export function messageRule(link: Link): Kind | undefined {
  const { name, message } = link;
  if (BUGS.includes(name) || speaksOfValues(link) || DEMANDS.test(message)) return undefined;
  return kindOfWords(ownWords(message));
}

/** What passes by itself. */
const PASSES: readonly Kind[] = ["TRANSIENT", "TIMEOUT", "SERVER_ERROR", "GATEWAY_TIMEOUT", "RATE_LIMIT"];

/**
 * What a message quotes, if it is something that passes by itself: for an error whose own code only reports that something failed on the
 * way, as "the token is invalid" of a token whose key could not be fetched.
 */
export function passingIn(message: string): Kind | undefined {
  const kind = kindOfWords(message);
  return PASSES.find((passing) => passing === kind);
}

function kindOfWords(words: string): Kind | undefined {
  return kindOfQuotedCode(words) ?? kindOfHttpStatus(statusIn(words)) ?? kindOfPhrases(words);
}

function kindOfQuotedCode(message: string): Kind | undefined {
  for (const [code] of message.matchAll(SYSTEM_CODE)) {
    const kind = kindOfSystemCode(code);
    if (kind !== undefined) return kind;
  }
  const rpc = RPC_CODE.exec(message);
  if (rpc === null) return undefined;
  const code = Number(rpc[1]);
  return RPC_NAMES[code] === rpc[2] ? kindOfRpcCode(code, message) : undefined;
}

/** `NaN` where there is none. */
function statusIn(message: string): number {
  for (const pattern of STATUSES) {
    const status = Number(pattern.exec(message)?.[1]);
    if (status >= 400) return status;
  }
  for (const [, status, words] of message.matchAll(WITH_REASON)) {
    const reason = REASONS[Number(status)];
    if (reason !== undefined && (words as string).toLowerCase().startsWith(reason)) return Number(status);
  }
  return NaN;
}
