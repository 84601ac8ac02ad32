import type { ErrorClass } from "../failure/error-class.ts";
import { hasMethods } from "../is-object.ts";
import type { CircuitState, Permit } from "./circuit.ts";

/** Whether a breaker admits a call. Report how an admitted call ended, with its permit. */
export type BreakerDecision =
  | { readonly admitted: true; readonly state: CircuitState; readonly permit: Permit }
  | { readonly admitted: false; readonly state: CircuitState; readonly permit: null };

/** A circuit breaker as a policy uses it. Every admitted call is reported once. */
export interface Breaker {
  readonly name: string;
  readonly state: CircuitState;
  /** Milliseconds until an open circuit may admit a probe. */
  readonly retryAfterMs: number;
  /** Whether it was opened by hand: the error of a rejected call says so. */
  readonly isHeld?: boolean | undefined;
  /** Decides at once: a promise ends the call with a TypeError. */
  allow(): BreakerDecision;
  recordSuccess(permit: Permit): void;
  recordFailure(errorClass: ErrorClass, permit: Permit): void;
  recordCancel(permit: Permit): void;
}

const METHODS = ["allow", "recordSuccess", "recordFailure", "recordCancel"] as const satisfies readonly (keyof Breaker)[];

/** Whether a value is a breaker, by its methods: of whichever copy of this package, or of the user's own. */
export function isBreaker(value: unknown): value is Breaker {
  return typeof value === "object" && value !== null && hasMethods(value, METHODS);
}
