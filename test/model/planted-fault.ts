import type { Replacement } from "./build-library.ts";

/** A mistake that somebody could have made: one text of the sources, and what stands there instead. */
export interface PlantedFault extends Replacement {
  readonly fault: string;
  /** The invariants that it may break first. */
  readonly breaks: readonly string[];
  /** So many schedules are enough to find it. */
  readonly within: number;
}
