/* What an attempt that is cut short ends with. */
import { AttemptTimeoutError, type CutAttempt, DeadlineExceededError } from "../../core/failure/verdicts.ts";
import type { Attempt } from "./attempt.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { Bounds } from "./bounds.ts";

/** What of a call such an error tells. */
interface CutCall {
  readonly last: AttemptFailure | null;
  readonly bounds: Bounds;
}

export function timeoutErrorOf({ bounds }: CutCall, cut: Attempt): AttemptTimeoutError {
  const { attempt } = cut;
  return new AttemptTimeoutError({ attempt, timeoutMs: bounds.attemptTimeoutMs }, cutAttempt(bounds, cut));
}

export function deadlineErrorOf({ last, bounds }: CutCall, cut: Attempt): DeadlineExceededError {
  const { attempt } = cut;
  const { deadlineMs, deadlineOf } = bounds;
  const options = last?.cause === "exception" ? { cause: last.value } : undefined;
  return new DeadlineExceededError({ attempt, deadlineMs, deadlineOf }, options, cutAttempt(bounds, cut));
}

/** An operation that has never read the signal of its attempt goes on. */
const cutAttempt = ({ operation }: Bounds, { hasSignal }: Attempt): CutAttempt => ({ operation, goesOn: !hasSignal });
