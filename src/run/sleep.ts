import type { Sleeper } from "../core/retry/settings.ts";
import { type Clock, systemClock } from "./clock.ts";

/**
 * Sleeps without blocking, and answers how to end it early. Only one of the callbacks is ever called, none after the end.
 * Failures of the clock or of the user's own sleeper are passed on.
 */
export function sleep(
  clock: Clock,
  sleeper: Sleeper | undefined,
  ms: number,
  onWake: () => void,
  onFault: (fault: unknown) => void,
): () => void {
  // The common case needs no signal, so it makes no controller.
  if (sleeper === undefined && clock === systemClock) return clock.alarm(ms, onWake);
  const controller = new AbortController();
  const { signal } = controller;
  const slept = sleeper === undefined ? clock.sleep(ms, signal) : sleeper(ms, signal);
  Promise.resolve(slept).then(
    () => signal.aborted || onWake(),
    (fault) => signal.aborted || onFault(fault),
  );
  return () => controller.abort();
}
