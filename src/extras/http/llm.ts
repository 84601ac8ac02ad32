/*
 * What the clients of language models say beyond an HTTP status: in the middle of a stream there is none, only the kind of error in the
 * vendor's own word; and a quota that is used up looks like a rate limit.
 */
import { httpStatus } from "../../core/failure/http/status.ts";
import { codesOf } from "../common/index.ts";
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
  withHeaders,
} from "../shared/index.ts";

/* No waiting brings money: these outweigh the 429 that comes with them. Source: OpenAI, "Error codes"; Anthropic, "Errors". */
export const USED_UP: Codes = {
  PERMANENT: ["insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active"],
};

/* An error's `type` (Anthropic) or `code` (OpenAI), where no status says it. Sources: the same. */
export const LLM_KINDS: Codes = {
  SERVER_ERROR: ["overloaded_error", "server_error", "api_error"],
  RATE_LIMIT: ["rate_limit_error", "rate_limit_exceeded"],
  TIMEOUT: ["timeout_error"],
  AUTH: ["authentication_error", "invalid_api_key"],
  PERMISSION: ["permission_error"],
  PERMANENT: ["invalid_request_error", "not_found_error", "request_too_large", "context_length_exceeded"],
};

/* Texts, since the classes of these errors have no names of their own, or lose them when they are minified. Sources: openai, @anthropic-ai/sdk, ollama. */
const TEXTS: Beginnings = {
  PERMANENT: ["Request was aborted."],
  TIMEOUT: ['"timeout"'],
  TRANSIENT: ["stream ended without ", "request ended without ", "Did not receive done or success response in stream"],
};

// Names of the AI SDK's errors about arguments, models, settings and answers: families, since each version brings more.
const AI_SDK_PERMANENT = /^AI_(Invalid|Unsupported|NoSuch|LoadSetting|TypeValidation|JSONParse)/;

/** The word of a vendor, where there is no status to say it: but a used up quota, which a 429 hides. */
function llmRule(link: Link): Verdict {
  const { name, code, message } = link;
  const type = link.text("type");
  if (kindOfCode(USED_UP, code) ?? kindOfCode(USED_UP, type)) return "PERMANENT";
  const status = httpStatus(link.reader, link.error, 0);
  if (status === 429) return isUsedUp(link) ? "PERMANENT" : undefined;
  if (status !== undefined) return undefined;
  const kind = kindOfCode(LLM_KINDS, type) ?? kindOfCode(LLM_KINDS, code);
  if (kind !== undefined) return withHeaders(kind, link.read("headers"));
  if (name === "AI_LoadAPIKeyError") return "AUTH";
  return AI_SDK_PERMANENT.test(name) ? "PERMANENT" : kindOfBeginning(TEXTS, message);
}

/** The same words in the body of the answer, where clients of OpenAI's likes leave them: Groq's, Together's, OpenRouter's. */
function isUsedUp(link: Link): boolean {
  for (const code of codesOf(link)) if (kindOfCode(USED_UP, code)) return true;
  return false;
}

export const llm: Library = {
  name: "llm",
  looks: {
    fields: ["headers", "type"],
    names: [/^AI_/],
    codes: [USED_UP, LLM_KINDS],
    beginnings: [TEXTS],
  },
  meaning: {
    rule: llmRule,
    // The AI SDK's RetryError.
    wrappers: ["lastError"],
  },
};
