import type { Classification, ResultClassifier } from "../../core/failure/classification.ts";
import { resultClassifierOf } from "../../core/failure/classifier.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { isPlain } from "../../core/is-object.ts";
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
 * HTTP response, such as a parsed body that has a `status` of its own.
 *
 * The body is left alone. A body that is not read keeps its connection: read it, or cancel it, before the operation gives the answer back.
 *
 * @example
 * import { responseClassifier } from "redress/extras";
 *
 * const retry = { resultClassifier: responseClassifier, strategies: { RATE_LIMIT: retryAfterOr(fullJitter()) } };
 */
export const responseClassifier: ResultClassifier<unknown> = /* @__PURE__ */ resultClassifierOf(
  "responseClassifier",
  classifyAny,
);

function classifyAny(result: unknown): ErrorClass | Classification | null {
  try {
    if (typeof result !== "object" || result === null) return null;
    const { status, statusCode = status, headers } = result as HttpAnswer;
    const kind = typeof statusCode === "number" && statusCode >= 400 ? kindOfHttpStatus(statusCode) : undefined;
    return kind !== undefined && isAnswer(result, headers) ? withHeaders(kind, headers) : null;
  } catch {
    // What cannot be read is no answer to a request.
    return null;
  }
}

/* Where clients that give plain objects keep the request, the response of the platform, or the body: none of them is plain data. */
const INSIDES: readonly string[] = ["request", "req", "res", "raw", "body"];

/**
 * A status is not enough, for a body may have one; headers neither, for a body may quote some. But no JSON has a method, an instance of a
 * class, or the `config` that axios and gaxios give back beside the `data`.
 */
function isAnswer(answer: object, headers: unknown): boolean {
  if (typeof headers !== "object" || headers === null) return false;
  const { get, entries } = headers as { readonly get?: unknown; readonly entries?: unknown };
  if (typeof get === "function" || typeof entries === "function" || !isData(answer)) return true;
  const held = answer as Readonly<Record<string, unknown>>;
  return ("config" in held && "data" in held) || INSIDES.some((key) => isInstance(held[key]));
}

/** What JSON is made of. */
const isData = (value: object): boolean => isPlain(value) || Array.isArray(value);

const isInstance = (value: unknown): boolean => typeof value === "object" && value !== null && !isData(value);
