/* What an attempt that is cut short ends with. */
import { AttemptTimeoutError, type CutAttempt, DeadlineExceededError } from "../../core/failure/verdicts.ts";
import type { Bounds } from "./bounds.ts";
import type { FailureFact } from "./observers.ts";

/** What of a call such an error tells. */
interface CutCall {
  readonly attempts: number;
  readonly last: FailureFact | null;
  readonly bounds: Bounds;
}

export function timeoutErrorOf({ attempts: attempt, bounds }: CutCall): AttemptTimeoutError {
  return new AttemptTimeoutError({ attempt, timeoutMs: bounds.attemptTimeoutMs }, cutAttempt(bounds));
}

export function deadlineErrorOf({ attempts: attempt, last, bounds }: CutCall): DeadlineExceededError {
  const options = last?.cause === "exception" ? { cause: last.value } : undefined;
  return new DeadlineExceededError({ attempt, deadlineMs: bounds.deadlineMs }, options, cutAttempt(bounds));
}

/** An operation that has never read the signal of its attempt goes on. */
const cutAttempt = ({ attempt, operation }: Bounds): CutAttempt => ({
  operation,
  goesOn: attempt !== null && !attempt.hasSignal,
});
