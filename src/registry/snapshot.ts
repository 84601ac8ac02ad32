import type { CircuitState } from "../core/breaker/circuit.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import type { BreakerStats } from "../policy/breaker-stats.ts";
import type { PolicyDescription } from "../policy/describe.ts";
import type { KeyedDescription } from "../policy/keyed/keyed-policies.ts";

/** What a registry knows at one moment, as plain JSON. Rows stand in the order in which their policies were added. */
export interface RegistrySnapshot {
  /** When it was taken, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly policies: readonly PolicySnapshot[];
  /** The circuits of these policies, each once. Those that `keyed` makes for its keys are counted in `policies[].keys` instead. */
  readonly circuits: readonly CircuitSnapshot[];
  /** The retry budgets of these policies, each once. `unlimited`, and what says nothing finite of itself, is not among them. */
  readonly budgets: readonly BudgetSnapshot[];
  /** The limiters of these policies, each once. */
  readonly limiters: readonly LimiterSnapshot[];
}

/** Counts since the policy was added. */
export interface CallCounts {
  /** Calls that have begun. */
  readonly calls: number;
  /** Calls that ended with a value of the operation. */
  readonly succeeded: number;
  /** Calls that ended with the value of the fallback. */
  readonly fellBack: number;
  /** Calls that ended without a value, for good. */
  readonly failed: number;
  /** Calls whose retry was left to another process or a later delivery: SCHEDULED. A delivery that goes on with one is a call of its own. */
  readonly deferred: number;
  /** Calls that were ended by a mistake in the policy. */
  readonly faults: number;
  /** Attempts that have begun: first ones, retries and hedges. */
  readonly attempts: number;
  readonly retries: number;
  /** Attempts that began while an earlier one was in flight. */
  readonly hedges: number;
  /** Hedges that gave the value. */
  readonly hedgeWins: number;
  /** The delays before retries, together, in milliseconds. */
  readonly sleepMs: number;
  /**
   * Attempts for each call, of those that began in the last minute; `null` where no call began. Calls that were rejected count: below 1, load is held back. Later
   * deliveries of a call are no calls here, so that a job that takes three of them comes to 3.
   */
  readonly amplification: number | null;
  /** Why calls ended without a value: those that failed, and those that were deferred. */
  readonly stopReasons: Readonly<Partial<Record<StopReason, number>>>;
  /** Failed attempts by their class. */
  readonly classes: Readonly<Partial<Record<ErrorClass, number>>>;
}

/** A policy, or the policies of `keyed` together. */
export interface PolicySnapshot extends CallCounts {
  readonly name: string;
  readonly operation: string | null;
  /** Calls that are in flight, those included that began before the policy was added. */
  readonly inFlight: number;
  /** The name of its circuit, its budget and its limiters in this snapshot; `null` where it has none, or where each key has its own. */
  readonly circuit: string | null;
  readonly budget: string | null;
  readonly limiters: readonly string[];
  /** What the keys have for themselves; `null` for a policy. */
  readonly keys: KeysSnapshot | null;
  readonly describe: PolicyDescription | KeyedDescription;
}

/** The policies of `keyed`. Keys have no rows: there may be thousands. */
export interface KeysSnapshot {
  /** Policies that are kept. */
  readonly kept: number;
  /** The states of their own circuits. */
  readonly circuits: Readonly<Record<CircuitState, number>>;
}

export interface CircuitSnapshot {
  /** Its name; where another circuit that lives has the same, `name#2`, and so on. */
  readonly name: string;
  /** As the last call left it: an open circuit turns half-open when, after the recovery time, the next call asks. */
  readonly state: CircuitState;
  /** Failures that count now; `null` for a breaker that does not say. */
  readonly failureCount: number | null;
  /** Milliseconds until an open circuit may admit a probe: 0 in the other states, `null` when only `reset()` closes it. */
  readonly retryAfterMs: number | null;
  /** Whether it was opened by hand. */
  readonly held: boolean;
  /** `null` for a breaker that does not say. */
  readonly stats: BreakerStats | null;
  /** Its last 50 changes since the first of its policies was added, the oldest first. Of a breaker of your own none is known. */
  readonly history: readonly CircuitChange[];
  /** Whether `trip` and `reset` work: not for a breaker of your own without these methods. */
  readonly canTrip: boolean;
  /** The names of the policies that share it. */
  readonly policies: readonly string[];
}

export interface CircuitChange {
  /** In milliseconds since the epoch. */
  readonly atMs: number;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** The class of the failure that opened it; `null` otherwise. */
  readonly errorClass: ErrorClass | null;
}

export interface BudgetSnapshot {
  /** A budget has no name of its own: those of the policies that share it, as in `"users, orders"`. */
  readonly name: string;
  /** What is left, in the budget's own unit. */
  readonly remaining: number;
  /** What is left of one that is full; `null` for a budget that does not say. */
  readonly capacity: number | null;
  readonly policies: readonly string[];
}

export interface LimiterSnapshot {
  /** Its name; where another limiter that lives has the same, `name#2`, and so on. */
  readonly name: string;
  /** `"Bulkhead"`, `"RateLimiter"`, or the name of your own class. */
  readonly kind: string;
  /** Places that are taken; 0 for a limiter that has no places, such as a rate limiter. */
  readonly inUse: number;
  /** Attempts that wait. */
  readonly queued: number;
  /** How many places it has now; `null` where it has none. */
  readonly limit: number | null;
  /** How many may wait; `null` where there is no limit, or no queue. */
  readonly maxQueue: number | null;
  /** What a rate limiter can give now, or that by dimension; `null` for others. */
  readonly remaining: number | Readonly<Record<string, number>> | null;
  /** All numbers of its own `stats`. */
  readonly stats: Readonly<Record<string, number>>;
  readonly policies: readonly string[];
}
