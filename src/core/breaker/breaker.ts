import type { ErrorClass } from "../failure/error-class.ts";
import type { CircuitState, Permit } from "./circuit.ts";

/** The answer to a call that asks a breaker. Report how an admitted call ended, with its permit. */
export type BreakerDecision =
  | { readonly admitted: true; readonly state: CircuitState; readonly permit: Permit }
  | { readonly admitted: false; readonly state: CircuitState; readonly permit: null };

/** What a policy asks of a circuit breaker. Every admitted call is reported once. */
export interface Breaker {
  readonly name: string;
  readonly state: CircuitState;
  /** Milliseconds until an open circuit may admit a probe. */
  readonly retryAfterMs: number;
  allow(): BreakerDecision;
  recordSuccess(permit: Permit): void;
  recordFailure(errorClass: ErrorClass, permit: Permit): void;
  recordCancel(permit: Permit): void;
}
