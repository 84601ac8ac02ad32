/* What the thousand jobs do: the same in every process, by their index. */
export const JOBS = 1_000;
export const MAX_ATTEMPTS = 4;
/** The delay after the first attempt, the second and the third. */
export const DELAYS_MS = [60, 150, 300] as const;
/** What an open circuit further in says: a job that it has rejected comes back after this, and up to a tenth of it. */
export const CIRCUIT_MS = 1_000;
export type Kind = "at once" | "fails, then succeeds" | "permanent" | "until its cap" | "open circuit" | "tampered progress";

/** What job `index` does. Most succeed in the end, as jobs do. */
export interface Script {
  readonly kind: Kind;
  /** Attempts up to this one fail. */
  readonly failsUpTo: number;
}

export function scriptOf(index: number): Script {
  const of = index % 20;
  if (of < 8) return { kind: "at once", failsUpTo: 0 };
  if (of < 14) return { kind: "fails, then succeeds", failsUpTo: 1 + (of % 2) };
  if (of < 16) return { kind: "permanent", failsUpTo: Infinity };
  if (of < 18) return { kind: "until its cap", failsUpTo: Infinity };
  return of === 18 ? { kind: "open circuit", failsUpTo: 1 } : { kind: "tampered progress", failsUpTo: 0 };
}

export interface Payload {
  readonly index: number;
}

export const payloadOf = (index: number): Payload => ({ index });

/** What somebody has made of the progress of a job: what the jobs of the kind "tampered progress" begin with, where the integration keeps a progress. */
export const TAMPERED = { version: 1, attempts: -1 };
export const isTampered = (index: number): boolean => scriptOf(index).kind === "tampered progress";
