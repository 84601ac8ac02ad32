/* Errors of clients of HTTP: an answer that is a failure, as most of them throw it, and those of axios. */
import { ANSWER_RULES, type AnswerDetails, builder, entryOf, type Fields, headersOf, type Shape } from "./builder.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";
import { A_STATUS, failureStatus, reasonPhrase } from "./status.ts";

/** What an answer has beside its status. */
export interface Answer {
  /** The header `Retry-After`: a number of seconds, an instant, or the header as it stands. @default none */
  readonly retryAfter?: number | string | Date | undefined;
  /** @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What the answer says: text as it is, anything else as JSON. @default nothing */
  readonly body?: unknown;
}

export interface HttpDetails extends AnswerDetails {
  /** What the answer says: text as it is, anything else as JSON. @default nothing */
  readonly body?: unknown;
}

export const ANSWER = { ...ANSWER_RULES, body: { text: "", type: "", ok: () => true } };

/** A real answer, with the headers and the body of the details. */
export function responseOf(status: number, details: Answer): Response {
  const { body } = details;
  const headers = headersOf(details);
  const isText = body === undefined || typeof body === "string";
  if (!isText) headers["content-type"] ??= "application/json";
  const mayHaveBody = ![204, 205, 304].includes(status);
  const said = isText ? body : JSON.stringify(body);
  return new Response(mayHaveBody ? (said ?? "") : null, { status, statusText: reasonPhrase(status), headers });
}

/** An answer with a status of failure, as a client throws it: `status`, `statusText`, `headers`, and the `response` with its body. */
export const http: (status: number, details?: HttpDetails) => Error = builder<number, HttpDetails>({
  name: "http",
  code: A_STATUS,
  words: [],
  rules: ANSWER,
  shape: (code, details) => {
    const status = failureStatus(code);
    if (status === undefined) return undefined;
    const response = responseOf(status, details);
    return {
      classes: ["HTTPError"],
      name: "HTTPError",
      message: `Request failed with status code ${status} ${reasonPhrase(status)}`.trimEnd(),
      own: { status, statusText: response.statusText, headers: response.headers, response },
    };
  },
});

/** What axios has words of its own for: its code, and what it says. */
const AXIOS_WORDS = {
  ECONNABORTED: "timeout of 1000ms exceeded",
  ERR_BAD_REQUEST: "Request failed",
  ERR_BAD_RESPONSE: "stream has been aborted",
  ERR_NETWORK: "Network Error",
  ERR_CANCELED: "canceled",
  ERR_FR_TOO_MANY_REDIRECTS: "Maximum number of redirects exceeded",
  ERR_INVALID_URL: "Invalid URL",
} as const;

export type AxiosCode = number | keyof typeof AXIOS_WORDS | NetworkCode | "socket hang up";

const axiosFields: Fields = { isAxiosError: true, config: {}, request: {} };

/** The headers of axios answer by a method, too. */
function axiosHeaders(details: AnswerDetails): object {
  const headers = headersOf(details);
  const get = (name: string): string | undefined => headers[name.toLowerCase()];
  return Object.defineProperty({ ...headers }, "get", { value: get });
}

function wrappedByAxios(code: string): Shape | undefined {
  const cause = networkShape(code);
  return (
    cause && {
      classes: ["AxiosError"],
      name: "Error",
      message: cause.message,
      own: { ...axiosFields, code: cause.own?.["code"] },
      cause: makeError(cause, wrappedByAxios),
    }
  );
}

function axiosShape(code: string, details: HttpDetails): Shape | undefined {
  const status = failureStatus(code);
  if (status !== undefined) {
    const response = {
      status,
      statusText: reasonPhrase(status),
      headers: axiosHeaders(details),
      data: details.body,
      config: {},
      request: {},
    };
    return {
      classes: ["AxiosError"],
      name: "AxiosError",
      message: `Request failed with status code ${status}`,
      own: { ...axiosFields, code: status < 500 ? "ERR_BAD_REQUEST" : "ERR_BAD_RESPONSE", response, status },
    };
  }
  // Its timeout has the code of a connection that this side gave up, which the network has too: it is asked about first.
  const message = entryOf<string>(AXIOS_WORDS, code);
  if (message === undefined) return wrappedByAxios(code);
  if (code === "ERR_CANCELED")
    return {
      classes: ["CanceledError", "AxiosError"],
      name: "CanceledError",
      message,
      own: { ...axiosFields, code, __CANCEL__: true },
    };
  return { classes: ["AxiosError"], name: "AxiosError", message, own: { ...axiosFields, code } };
}

/** @param code a status, one of axios' own codes (`ECONNABORTED` is its timeout), or a code of the network, which it wraps */
export const axios: (code: AxiosCode, details?: HttpDetails) => Error = builder<AxiosCode, HttpDetails>({
  name: "axios",
  code: `${A_STATUS}, a code of axios, such as ECONNABORTED or ERR_NETWORK, or one of the network, such as ECONNREFUSED`,
  words: [...Object.keys(AXIOS_WORDS), ...NETWORK_CODES, "socket hang up"],
  rules: ANSWER,
  shape: axiosShape,
});
