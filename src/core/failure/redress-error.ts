import { BRAND, isBranded } from "./brand.ts";
import type { ErrorClass } from "./error-class.ts";
import type { Failure } from "./outcome.ts";

/** The stable `code` of an error of ours. */
export type RedressErrorCode =
  | `ERR_REDRESS_${Exclude<ErrorClass, "UNKNOWN">}`
  | "ERR_REDRESS_ABORTED"
  | "ERR_REDRESS_ATTEMPT_TIMEOUT"
  | "ERR_REDRESS_DEADLINE_EXCEEDED"
  | "ERR_REDRESS_CIRCUIT_OPEN"
  | "ERR_REDRESS_LIMITED"
  | "ERR_REDRESS_INVALID_PROGRESS"
  | "ERR_REDRESS_HTTP"
  | "ERR_REDRESS_CLIENT_LEFT"
  | "ERR_REDRESS_SHUTTING_DOWN"
  | "ERR_REDRESS_BODY_TIMEOUT"
  | "ERR_REDRESS_STREAM_STALLED"
  | "ERR_REDRESS_STREAM_CUT"
  | "ERR_REDRESS_RETRY_EXHAUSTED";

/** Names a class of errors, for the first line of their stacks. A subclass, or an instance, may take another name. */
export function setName(type: { readonly prototype: object }, name: string): void {
  Object.defineProperty(type.prototype, "name", { value: name, writable: true, configurable: true });
}

/**
 * The base of every error that redress throws and of the markers that users throw.
 *
 * Tell them apart by `code` or by the guards (`isCircuitOpenError`, ...), never by `name`: minifiers rename, libraries collide.
 */
export class RedressError extends Error {
  static {
    setName(RedressError, "RedressError");
  }
  /** Why the call that threw this error stopped: `outcomeOf` reads it. Hidden, since it is no part of what the error says. */
  #failure: Failure | undefined;
  readonly code: RedressErrorCode;
  /** How the built-in classifiers classify this error. */
  readonly errorClass: ErrorClass;

  /** @param facts become fields of the error */
  constructor(code: RedressErrorCode, errorClass: ErrorClass, message: string, options?: ErrorOptions, facts?: object) {
    super(message, options);
    this.code = code;
    this.errorClass = errorClass;
    if (facts !== undefined) Object.assign(this, facts);
  }

  /** @internal Remembers why a call threw this error. False for what is no error of ours: that must be remembered elsewhere. */
  static remember(error: object, failure: Failure): boolean {
    if (!(#failure in error)) return false;
    error.#failure = failure;
    return true;
  }

  /** @internal */
  static failureOf(error: object): Failure | undefined {
    return #failure in error ? error.#failure : undefined;
  }

  get [BRAND](): true {
    return true;
  }
}

/** True for every error of ours, of any copy of this package. Never throws, whatever it is asked about. */
export function isRedressError(error: unknown): error is RedressError {
  return isBranded(error);
}

/** Whether it is an error of ours with this code. */
export function hasCode(error: unknown, code: RedressErrorCode): boolean {
  try {
    return isBranded(error) && (error as RedressError).code === code;
  } catch {
    return false;
  }
}
