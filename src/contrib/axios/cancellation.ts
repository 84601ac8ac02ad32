/* How the caller cancels a request of axios: by a signal, by a token of before there were signals, or by both. */
import type { AxiosConfigShape } from "./axios-shapes.ts";

export interface Cancellation {
  /** Aborts when the caller cancels. */
  readonly signal: AbortSignal | undefined;
  /** Stops listening. */
  readonly end: () => void;
}

const nothing = (): void => {};

export function cancellationOf({ signal, cancelToken }: AxiosConfigShape): Cancellation {
  if (cancelToken === undefined || cancelToken === null) return { signal: signal ?? undefined, end: nothing };
  const joined = new AbortController();
  const cancelled = (reason: unknown): void => joined.abort(reason);
  const aborted = (): void => joined.abort(signal?.reason);
  // A token that was used calls its listener at once.
  cancelToken.subscribe(cancelled);
  if (signal?.aborted) aborted();
  else signal?.addEventListener("abort", aborted);
  return {
    signal: joined.signal,
    end: () => {
      cancelToken.unsubscribe(cancelled);
      signal?.removeEventListener("abort", aborted);
    },
  };
}
