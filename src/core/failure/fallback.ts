import type { ErrorClass } from "./error-class.ts";
import type { Failure } from "./outcome.ts";
import type { StopReason } from "./stop-reason.ts";

/** Which failures a fallback answers for, and its answer. */
export interface FallbackRule {
  /** `null`: every stop but ABORTED. */
  readonly on: ReadonlySet<StopReason | ErrorClass> | null;
  readonly use: (failure: Failure<never>) => unknown;
}

/** An aborted call has nobody waiting for a value, so it is covered only where ABORTED is named. */
export function covers({ on }: FallbackRule, { stopReason, lastClass }: Failure): boolean {
  if (on === null) return stopReason !== "ABORTED";
  return on.has(stopReason) || (stopReason !== "ABORTED" && lastClass !== null && on.has(lastClass));
}
