/* What scripted operations throw and return. */
import {
  AbortRetryError,
  AuthError,
  CircuitOpenError,
  ConcurrencyError,
  PermanentError,
  PermissionError,
  RateLimitError,
  ServerError,
  TransientError,
} from "redress";
import type { Gift } from "./script.ts";

const ERRORS: Readonly<Record<Gift, () => unknown>> = {
  value: () => new Error("unknown"),
  UNKNOWN: () => new Error("unknown"),
  AUTH: () => new AuthError(),
  PERMISSION: () => new PermissionError(),
  PERMANENT: () => new PermanentError(),
  CONCURRENCY: () => new ConcurrencyError(),
  RATE_LIMIT: () => new RateLimitError(),
  SERVER_ERROR: () => new ServerError(),
  TRANSIENT: () => new TransientError(),
  "abort retry": () => new AbortRetryError(),
  "circuit open": () => new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 5 }),
  "come later": () => new RateLimitError("come later", { retryAfterMs: 5 }),
  primitive: () => "boom",
  frozen: () => Object.freeze(new TransientError()),
};

export const toError = (gift: Gift): unknown => ERRORS[gift]();

/** Classes are results that count as failures, everything else is a value. */
export function toValue(gift: Gift): unknown {
  if (gift === "value") return { value: true };
  if (gift === "primitive") return 7;
  if (gift === "frozen") return Object.freeze({});
  if (gift === "come later") return { failed: "RATE_LIMIT" };
  return gift === "abort retry" || gift === "circuit open" ? toError(gift) : { failed: gift };
}

export type Then = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown;

/** What other libraries answer in place of a promise. */
export function thenable(then: Then): unknown {
  return { then };
}
