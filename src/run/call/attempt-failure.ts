import type { Classification, FailureCause } from "../../core/failure/classification.ts";

/** A classified failure: the thrown error or the returned value, and what it was classified as. */
export interface AttemptFailure {
  /** Which attempt failed. */
  readonly attempt: number;
  readonly classification: Classification;
  readonly cause: FailureCause;
  readonly value: unknown;
}
