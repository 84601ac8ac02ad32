import { type Clock, systemClock } from "../time/clock.ts";
import { realNow } from "../time/platform-timers.ts";

/** Retries without a delay after which the event loop gets a turn. */
const MOST_IN_A_ROW = 64;
/** How far a clock that follows real time may be off: it may count whole milliseconds. */
const TOLERANCE_MS = 2;

/**
 * A delay of 0 takes no timer. But retry after retry without one would keep every other timer, signal and socket waiting, so now and then
 * they get a turn. On a clock that a test or a simulation moves, there is no such need, and a turn would only disturb it: whether a clock
 * follows real time shows in how far it has moved since the last look, and in that it moves while nothing else happens.
 */
export class ImmediateRetries {
  /** The last look, on the call's clock and in real time. */
  #clockMs = Number.NaN;
  #realMs = Number.NaN;

  /** Whether the event loop must get a turn before the attempt that follows this one. */
  mustGiveWay(clock: Clock, attempt: number): boolean {
    if (attempt % MOST_IN_A_ROW !== 0) return false;
    if (clock === systemClock) return true;
    const clockMs = clock.now();
    const realMs = realNow();
    const movedMs = clockMs - this.#clockMs;
    const passedMs = realMs - this.#realMs;
    this.#clockMs = clockMs;
    this.#realMs = realMs;
    return movedMs > 0 && Math.abs(movedMs - passedMs) <= TOLERANCE_MS && movesByItself(clock);
  }
}

const moving = new WeakSet<Clock>();

/** A clock that a test has moved about as far as time has passed, by chance, stands still meanwhile. Watched once per clock that moves. */
function movesByItself(clock: Clock): boolean {
  if (moving.has(clock)) return true;
  const clockMs = clock.now();
  const untilMs = realNow() + TOLERANCE_MS;
  while (clock.now() === clockMs) if (realNow() >= untilMs) return false;
  moving.add(clock);
  return true;
}
