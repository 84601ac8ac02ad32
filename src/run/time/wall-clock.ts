import type { WallClock } from "../../core/failure/http/wall-clock.ts";

/** The platform's time of day, which dates in headers speak of. Calls are measured by `Clock`, which cannot be set back. */
export const wallClock: WallClock = {
  // Looked up each time: fake timers replace `Date`.
  now: () => Date.now(),
  parse: (date) => Date.parse(date),
};
