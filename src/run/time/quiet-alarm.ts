import { type Clock, systemClock } from "./clock.ts";
import { clearTimer, setTimer } from "./platform-timers.ts";

/**
 * An alarm that keeps no process alive that has nothing else to do. On a clock of the user's own, its `alarm`.
 *
 * @param ms at most what a timer keeps
 */
export function quietAlarm(clock: Clock, ms: number, ring: () => void): () => void {
  if (clock !== systemClock) return clock.alarm(ms, ring);
  const timer = setTimer(ms, ring);
  // A browser's is a number.
  (timer as { unref?(): unknown }).unref?.();
  return () => clearTimer(timer);
}
