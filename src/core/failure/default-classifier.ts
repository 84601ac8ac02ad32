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
import { causes, ownVerdict, read } from "./chain.ts";
import type { Classification, Classifier } from "./classification.ts";
import { type ErrorClass, isErrorClass } from "./error-class.ts";
import { classOfCode } from "./error-codes.ts";
import { httpStatus } from "./http-status.ts";

/** Classifies by our own markers, names, HTTP status and error codes, and then by what the error's name speaks of. */
export const defaultClassifier: Classifier = (error) => classifyChain(error, true);

/** The same without guessing from names: what no marker, status or code tells is `UNKNOWN`. */
export const strictClassifier: Classifier = (error) => classifyChain(error, false);

function classifyChain(error: unknown, byName: boolean): ErrorClass | Classification {
  const chain = causes(error);
  const own = ownVerdict(chain);
  if (isErrorClass(typeof own === "object" ? own.errorClass : own)) return own as ErrorClass | Classification;
  for (const link of chain) {
    const errorClass = classifyOne(link, byName);
    if (errorClass !== undefined) return errorClass;
  }
  return "UNKNOWN";
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

/** RFC 9110, section 15: what each status from 400 to 599 says about trying again. */
function classOfStatus(status: number | undefined): ErrorClass | undefined {
  if (status === undefined) return undefined;
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
