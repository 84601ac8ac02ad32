/*
 * The end of a call in one line: of which kind it is, and its fields, for logs and reports of errors. The fields are named as those of `onLog` are; of what the
 * operation returned or threw they hold no more than the name of its class.
 */
import { errorName } from "../clients/options/index.ts";
import type { CallContext, CallEnd, EventName, Failure, StopReason, Tags } from "../index.ts";

/**
 * `recovered`: a success after more than one attempt. `expected`: it stopped for a reason that is no news. `fault`: code that decides has thrown, a mistake in
 * the policy.
 */
export type CallKind = "success" | "recovered" | "fellBack" | "expected" | "failure" | "fault";

/**
 * The stops that are no news: the caller has left, the retry is left to another process, and what a circuit or a limiter turns away, which may be every call
 * for a while and was told when the circuit opened.
 */
export const EXPECTED_STOPS: readonly StopReason[] = ["ABORTED", "SCHEDULED", "CIRCUIT_OPEN", "LIMITED"];

/** What is told of the end of a call. Fields that do not apply are left out. */
export interface CallFields extends Tags {
  readonly attempts: number;
  readonly elapsed_ms: number;
  /** Of SCHEDULED, and of a delay that did not fit. */
  readonly next_delay_ms?: number;
  /** Whose deadline it was. */
  readonly deadline_of?: string;
}

/** Tells the kinds of ends apart. */
export function kindOf(end: CallEnd, expected: ReadonlySet<StopReason>): CallKind {
  if (end.ok) return end.fellBack ? "fellBack" : end.attempts > 1 ? "recovered" : "success";
  if (end.stopReason === null) return "fault";
  return expected.has(end.stopReason) ? "expected" : "failure";
}

/** Why the call that ends next has fallen back: that is told right before its end, in the same turn, and nowhere else. */
export class FallbackTags {
  #latest: Tags | null = null;

  heard(event: EventName, tags: Tags): void {
    if (event === "fell_back") this.#latest = tags;
  }

  /** Of the call that has just ended. */
  take({ operation }: CallContext): Tags | null {
    const latest = this.#latest;
    this.#latest = null;
    return (latest?.operation ?? null) === operation ? latest : null;
  }
}

/** The fields of the end of a call. */
export function fieldsOf(call: CallContext, end: CallEnd, covered: Tags | null): CallFields {
  const { attempts, elapsedMs } = end;
  return {
    ...(call.operation !== null && { operation: call.operation }),
    attempts,
    // Clocks have more digits than anybody reads.
    elapsed_ms: Math.round(elapsedMs * 1_000) / 1_000,
    ...(end.ok ? end.fellBack && covered : end.stopReason === null ? { err: errorName(end.fault) } : ofFailure(end)),
  };
}

function ofFailure({ stopReason, lastClass, cause, lastError, limitedBy, nextDelayMs, deadlineOf }: Failure): object {
  return {
    stop_reason: stopReason,
    ...(lastClass !== null && { class: lastClass }),
    ...(cause === "exception" && { err: errorName(lastError) }),
    ...(cause !== null && { cause }),
    ...(limitedBy !== undefined && { limiter: limitedBy.limiter, reason: limitedBy.reason }),
    ...(nextDelayMs !== null && { next_delay_ms: Math.round(nextDelayMs) }),
    ...(deadlineOf !== undefined && { deadline_of: deadlineOf }),
  };
}
