/* Errors of the SDKs of OpenAI and Anthropic, which one generator has written: an answer by its status, all else by the cause. */
import { text } from "../../core/option-rules.ts";
import { ANSWER_RULES, type AnswerDetails, builder, entryOf, type Fields, headersOf, type Shape } from "./builder.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode } from "./node.ts";
import { A_STATUS, failureStatus } from "./status.ts";
import { fetchShape } from "./undici.ts";

export interface LlmDetails extends AnswerDetails {
  /** What the API says, without the status in front of it. */
  readonly error?: string | undefined;
  /** What kind of error the API says that it is. @default the one of the status */
  readonly type?: string | undefined;
  /** OpenAI's code, such as `insufficient_quota`. Anthropic has none. @default the one of the status, mostly none */
  readonly code?: string | undefined;
}

/** A status; `connection` and `timeout`; `abort`, by the caller's signal; or a code of the network, which is the cause of the cause. */
export type LlmCode = number | "connection" | "timeout" | "abort" | NetworkCode;

const WORDS = ["connection", "timeout", "abort"];
const RULES = { ...ANSWER_RULES, error: text, type: text, code: text };
const WHAT = `${A_STATUS}, "connection", "timeout", "abort", or a code of the network, such as ECONNREFUSED`;

/** What is the same for all that has no answer. */
function withoutAnswer(code: string, library: string, own: Fields, isNamed: boolean): Shape | undefined {
  const shape = (kind: string, classes: readonly string[], message: string, cause?: Error): Shape => ({
    classes: [kind, ...classes, "APIError", library],
    message,
    own,
    ...(isNamed && { name: kind }),
    ...(cause !== undefined && { cause }),
  });
  if (code === "abort") return shape("APIUserAbortError", [], "Request was aborted.");
  if (code === "timeout") return shape("APIConnectionTimeoutError", ["APIConnectionError"], "Request timed out.");
  const failed = fetchShape(code === "connection" ? "ECONNREFUSED" : code);
  return failed && shape("APIConnectionError", [], "Connection error.", makeError(failed, withoutAnswer));
}

const KINDS: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  409: "ConflictError",
  422: "UnprocessableEntityError",
  429: "RateLimitError",
};

/** What OpenAI says of a status in its body: kind and code. */
const OPENAI_TYPES: Readonly<Record<number, readonly [string, string | null]>> = {
  400: ["invalid_request_error", null],
  401: ["invalid_request_error", "invalid_api_key"],
  429: ["requests", "rate_limit_exceeded"],
};

function openaiShape(given: string, details: LlmDetails): Shape | undefined {
  const status = failureStatus(given);
  if (status === undefined) return isWord(given) ? withoutAnswer(given, "OpenAIError", {}, false) : undefined;
  const [type, code] = OPENAI_TYPES[status] ?? ["server_error", null];
  const said = {
    message: details.error ?? `answered ${status}`,
    type: details.type ?? type,
    param: null,
    code: details.code ?? code,
  };
  const kind = KINDS[status] ?? (status >= 500 ? "InternalServerError" : undefined);
  return {
    classes: [...(kind === undefined ? [] : [kind]), "APIError", "OpenAIError"],
    message: `${status} ${said.message}`,
    own: {
      status,
      headers: new Headers(headersOf(details)),
      requestID: "req_1",
      error: said,
      code: said.code,
      param: null,
      type: said.type,
    },
  };
}

/** @param code a status, `connection`, `timeout`, `abort`, or a code of the network */
export const openai: (code: LlmCode, details?: LlmDetails) => Error = builder<LlmCode, LlmDetails>({
  name: "openai",
  code: WHAT,
  words: [...WORDS, ...NETWORK_CODES],
  rules: RULES,
  shape: openaiShape,
});

/** The classes that Anthropic has beside those above, and what it says in its body. */
const ANTHROPIC_KINDS: Readonly<Record<number, readonly string[]>> = {
  408: ["RequestTimeoutError"],
  413: ["ContentTooLargeError"],
  503: ["ServiceUnavailableError", "InternalServerError"],
  504: ["GatewayTimeoutError", "InternalServerError"],
  529: ["OverloadedError", "InternalServerError"],
};
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function anthropicShape(given: string, details: LlmDetails): Shape | undefined {
  const status = failureStatus(given);
  const rest = { errorCode: null, details: null };
  if (status === undefined)
    return isWord(given) ? withoutAnswer(given, "AnthropicError", { apiMessage: null, type: null, ...rest }, true) : undefined;
  const type = details.type ?? entryOf(ANTHROPIC_TYPES, given) ?? "api_error";
  const message = details.error ?? `answered ${status}`;
  const error = { type: "error", error: { type, message }, request_id: "req_1" };
  const kinds = ANTHROPIC_KINDS[status] ?? [KINDS[status] ?? (status >= 500 ? "InternalServerError" : "APIError")];
  return {
    classes: [...kinds, ...(kinds[0] === "APIError" ? [] : ["APIError"]), "AnthropicError"],
    name: kinds[0] as string,
    message: `${status} ${JSON.stringify(error)}`,
    own: {
      status,
      headers: new Headers(headersOf(details)),
      requestID: "req_1",
      workspaceID: null,
      error,
      apiMessage: message,
      type,
      ...rest,
    },
  };
}

const isWord = (code: string): boolean => WORDS.includes(code) || NETWORK_CODES.includes(code);

/** @param code a status, `connection`, `timeout`, `abort`, or a code of the network */
export const anthropic: (code: LlmCode, details?: LlmDetails) => Error = builder<LlmCode, LlmDetails>({
  name: "anthropic",
  code: WHAT,
  words: [...WORDS, ...NETWORK_CODES],
  rules: RULES,
  shape: anthropicShape,
});
