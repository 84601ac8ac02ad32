import type { ErrorClass } from "./error-class.ts";
import type { Failure } from "./outcome.ts";
import type { StopReason } from "./stop-reason.ts";

/** Which failures a fallback covers, and what gives the value in their place. */
export interface FallbackRule {
  /** `null`: every stop but ABORTED. */
  readonly on: ReadonlySet<StopReason | ErrorClass> | null;
  readonly use: (failure: Failure<never>) => unknown;
}

/** No caller waits for the value of an aborted call, so it is covered only where ABORTED is named. */
export function covers({ on }: Pick<FallbackRule, "on">, { stopReason, lastClass }: Failure): boolean {
  if (on === null) return stopReason !== "ABORTED";
  return on.has(stopReason) || (stopReason !== "ABORTED" && lastClass !== null && on.has(lastClass));
}
