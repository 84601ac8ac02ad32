/**
 * The time of day, with which the dates and instants of headers are compared. `core/` reads no clock, so whoever classifies brings it:
 * src/run/time/wall-clock.ts.
 */
export interface WallClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** A date in words, in milliseconds since 1970; NaN for what is none. */
  parse(date: string): number;
}
