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
  readonly #clock: Clock;
  #clockMs: number;
  #realMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#clockMs = clock.now();
    this.#realMs = realNow();
  }

  /** Whether the event loop must get a turn before the attempt that follows this one. */
  mustGiveWay(attempt: number): boolean {
    if (attempt % MOST_IN_A_ROW !== 0) return false;
    if (this.#clock === systemClock) return true;
    const movedMs = this.#clock.now() - this.#clockMs;
    const passedMs = realNow() - this.#realMs;
    this.#clockMs += movedMs;
    this.#realMs += passedMs;
    return movedMs > 0 && Math.abs(movedMs - passedMs) <= TOLERANCE_MS && movesByItself(this.#clock);
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
