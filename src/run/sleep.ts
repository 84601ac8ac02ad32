import { type Clock, clearTimer, LONGEST_TIMER_MS, setTimer, systemClock, type TimerHandle } from "./clock.ts";
import type { Sleeper } from "./retry-settings.ts";

/** Who is asleep. It hears one thing, and nothing after its sleep was ended early. */
export interface Dreamer {
  wake(): void;
  /** The clock, or the user's own sleeper, has failed. */
  fault(error: unknown): void;
}

/** A sleep that can be ended early. */
export type Sleep = TimerHandle | AbortController;

const IMMEDIATE_RETRIES = 64;

/** A delay of 0 takes no timer. But retry after retry without one would keep every other timer, signal and socket waiting: now and then they get a turn. */
export function isNoSleep(clock: Clock, ms: number, attempts: number): boolean {
  return ms === 0 && !(clock === systemClock && attempts % IMMEDIATE_RETRIES === 0);
}

/** Begins to sleep, without blocking. */
export function beginSleep(clock: Clock, sleeper: Sleeper | undefined, ms: number, dreamer: Dreamer): Sleep {
  // The common case takes one timer: no promise, no controller.
  if (sleeper === undefined && clock === systemClock && ms <= LONGEST_TIMER_MS) return setTimer(ms, () => dreamer.wake());
  const controller = new AbortController();
  const { signal } = controller;
  const slept = sleeper === undefined ? clock.sleep(ms, signal) : sleeper(ms, signal);
  // Awaited even where a sleeper returns no promise.
  new Promise((resolve) => resolve(slept)).then(
    () => signal.aborted || dreamer.wake(),
    (error) => signal.aborted || dreamer.fault(error),
  );
  return controller;
}

export function endSleep(sleep: Sleep): void {
  if (sleep instanceof AbortController) sleep.abort();
  else clearTimer(sleep);
}
