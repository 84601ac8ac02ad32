import { type Classification, defaultClassifier, isRedressError, RedressError } from "../../index.ts";
import { type ProblemDetails, readProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";

/** For so many milliseconds the body of an error is waited for. */
const BODY_WITHIN_MS = 5_000;

/** What an HttpError is made of. */
type HttpErrorFacts = Pick<HttpError, "status" | "statusText" | "headers" | "body" | "isBodyWhole" | "method" | "operation">;

/**
 * An answer with a status from 400 on, where answers are thrown. The built-in classifiers give it the class of its status, with what its headers say
 * about when to come back. What the server sent stands in the fields, never in the message: messages end up in logs.
 */
export class HttpError extends RedressError {
  static {
    Object.defineProperty(HttpError.prototype, "name", { value: "HttpError", writable: true, configurable: true });
  }
  declare readonly status: number;
  declare readonly statusText: string;
  declare readonly headers: Headers;
  /** The beginning of the body as text: at most 64 KiB of it. */
  declare readonly body: string;
  /** Whether `body` is all of it. */
  declare readonly isBodyWhole: boolean;
  declare readonly method: string;
  declare readonly operation: string;
  /** What a body of `application/problem+json` says (RFC 9457); `undefined` for all others. */
  readonly problem: ProblemDetails | undefined;
  /** When the server wants to be asked again, in milliseconds, where it says so. */
  readonly retryAfterMs: number | undefined;
  /** Whether the status says that a wait was given up: 408, 504. */
  readonly timeout: boolean;

  constructor(facts: HttpErrorFacts, options?: ErrorOptions) {
    const { status, statusText, headers, body, operation } = facts;
    const { errorClass, retryAfterMs, timeout } = classify(status, headers);
    const text = statusText === "" ? "" : ` ${statusText}`;
    super("ERR_REDRESS_HTTP", errorClass, `${operation} answered ${status}${text}.`, options, facts);
    this.problem = readProblem(headers.get("content-type"), body);
    this.retryAfterMs = retryAfterMs;
    this.timeout = timeout === true;
  }
}

function classify(status: number, headers: Headers): Classification {
  const answer = defaultClassifier({ status, headers });
  return typeof answer === "string" ? { errorClass: answer } : answer;
}

/** True for every HttpError, of any copy of this package. */
export const isHttpError = (error: unknown): error is HttpError => isRedressError(error) && error.code === "ERR_REDRESS_HTTP";

/** The error for an answer. Reads the beginning of its body, and lets its connection go. */
export async function httpErrorOf(
  response: Response,
  request: { readonly method: string; readonly operation: string },
  options?: ErrorOptions,
): Promise<HttpError> {
  const { status, statusText, headers } = response;
  const { method, operation } = request;
  return new HttpError({ status, statusText, headers, ...(await errorBodyOf(response)), method, operation }, options);
}

/** The beginning of the body of an error. Lets its connection go. */
export async function errorBodyOf({ body }: Response): Promise<Pick<HttpError, "body" | "isBodyWhole">> {
  if (body === null) return { body: "", isBodyWhole: true };
  try {
    const { bytes, isWhole } = await readBody(body, BODY_WITHIN_MS);
    return { body: new TextDecoder().decode(bytes), isBodyWhole: isWhole };
  } catch {
    return { body: "", isBodyWhole: false };
  }
}
