/*
 * How a delivery that has no value ends an attempt in Temporal:
 *
 *   failed            -> an ApplicationFailure that Temporal does not retry: its type is the stop reason
 *   later             -> one that it does, after exactly the delay that was decided: its type is the error class
 *   later, shut down  -> the same, at once, of the type that Temporal itself has for it
 *
 * Details are counts and names, never payloads. The error itself is the cause, of which Temporal keeps message and stack.
 */
import { isLimitedError, rejectionBehind, type StopReason } from "../../index.ts";
import type { DeliveryEnd } from "../../workers/delivery/index.ts";
import type { ActivityModule } from "./shapes.ts";

type Ended = Exclude<DeliveryEnd<unknown>, { readonly kind: "done" }>;
type Later = Extract<Ended, { readonly kind: "later" }>;

/** What a workflow finds in `failure.details[0]`: why an attempt of an activity has ended, and what it took. */
export interface ActivityFailureDetails {
  readonly stopReason: StopReason;
  readonly errorClass: string | null;
  /** Invocations of the activity's function so far. */
  readonly attempts: number;
  readonly elapsedMs: number;
  /** In how many milliseconds the next attempt is made; left out where there is none. */
  readonly nextDelayMs?: number;
}

// Temporal takes a delay of 0 for none, and decides itself. It keeps no parts of a millisecond.
const wholeMs = (delayMs: number): number => Math.max(1, Math.ceil(delayMs));

/** The failure to throw. */
export function failureOf({ ApplicationFailure }: Pick<ActivityModule, "ApplicationFailure">, end: Ended): Error {
  const { reason, failure } = end;
  const error = errorOf(end);
  const nextRetryDelay = end.kind === "later" ? wholeMs(end.delayMs) : undefined;
  const details: ActivityFailureDetails[] = [];
  if (failure !== null) {
    const { stopReason, lastClass, attempts, elapsedMs } = failure;
    const next = nextRetryDelay !== undefined && { nextDelayMs: nextRetryDelay };
    details.push({ stopReason, errorClass: lastClass, attempts, elapsedMs: Math.round(elapsedMs), ...next });
  }
  return ApplicationFailure.create({
    message: reason,
    type: end.kind === "later" ? typeOfLater(end) : (failure?.stopReason ?? nameOf(error)),
    nonRetryable: end.kind === "failed",
    details,
    ...(error instanceof Error && { cause: error }),
    ...(nextRetryDelay !== undefined && { nextRetryDelay }),
  });
}

/** What it has failed with; of a stop that is for now only, not that it has stopped. */
function errorOf(end: Ended): unknown {
  if (end.kind === "failed") return end.error;
  const { cause, lastError, error } = end.failure;
  return cause === "exception" ? lastError : error;
}

function typeOfLater({ failure }: Later): string {
  const { stopReason, lastClass, error } = failure;
  if (stopReason === "SCHEDULED") return lastClass ?? stopReason;
  if (stopReason === "ABORTED") return "WorkerShutdown";
  const rejection = rejectionBehind(error);
  if (rejection === undefined) return stopReason;
  return isLimitedError(rejection) ? "LIMITED" : "CIRCUIT_OPEN";
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Error");
