/*
 * How a failure is classified when nobody knows the library better. Errors of ours are looked for along the whole chain of causes
 * before anything else is asked; then, of the error and each of its causes in turn, the first match wins:
 *   1. `TimeoutError` by name            TRANSIENT
 *      `AbortError` by name              PERMANENT (somebody cancelled), TRANSIENT where a timeout is its cause
 *   2. an HTTP status from 400 to 599    by status
 *   3. a string code                     by table
 *   4. the name (default classifier)     by what it speaks of
 *   5. otherwise                         UNKNOWN
 * Any value at all gets an answer: chains may be cyclic or endless, getters may throw.
 */
import { isObject } from "../is-object.ts";
import type { Classification, Classifier } from "./classification.ts";
import { type ErrorClass, isErrorClass } from "./error-class.ts";
import { classOfCode } from "./error-codes.ts";
import { isRedressError } from "./redress-error.ts";

// A chain longer than this holds nothing that a person would look for; it bounds the work on endless ones.
const MOST_ERRORS = 24;

/** Classifies by our own markers, names, HTTP status and error codes, and then by what the error's name speaks of. */
export const defaultClassifier: Classifier = (error) => classifyChain(error, true);

/** The same without guessing from names: what no marker, status or code tells is `UNKNOWN`. */
export const strictClassifier: Classifier = (error) => classifyChain(error, false);

function classifyChain(error: unknown, byName: boolean): ErrorClass | Classification {
  const chain = causes(error);
  for (const link of chain) {
    const errorClass = isRedressError(link) && read(link, "errorClass");
    if (isErrorClass(errorClass)) {
      const retryAfterMs = read(link, "retryAfterMs");
      return errorClass === "RATE_LIMIT" && typeof retryAfterMs === "number" ? { errorClass, retryAfterMs } : errorClass;
    }
  }
  for (const link of chain) {
    const errorClass = classifyOne(link, byName);
    if (errorClass !== undefined) return errorClass;
  }
  return "UNKNOWN";
}

/** The error, its causes and the errors it aggregates, nearest first, each once. */
function causes(error: unknown): readonly object[] {
  if (!isObject(error)) return [];
  const chain = [error];
  const add = (cause: unknown): void => {
    if (isObject(cause) && chain.length < MOST_ERRORS && !chain.includes(cause)) chain.push(cause);
  };
  for (let at = 0; at < chain.length; at++) {
    const link = chain[at] as object;
    add(read(link, "cause"));
    const errors = read(link, "errors");
    const count = read(errors, "length");
    for (let i = 0; typeof count === "number" && i < count && i < MOST_ERRORS; i++) add(read(errors, `${i}`));
  }
  return chain;
}

function classifyOne(error: object, byName: boolean): ErrorClass | undefined {
  const name = read(error, "name");
  if (name === "TimeoutError") return "TRANSIENT";
  if (name === "AbortError") return read(read(error, "cause"), "name") === "TimeoutError" ? "TRANSIENT" : "PERMANENT";
  const code = read(error, "code");
  return (
    classOfStatus(httpStatus(error, code)) ??
    (typeof code === "string" ? classOfCode(code) : undefined) ??
    (byName && typeof name === "string" ? classOfName(name) : undefined)
  );
}

function httpStatus(error: object, code: unknown): unknown {
  const response = read(error, "response");
  return [
    read(error, "status"),
    read(error, "statusCode"),
    read(response, "status"),
    read(response, "statusCode"),
    read(read(error, "$metadata"), "httpStatusCode"),
    code,
  ].find(isErrorStatus);
}

function isErrorStatus(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 400 && value <= 599;
}

/** RFC 9110, section 15: what each status from 400 to 599 says about trying again. */
function classOfStatus(status: unknown): ErrorClass | undefined {
  if (!isErrorStatus(status)) return undefined;
  if (status >= 500) return "SERVER_ERROR";
  if (status === 401) return "AUTH";
  if (status === 403) return "PERMISSION";
  if (status === 408 || status === 425) return "TRANSIENT";
  if (status === 409) return "CONCURRENCY";
  return status === 429 ? "RATE_LIMIT" : "PERMANENT";
}

function classOfName(name: string): ErrorClass | undefined {
  // "auth" as in authentication and authorization, not as in author.
  if (/auth(?!or(?!i[sz]))|credential/i.test(name)) return "AUTH";
  if (/forbid|permission/i.test(name)) return "PERMISSION";
  return /timeout|connection/i.test(name) ? "TRANSIENT" : undefined;
}

function read(object: unknown, key: string): unknown {
  try {
    return isObject(object) ? (object as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}
