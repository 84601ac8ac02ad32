/*
 * What the clients of language models say beyond an HTTP status: in the middle of a stream there is none, only the kind of error in the
 * vendor's own word; and a quota that is used up looks like a rate limit.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { httpStatus } from "../../core/failure/http/status.ts";
import { USED_UP } from "../common/index.ts";
import {
  type Beginnings,
  type Codes,
  classifierOfLibrary,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Meaning,
  type Verdict,
  withHeaders,
} from "../shared/index.ts";

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
export const TEXTS: Beginnings = {
  PERMANENT: ["Request was aborted."],
  TIMEOUT: ['"timeout"'],
  SERVER_ERROR: ["an error was encountered while running the model"],
  TRANSIENT: ["stream ended without ", "request ended without ", "Did not receive done or success response in stream"],
};

// Names of the AI SDK's errors about arguments, models, settings and answers: families, since each version brings more.
const AI_SDK_PERMANENT =
  /^AI_(Invalid|Unsupported|NoSuch|LoadSetting|TypeValidation|JSONParse|MessageConversion|MissingTool|TooMany|ToolCallNotFound)/;

/* Classes whose names are plainer than they: of arguments, and of models that no provider serves. Source: @huggingface/inference src/errors.ts. */
export const HUGGING_FACE_PERMANENT: readonly string[] = ["InferenceClientInputError", "InferenceClientRoutingError"];

/** The word of a vendor, where there is no status to say it: but a used up quota, which a 429 hides. */
function llmRule(link: Link): Verdict {
  const { name, code, message } = link;
  const type = link.text("type");
  const detail = link.text("errorCode");
  if (kindOfCode(USED_UP, code) ?? kindOfCode(USED_UP, type) ?? kindOfCode(USED_UP, detail)) return "PERMANENT";
  if (httpStatus(link.reader, link.error, 0) !== undefined) return undefined;
  const kind = kindOfCode(LLM_KINDS, type) ?? kindOfCode(LLM_KINDS, code);
  if (kind !== undefined) return withHeaders(kind, link.read("headers"));
  if (name === "AI_LoadAPIKeyError") return "AUTH";
  if (name === "AI_EmptyResponseBodyError") return "TRANSIENT";
  if (HUGGING_FACE_PERMANENT.includes(link.text("constructor", "name"))) return "PERMANENT";
  return AI_SDK_PERMANENT.test(name) ? "PERMANENT" : kindOfBeginning(TEXTS, message);
}

const meaning: Meaning = {
  rule: llmRule,
  // The AI SDK's RetryError.
  wrappers: ["lastError"],
};

export const llm: Library = {
  name: "llm",
  looks: {
    fields: ["headers", "type"],
    names: [/^AI_/, "InputError", "RoutingError"],
    codes: [USED_UP, LLM_KINDS],
    beginnings: [TEXTS],
  },
  meaning,
};

/**
 * Classifies what the clients of language models (`openai`, `@anthropic-ai/sdk`, the AI SDK, Hugging Face, Ollama) say beyond an HTTP status: the kind of an error in the middle of a
 * stream, a quota that is used up, arguments that are wrong. What it does not know is `UNKNOWN`: compose with `firstKnown(llmClassifier, defaultClassifier)`, which
 * knows the statuses and their delays.
 */
export const llmClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("llmClassifier", meaning);
