import type { AttemptEnd } from "../../index.ts";

/** What of a request tells how it has ended. */
export interface RequestEnd {
  /** Whether its client has gone before it was answered. */
  hasLeft(): boolean;
  /** The status of its answer. */
  statusOf(): number;
}

const LATE: AttemptEnd = { errorClass: "TRANSIENT", timeout: true };

/**
 * What a limiter hears of it. An answer tells by how long it took how much the server has to do, and so does a client that would not wait for it, or a deadline
 * that has passed; a failure, which may be quick or slow for any reason, says nothing.
 */
export function endOfRequest({ hasLeft, statusOf }: RequestEnd): AttemptEnd {
  if (hasLeft()) return LATE;
  const status = statusOf();
  if (status === 504) return LATE;
  return status < 500 ? "success" : "cancel";
}
