/*
 * How a failure is classified where the library that threw it is not known. Errors of ours are looked for along the whole chain of causes
 * before anything else is read; then, of the error and each of its causes in turn, the first match wins:
 *   1. `TimeoutError` by name            TRANSIENT
 *      `AbortError` by name              PERMANENT (the caller cancelled), TRANSIENT where a timeout is its cause
 *   2. an HTTP status from 400 to 599    by status
 *   3. a string code                     by table
 *   4. the name (default classifier)     by what it speaks of
 *   5. otherwise                         UNKNOWN
 * Any value at all gets a class: chains may be cyclic or endless, getters may throw.
 */
import { ErrorReader } from "./chain.ts";
import type { Classification, Classifier } from "./classification.ts";
import { type ErrorClass, isErrorClass } from "./error-class.ts";
import { classOfCode } from "./error-codes.ts";
import { classOfStatus, httpStatus } from "./http-status.ts";

/** Classifies by our own markers, names, HTTP status and error codes, and then by what the error's name speaks of. */
export const defaultClassifier: Classifier = (error) => classifyChain(error, true);

/** The same without guessing from names: what no marker, status or code tells is `UNKNOWN`. */
export const strictClassifier: Classifier = (error) => classifyChain(error, false);

function classifyChain(error: unknown, byName: boolean): ErrorClass | Classification {
  const reader = new ErrorReader();
  const chain = reader.causes(error);
  const own = reader.ownVerdict(chain);
  if (isErrorClass(typeof own === "object" ? own.errorClass : own)) return own as ErrorClass | Classification;
  for (const link of chain) {
    const errorClass = classifyOne(reader, link, byName);
    if (errorClass !== undefined) return errorClass;
  }
  return "UNKNOWN";
}

function classifyOne(reader: ErrorReader, error: object, byName: boolean): ErrorClass | undefined {
  const name = reader.read(error, "name");
  if (name === "TimeoutError") return "TRANSIENT";
  if (name === "AbortError")
    return reader.read(reader.read(error, "cause"), "name") === "TimeoutError" ? "TRANSIENT" : "PERMANENT";
  const code = reader.read(error, "code");
  const status = httpStatus(reader, error, code);
  if (status !== undefined) return classOfStatus(status);
  return (
    (typeof code === "string" ? classOfCode(code) : undefined) ??
    (byName && typeof name === "string" ? classOfName(name) : undefined)
  );
}

function classOfName(name: string): ErrorClass | undefined {
  // "auth" as in authentication and authorization, not as in author.
  if (/auth(?!or(?!i[sz]))|credential/i.test(name)) return "AUTH";
  if (/forbid|permission/i.test(name)) return "PERMISSION";
  return /timeout|connection/i.test(name) ? "TRANSIENT" : undefined;
}
