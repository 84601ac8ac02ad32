import type { BackoffContext, Strategy } from "../backoff/strategy.ts";
import type { FailureCause } from "../failure/classification.ts";
import type { ErrorClass } from "../failure/error-class.ts";
import { WrongAnswer } from "../retry/wrong-answer.ts";

/** A probe that has failed, as the strategy of the recovery times is told of it. */
export interface FailedProbe {
  /** How many probes have failed since the circuit was closed last, this one included. */
  readonly failedProbes: number;
  /** The class of its failure; `null` for a probe that succeeded, but slowly. */
  readonly errorClass: ErrorClass | null;
  /** The recovery time before this probe, in milliseconds. */
  readonly afterMs: number;
  readonly random: () => number;
}

/**
 * How long a circuit stays open after a failed probe, in milliseconds; `null` where the strategy gives no finite number >= 0.
 *
 * @throws what the strategy throws; TypeError where it returns no number.
 */
export function recoveryMsAfter(strategy: Strategy, probe: FailedProbe): number | null {
  const context = contextOf(probe);
  strategy.recordFailure?.(context.errorClass);
  const ms: unknown = strategy(context);
  if (typeof ms !== "number") throw new WrongAnswer("A recoveryBackoff", "a number of milliseconds", ms);
  return ms >= 0 && ms < Infinity ? ms : null;
}

/** A breaker hears the class of a failure and no more of it; and no deadline waits for a recovery. */
function contextOf({ failedProbes, errorClass, afterMs, random }: FailedProbe): BackoffContext {
  const cause: FailureCause = errorClass === null ? "result" : "exception";
  const known = errorClass ?? "TRANSIENT";
  return {
    attempt: failedProbes,
    classification: { errorClass: known },
    errorClass: known,
    prevSleepMs: afterMs,
    remainingMs: Infinity,
    cause,
    random,
  };
}
