/* Errors of undici, alone and as the cause of the TypeError that Node's fetch rejects with. Source: undici lib/core/errors.js. */
import { ANSWER_RULES, type AnswerDetails, builder, type ErrorDetails, entryOf, headersOf, type Shape } from "./builder.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode, networkShape, nodeShape } from "./node.ts";
import { failureStatus } from "./status.ts";

/** The class of each code, and what it says. */
const UNDICI = {
  UND_ERR_CONNECT_TIMEOUT: ["ConnectTimeoutError", "Connect Timeout Error"],
  UND_ERR_HEADERS_TIMEOUT: ["HeadersTimeoutError", "Headers Timeout Error"],
  UND_ERR_BODY_TIMEOUT: ["BodyTimeoutError", "Body Timeout Error"],
  UND_ERR_HEADERS_OVERFLOW: ["HeadersOverflowError", "Headers Overflow Error"],
  UND_ERR_INVALID_ARG: ["InvalidArgumentError", "Invalid Argument Error"],
  UND_ERR_INVALID_RETURN_VALUE: ["InvalidReturnValueError", "Invalid Return Value Error"],
  UND_ERR_ABORTED: ["RequestAbortedError", "Request aborted"],
  UND_ERR_INFO: ["InformationalError", "Request information"],
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: [
    "RequestContentLengthMismatchError",
    "Request body length does not match content-length header",
  ],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: [
    "ResponseContentLengthMismatchError",
    "Response body length does not match content-length header",
  ],
  UND_ERR_DESTROYED: ["ClientDestroyedError", "The client is destroyed"],
  UND_ERR_CLOSED: ["ClientClosedError", "The client is closed"],
  UND_ERR_SOCKET: ["SocketError", "other side closed"],
  UND_ERR_NOT_SUPPORTED: ["NotSupportedError", "Not supported error"],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ["ResponseExceededMaxSizeError", "Response content exceeded max size"],
  UND_ERR_PRX_TLS: ["SecureProxyConnectionError", "Secure Proxy Connection failed"],
  UND_ERR_REQ_RETRY: ["RequestRetryError", "Request failed"],
  UND_ERR_RESPONSE: ["ResponseError", "Response Error"],
} as const;

export type UndiciCode = keyof typeof UNDICI;

export interface UndiciDetails extends AnswerDetails {
  /** The status of the answer, for UND_ERR_RESPONSE and UND_ERR_REQ_RETRY. @default 503 */
  readonly status?: number | undefined;
}

const UNDICI_RULES = {
  ...ANSWER_RULES,
  status: {
    text: "an HTTP status from 300 to 599",
    type: "number",
    ok: (value: number) => failureStatus(String(value)) !== undefined,
  },
};

function undiciShape(code: string, details: UndiciDetails): Shape | undefined {
  const [name, message] = entryOf<readonly [string, string]>(UNDICI, code) ?? [];
  if (name === undefined || message === undefined) return undefined;
  const tellsStatus = code === "UND_ERR_RESPONSE" || code === "UND_ERR_REQ_RETRY";
  const isAbort = code === "UND_ERR_ABORTED";
  return {
    classes: [name, ...(isAbort ? ["AbortError"] : []), "UndiciError"],
    message,
    own: {
      name: isAbort ? "AbortError" : name,
      code,
      ...(tellsStatus && { statusCode: details.status ?? 503, headers: headersOf(details) }),
    },
    hidden: { [Symbol.for("undici.error.UND_ERR")]: true, [Symbol.for(`undici.error.${code}`)]: true },
  };
}

/** @param code one of undici's own: errors of the network come from it as they are, see `errors.node` */
export const undici: (code: UndiciCode, details?: UndiciDetails) => Error = builder<UndiciCode, UndiciDetails>({
  name: "undici",
  code: "a code of undici, such as UND_ERR_CONNECT_TIMEOUT or UND_ERR_SOCKET",
  words: Object.keys(UNDICI),
  rules: UNDICI_RULES,
  shape: undiciShape,
});

/** What fetch itself refuses, in its words, which stand in the cause. Source: undici lib/web/fetch/index.js. */
const REFUSALS = ["unknown scheme", "bad port", "redirect count exceeded", "unexpected redirect"] as const;

/** What it rejects with while the body is read. */
const BODIES = { terminated: "terminated", "body used": "Body is unusable: Body has already been read" } as const;

export type FetchCode =
  | NetworkCode
  | Exclude<UndiciCode, "UND_ERR_ABORTED">
  | (typeof REFUSALS)[number]
  | keyof typeof BODIES
  | `HPE_${string}`;

function causeOfFetch(code: string): Shape | undefined {
  if ((REFUSALS as readonly string[]).includes(code)) return { message: code };
  if (code.startsWith("HPE_") && nodeShape(code) !== undefined)
    return {
      classes: ["HTTPParserError"],
      message: "Response does not match the HTTP/1.1 protocol",
      own: { name: "HTTPParserError", code },
      hidden: { [Symbol.for("undici.error.UND_ERR_HTTP_PARSER")]: true },
    };
  return networkShape(code) ?? undiciShape(code, {});
}

/** How the rejection of Node's fetch looks. */
export function fetchShape(code: string): Shape | undefined {
  const classes = ["TypeError"];
  const body = entryOf<string>(BODIES, code);
  if (body !== undefined) {
    const cut = code === "terminated" ? undiciShape("UND_ERR_SOCKET", {}) : undefined;
    return { classes, message: body, ...(cut !== undefined && { cause: makeError(cut, fetchShape) }) };
  }
  // Its own abort is the reason of the signal, a DOMException: errors.abort().
  const cause = code === "UND_ERR_ABORTED" || code === "socket hang up" ? undefined : causeOfFetch(code);
  return cause && { classes, message: "fetch failed", cause: makeError(cause, fetchShape) };
}

/**
 * The TypeError of Node's fetch: "fetch failed", and its cause.
 *
 * @param code of the cause: one of the network, of undici or of the HTTP parser; or in words: `terminated` for a body that was cut, `body used`, `unknown scheme`,
 * `bad port`, `redirect count exceeded`, `unexpected redirect`
 */
export const fetchFailed: (code: FetchCode, details?: ErrorDetails) => Error = builder<FetchCode>({
  name: "fetch",
  code: 'a code of the network or of undici, such as ECONNREFUSED or UND_ERR_SOCKET, or "terminated", "body used", "unknown scheme", "bad port"',
  words: [...NETWORK_CODES, ...Object.keys(UNDICI), ...Object.keys(BODIES), ...REFUSALS],
  shape: fetchShape,
});
