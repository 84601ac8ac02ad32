/*
 * How long until then: what servers write into headers about time, in milliseconds from now.
 *   seconds                      120, 1.5
 *   seconds since the epoch      1767225600; with three digits more, milliseconds (no delay lasts 30 years)
 *   durations                    1m30s, 6m0s, 250ms, 34s
 *   HTTP dates, all three forms  Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT; Sun Nov  6 08:49:37 1994 (RFC 9110, 5.6.7)
 *   RFC 3339                     2026-01-01T00:00:00Z
 */
import type { WallClock } from "./wall-clock.ts";

const NUMBER = /^\d+(\.\d+)?(?=,|$)/;
const DURATION = /^(\d+(\.\d+)?(ms|[dhms]))+$/;
const DATE = /^([A-Z].+ \d\d:\d\d:\d\d( GMT| \d{4})|\d{4}-\d\d-\d\dT.+)$/;
const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };
const EPOCH = 1e9;

// No value of a header about time is longer.
const read = (value: string | undefined): string => value?.slice(0, 40).trim() ?? "";

/** A plain number >= 0; NaN for what is none. A header that was sent twice may arrive as "5, 5". */
const numberIn = (text: string): number => Number(NUMBER.exec(text)?.[0]);

/** What a header says in milliseconds. */
export const plainNumber = (value: string | undefined): number => numberIn(read(value));

/** `undefined` for what is none of these; 0 for what is past. */
export function millisUntil(value: string | undefined, clock: WallClock): number | undefined {
  const text = read(value);
  const nowMs = clock.now();
  const number = numberIn(text);
  if (number < EPOCH) return number * 1e3;
  let at = number < EPOCH * 1e3 ? number * 1e3 : number;
  // asctime's form names no zone: it means GMT.
  if (DATE.test(text)) at = clock.parse(/GMT$|^\d/.test(text) ? text : `${text} GMT`);
  if (DURATION.test(text)) {
    at = nowMs;
    for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-z]+)/g)) at += Number(amount) * (UNIT[unit as string] as number);
  }
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
