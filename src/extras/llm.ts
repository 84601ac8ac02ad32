/*
 * What the clients of language models say beyond an HTTP status: in the middle of a stream there is none, only the kind of error in the
 * vendor's own word; and a quota that is used up looks like a rate limit.
 * Sources: Anthropic's and OpenAI's pages on error codes; the sources of openai, @anthropic-ai/sdk and ai.
 */
import type { ErrorClass } from "../core/failure/error-class.ts";
import { httpStatus } from "../core/failure/http-status.ts";
import { headersIn } from "./headers.ts";
import { type Link, read, string, type Verdict } from "./judge.ts";

// No waiting brings money.
const USED_UP = /^(insufficient_quota|billing_(error|hard_limit_reached|not_active))$/;

const WORDS: readonly (readonly [RegExp, ErrorClass])[] = [
  [/^(overloaded_error|server_error|api_error)$/, "SERVER_ERROR"],
  [/^rate_limit_(error|exceeded)$/, "RATE_LIMIT"],
  [/^timeout_error$/, "TRANSIENT"],
  [/^(authentication_error|invalid_api_key)$/, "AUTH"],
  [/^permission_error$/, "PERMISSION"],
  [/^(invalid_request_error|not_found_error|request_too_large|context_length_exceeded)$/, "PERMANENT"],
];

/** The word of a vendor, where there is no status to say it: but a used up quota, which a 429 hides. */
export function llmRule({ error, name, code, text }: Link): Verdict {
  const type = string(read(error, "type"));
  if (USED_UP.test(code) || USED_UP.test(type)) return "PERMANENT";
  // The server knows best: the SDKs of OpenAI and Anthropic obey this header too.
  if (headersIn(read(error, "headers"))("x-should-retry") === "false") return "PERMANENT";
  if (httpStatus(error, 0) !== undefined) return undefined;
  const word = WORDS.find(([words]) => words.test(type) || words.test(code));
  if (word) return word[1];
  // Their texts, since the classes of these errors have no names of their own, or lose them when they are minified.
  if (text === "Request was aborted.") return "PERMANENT";
  if (/^AI_(Invalid|Unsupported|NoSuch|LoadSetting|TypeValidation|JSONParse)/.test(name)) return "PERMANENT";
  if (name === "AI_LoadAPIKeyError") return "AUTH";
  return text === '"timeout"' || /^(stream|request) ended without /.test(text) ? "TRANSIENT" : undefined;
}
