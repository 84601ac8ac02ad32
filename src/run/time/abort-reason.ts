import { AbortRetryError } from "../../core/failure/verdicts.ts";

/** Why a signal has aborted. The signals of some polyfills do not say. */
export function reasonOf(signal: AbortSignal): unknown {
  const reason: unknown = signal.reason;
  return reason === undefined ? new AbortRetryError() : reason;
}
