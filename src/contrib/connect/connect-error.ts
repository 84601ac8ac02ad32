import { nameOfStatus, RPC_STATUS, type RpcStop, stopOf, wasAborted } from "../../clients/rpc/index.ts";
import { isRedressError, isRetryExhaustedError } from "../../index.ts";

interface ConnectErrorLike extends Error {
  readonly code: number;
  readonly rawMessage: string;
  readonly metadata: Headers;
  readonly details: readonly unknown[];
  findDetails(wanted: unknown): unknown[];
  cause?: unknown;
}

/** Whether it is an error of Connect's, by the shape that Connect itself goes by. Source: connect-error.ts, Symbol.hasInstance. */
function isConnectError(error: unknown): error is ConnectErrorLike {
  return error instanceof Error && error.name === "ConnectError" && typeof (error as Partial<ConnectErrorLike>).code === "number";
}

/** Whether Connect ended a call since the caller's `timeoutMs` had passed. */
export const isTimeout = (error: unknown): boolean => isConnectError(error) && error.code === 4;

/** An error of ours in the shape of a `ConnectError`, so that its code reaches the caller; with what a server said, where it is about that. */
class ConnectStop extends Error implements ConnectErrorLike {
  readonly code: number;
  readonly rawMessage: string;
  readonly metadata: Headers;
  readonly details: readonly unknown[];
  override cause: unknown;
  readonly #said: ConnectErrorLike | undefined;

  constructor(stop: RpcStop, error: unknown, said?: ConnectErrorLike) {
    const code = said?.code ?? stop.code;
    const rawMessage = said?.rawMessage ?? stop.details;
    super(`[${nameOfStatus(code).toLowerCase().replace("cancelled", "canceled")}] ${rawMessage}`);
    this.name = "ConnectError";
    this.code = code;
    this.rawMessage = rawMessage;
    this.metadata = said?.metadata ?? new Headers();
    this.details = said?.details ?? [];
    this.cause = error;
    this.#said = said;
  }

  findDetails(wanted: unknown): unknown[] {
    return this.#said?.findDetails(wanted) ?? [];
  }
}

/**
 * What the caller gets for what a policy has thrown: the error of Connect's as it was, or one of ours in its shape.
 *
 * @param signal that of the call: once it has aborted, Connect throws its reason, whatever the interceptor throws
 */
export function errorFor(error: unknown, signal: AbortSignal): unknown {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  // Then by its cause, `outcomeOf` finds why the call stopped.
  if (isConnectError(reason) && reason !== error) reason.cause ??= error;
  // The reason of a scope that was aborted may be anything.
  const isOfScope = wasAborted(error) && !signal.aborted && !isConnectError(error);
  if (!isRedressError(error) && !isOfScope) return error;
  const last = isRetryExhaustedError(error) ? error.lastError : undefined;
  return new ConnectStop(stopOf(error), error, isConnectError(last) ? last : undefined);
}

/** What the reader of a stream gets for an error by which it breaks off: where the scope of its call has ended it, Connect does not say so. */
export function errorOfStream(error: unknown, signals: { readonly attempt: AbortSignal; readonly caller: AbortSignal }): unknown {
  if (!signals.attempt.aborted || signals.caller.aborted) return error;
  const reason: unknown = signals.attempt.reason;
  return new ConnectStop({ code: RPC_STATUS.CANCELLED, details: stopOf(reason).details }, reason);
}
