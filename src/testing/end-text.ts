import type { CallEnd } from "../core/events.ts";

/** How a call ended, on one line: what a person wants to read where a test has failed. */
export function endText(end: CallEnd): string {
  const where = `after ${attemptsText(end.attempts)} in ${rounded(end.elapsedMs)} ms`;
  if (end.ok) return `${end.fellBack ? "succeeded by its fallback" : "succeeded"} ${where}`;
  if (end.stopReason === null) return `ended by a mistake in the policy (${thrownText(end.fault)}) ${where}`;
  return `stopped with ${end.stopReason} ${where}`;
}

export const attemptsText = (attempts: number): string => `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;

export const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** What was thrown, on one line. It may be anything. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown).split("\n")[0]?.slice(0, 200) ?? "";
  } catch {
    return typeof thrown;
  }
}
