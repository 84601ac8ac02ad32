/* The status by which a caller hears that the policy ended a call, where no server did. */
import {
  isAbortRetryError,
  isAttemptTimeoutError,
  isCircuitOpenError,
  isDeadlineExceededError,
  isLimitedError,
  outcomeOf,
} from "../../index.ts";
import { RPC_STATUS } from "./status.ts";

export interface RpcStop {
  readonly code: number;
  readonly details: string;
}

/** What an error that no server sent means as a status. */
export function stopOf(error: unknown): RpcStop {
  return { code: codeOf(error), details: error instanceof Error ? error.message : String(error) };
}

/** Whether a call ended with this error because it was aborted. */
export const wasAborted = (error: unknown): boolean => outcomeOf(error)?.stopReason === "ABORTED";

function codeOf(error: unknown): number {
  if (isCircuitOpenError(error)) return RPC_STATUS.UNAVAILABLE;
  if (isLimitedError(error)) return RPC_STATUS.RESOURCE_EXHAUSTED;
  if (isDeadlineExceededError(error) || isAttemptTimeoutError(error)) return RPC_STATUS.DEADLINE_EXCEEDED;
  // Whoever asked has gone: by the signal of the scope, whose reason may be anything.
  if (isAbortRetryError(error) || wasAborted(error)) return RPC_STATUS.CANCELLED;
  // The policy's own mistake, or the client's: a strategy that throws, a channel that was closed, a result that was judged a failure.
  return RPC_STATUS.INTERNAL;
}
