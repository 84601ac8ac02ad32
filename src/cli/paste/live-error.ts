/*
 * Makes errors again out of what is known of them: with a class of the printed name, so that what a classifier asks of an error has the
 * answer that it had. The classes are made here, by name; no code of the pasted text ever runs.
 */
import { BRAND } from "../../core/failure/brand.ts";

/** What a name is that ends like those of nearly all errors. PostgreSQL's client names its own `error`. */
export const ERROR_NAME = /(?:Error|Exception|^error)$/;

/** What the head of a printed error, or a serialized one, says. */
export interface ErrorFacts {
  /** The name of its class, where that is another one than its name: `DOMException`. */
  readonly className?: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

const builtIn: readonly (new (message?: string) => Error)[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
];

export function liveError({ className, name, message, stack }: ErrorFacts): Error {
  const error = className === "DOMException" ? new DOMException(message, name) : instanceOf(className ?? name, message);
  if (error.name !== name) setField(error, "name", name, true);
  setField(error, "stack", stack ?? `${name}: ${message}`, true);
  return error;
}

function instanceOf(className: string, message: string): Error {
  if (className === "AggregateError") return withoutErrors(message);
  const known = builtIn.find(({ name }) => name === className);
  const made = known ?? { [className]: class extends Error {} }[className];
  return new (made ?? Error)(message);
}

/** Its errors are set where they are known: an empty list would say that there were none. */
function withoutErrors(message: string): Error {
  const error = new AggregateError([], message);
  Reflect.deleteProperty(error, "errors");
  return error;
}

/** Sets a field of its own on any object, whatever its prototype has under this name. */
export function setField(object: object, key: PropertyKey, value: unknown, hidden = false): void {
  Object.defineProperty(object, key, { value, enumerable: !hidden, configurable: true, writable: true });
}

/** Errors of redress are known by a mark that is not printed. */
export function markIfOurs(error: object): void {
  const { code, errorClass } = error as { readonly code?: unknown; readonly errorClass?: unknown };
  if (typeof code === "string" && code.startsWith("ERR_REDRESS_") && typeof errorClass === "string")
    setField(error, BRAND, true, true);
}
