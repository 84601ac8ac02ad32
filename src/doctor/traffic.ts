import type { ErrorClass } from "../core/failure/error-class.ts";

/** What the policies will meet. */
export interface Traffic {
  /** Calls per second that one process makes, > 0. */
  readonly callsPerSecond?: number | undefined;
  /** The classes of failure that occur. @default all */
  readonly classes?: readonly ErrorClass[] | undefined;
}
