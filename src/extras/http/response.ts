import type { Classification } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { classOfHttpStatus } from "../../core/failure/http-status.ts";
import { withRetryAfterOrLimit } from "../shared/index.ts";

/** Anything that answered an HTTP request: `Response` of fetch, axios, got, ky, undici, superagent, node's `IncomingMessage`. */
export interface HttpAnswer {
  readonly status?: number | undefined;
  readonly statusCode?: number | undefined;
  readonly headers?: unknown;
}

/**
 * A result classifier for clients that do not throw: an answer with a status from 400 on is a failure of the class that the status has,
 * with `retryAfterMs` where its headers say when to come back. Below 400, and without a status, it is a success: redirects are answers.
 *
 * The body is left alone. A body that is not read keeps its connection: read it, or cancel it, before the operation gives the answer back.
 *
 * @example
 * import { responseClassifier } from "redress/extras";
 *
 * const retry = { resultClassifier: responseClassifier, strategies: { RATE_LIMIT: retryAfterOr(fullJitter()) } };
 */
export function responseClassifier(result: unknown): ErrorClass | Classification | null {
  try {
    const { status, statusCode = status, headers } = result as HttpAnswer;
    const errorClass = typeof statusCode === "number" && statusCode >= 400 ? classOfHttpStatus(statusCode) : undefined;
    return errorClass ? withRetryAfterOrLimit(errorClass, statusCode as number, headers) : null;
  } catch {
    // What cannot be read is no answer to a request.
    return null;
  }
}
