import { type Clock, systemClock } from "./clock.ts";
import { type ClearTimer, LONGEST_TIMER_MS, setTimer } from "./platform-timers.ts";

/** Sleeps in place of the clock. Synchronous calls need one that blocks; asynchronous ones wait for its promise. */
export type Sleeper = (sleepMs: number, signal?: AbortSignal) => unknown;

/** A sleep that can be ended early. */
export type Sleep = ClearTimer | AbortController;

/** Begins to sleep, without blocking. Nothing is told of a sleep that was ended early. */
export function beginSleep(
  clock: Clock,
  sleeper: Sleeper | undefined,
  ms: number,
  wake: () => void,
  fault: (error: unknown) => void,
): Sleep {
  // The common case takes one timer: no promise, no controller.
  if (sleeper === undefined && clock === systemClock && ms <= LONGEST_TIMER_MS) return setTimer(ms, wake);
  const controller = new AbortController();
  const { signal } = controller;
  const slept = sleeper === undefined ? clock.sleep(ms, signal) : sleeper(ms, signal);
  // Awaited even where a sleeper returns no promise.
  new Promise((resolve) => resolve(slept)).then(
    () => signal.aborted || wake(),
    (error) => signal.aborted || fault(error),
  );
  return controller;
}

export function endSleep(sleep: Sleep): void {
  if (typeof sleep === "function") sleep();
  else sleep.abort();
}
