/*
 * Errors that users throw to say what kind of failure it was. The classifiers believe them before they look at anything else.
 * A marker may be subclassed; the subclass keeps its class of failure.
 */
import type { ErrorClass } from "./error-class.ts";
import { answersHttp } from "./http-answer.ts";
import { hasCode, RedressError, setName } from "./redress-error.ts";

class Marker extends RedressError {
  constructor(errorClass: Exclude<ErrorClass, "UNKNOWN">, message: string, options?: ErrorOptions) {
    super(`ERR_REDRESS_${errorClass}`, errorClass, message, options);
  }
}

/** Thrown by an operation: the caller is not known. Never retried. */
export class AuthError extends Marker {
  static {
    setName(AuthError, "AuthError");
  }
  constructor(message = "Not authenticated.", options?: ErrorOptions) {
    super("AUTH", message, options);
  }
}

/** Thrown by an operation: the caller may not do this. Never retried. */
export class PermissionError extends Marker {
  static {
    setName(PermissionError, "PermissionError");
  }
  constructor(message = "Not permitted.", options?: ErrorOptions) {
    super("PERMISSION", message, options);
  }
}

/** Thrown by an operation: it would fail again. Never retried. To end a call without a verdict on the dependency, throw `AbortRetryError`. */
export class PermanentError extends Marker {
  static {
    setName(PermanentError, "PermanentError");
  }
  constructor(message = "Permanent failure.", options?: ErrorOptions) {
    super("PERMANENT", message, options);
  }
}

/** Thrown by an operation: somebody else changed the same thing. */
export class ConcurrencyError extends Marker {
  static {
    setName(ConcurrencyError, "ConcurrencyError");
  }
  constructor(message = "Lost to a concurrent change.", options?: ErrorOptions) {
    super("CONCURRENCY", message, options);
  }
}

/** Thrown by an operation: the dependency asks for fewer calls. A server that lets it through answers 429 with `Retry-After`. */
export class RateLimitError extends Marker {
  static {
    setName(RateLimitError, "RateLimitError");
    answersHttp(RateLimitError, ({ retryAfterMs }) => ({ status: 429, retryAfterMs: retryAfterMs ?? null }));
  }
  /** How long the dependency asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message = "Rate limited.", options: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {}) {
    super("RATE_LIMIT", message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Thrown by an operation: the dependency failed while it worked on the request. */
export class ServerError extends Marker {
  static {
    setName(ServerError, "ServerError");
  }
  constructor(message = "The server failed.", options?: ErrorOptions) {
    super("SERVER_ERROR", message, options);
  }
}

/** Thrown by an operation: the way to the dependency failed. */
export class TransientError extends Marker {
  static {
    setName(TransientError, "TransientError");
  }
  constructor(message = "Transient failure.", options?: ErrorOptions) {
    super("TRANSIENT", message, options);
  }
}

export const isAuthError = (error: unknown): error is AuthError => hasCode(error, "ERR_REDRESS_AUTH");
export const isPermissionError = (error: unknown): error is PermissionError => hasCode(error, "ERR_REDRESS_PERMISSION");
export const isPermanentError = (error: unknown): error is PermanentError => hasCode(error, "ERR_REDRESS_PERMANENT");
export const isConcurrencyError = (error: unknown): error is ConcurrencyError => hasCode(error, "ERR_REDRESS_CONCURRENCY");
export const isRateLimitError = (error: unknown): error is RateLimitError => hasCode(error, "ERR_REDRESS_RATE_LIMIT");
export const isServerError = (error: unknown): error is ServerError => hasCode(error, "ERR_REDRESS_SERVER_ERROR");
export const isTransientError = (error: unknown): error is TransientError => hasCode(error, "ERR_REDRESS_TRANSIENT");
