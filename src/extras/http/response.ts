import type { Classification, ResultClassifier } from "../../core/failure/classification.ts";
import { resultClassifierOf } from "../../core/failure/classifier.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { withHeaders } from "../shared/index.ts";

/** Anything that answered an HTTP request: `Response` of fetch, axios, got, ky, undici, superagent, node's `IncomingMessage`. */
export interface HttpAnswer {
  readonly status?: number | undefined;
  readonly statusCode?: number | undefined;
  readonly headers?: unknown;
}

/**
 * A result classifier for clients that do not throw: an answer with a status from 400 on is a failure of the class that the status has,
 * with `retryAfterMs` where its headers say when to come back. Below 400 it is a success: redirects are answers. So is every value that is no
 * HTTP response, which has headers beside its status: a parsed body with a `status` of its own is a success.
 *
 * The body is left alone. A body that is not read keeps its connection: read it, or cancel it, before the operation gives the answer back.
 *
 * @example
 * import { responseClassifier } from "redress/extras";
 *
 * const retry = { resultClassifier: responseClassifier, strategies: { RATE_LIMIT: retryAfterOr(fullJitter()) } };
 */
export const responseClassifier: ResultClassifier<unknown> = /* @__PURE__ */ resultClassifierOf("responseClassifier", (result) =>
  classifyAny(result),
);

function classifyAny(result: unknown): ErrorClass | Classification | null {
  try {
    if (typeof result !== "object" || result === null) return null;
    const { status, statusCode = status, headers } = result as HttpAnswer;
    const kind = typeof statusCode === "number" && statusCode >= 400 ? kindOfHttpStatus(statusCode) : undefined;
    return kind !== undefined && isAnswer(headers) ? withHeaders(kind, headers) : null;
  } catch {
    // What cannot be read is no answer to a request.
    return null;
  }
}

/**
 * A status alone is none: bodies have one too. An answer has headers beside it: `Headers` or the like, or in the clients that keep them in a plain
 * object, at least one, and every value a text, a number or a list.
 */
function isAnswer(headers: unknown): boolean {
  if (typeof headers !== "object" || headers === null) return false;
  const { get, entries } = headers as { readonly get?: unknown; readonly entries?: unknown };
  if (typeof get === "function" || typeof entries === "function") return true;
  const values = Object.values(headers);
  return (
    values.length > 0 && values.every((value) => typeof value === "string" || typeof value === "number" || Array.isArray(value))
  );
}
