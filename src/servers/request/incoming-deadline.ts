/*
 * For how long the caller of a server still waits. Whatever comes in is anybody's: a value that is not exactly a time says nothing, and none is read beyond
 * the few characters that a time has.
 */
import type { RequestSettings } from "./request-options.ts";

/** A header of a request: `undefined` or `null` where there is none, an array where it came more than once. */
export type HeaderOf = (name: string) => string | readonly string[] | null | undefined;

const MILLISECONDS = /^\d{1,12}$/;
/** Source: grpc/doc/PROTOCOL-HTTP2.md, "Requests": at most 8 digits, and a unit. */
const GRPC = /^(\d{1,8})([HMSmun])$/;
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** In milliseconds from now; Infinity for none. */
export function incomingDeadlineMs(headerOf: HeaderOf, { deadlineHeaders, maxDeadlineMs, deadlineMs }: RequestSettings): number {
  for (const name of deadlineHeaders) {
    const askedMs = timeOf(name, headerOf(name));
    if (askedMs !== null) return Math.min(askedMs, maxDeadlineMs);
  }
  return deadlineMs;
}

function timeOf(name: string, value: ReturnType<HeaderOf>): number | null {
  if (typeof value !== "string") return null;
  if (name !== "grpc-timeout") return MILLISECONDS.test(value) ? Number(value) : null;
  const [, digits, unit = ""] = GRPC.exec(value) ?? [];
  return digits === undefined ? null : Number(digits) * (UNITS[unit] as number);
}
