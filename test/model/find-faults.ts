/* Plants every fault, one at a time, and looks after how many schedules it is found. */
import { buildLibrary } from "./build-library.ts";
import { checkSchedules, explain } from "./check.ts";
import type { PlantedFault } from "./planted-fault.ts";
import { plantedFaults } from "./planted-faults.ts";

export interface FoundFault {
  readonly planted: PlantedFault;
  /** The invariant that it broke first; `null` where it was not found in as many schedules as are enough. */
  readonly foundBy: string | null;
  readonly schedules: number;
  /** Of the schedule that was found, and of what was made of it. */
  readonly steps: number;
  readonly shrunkSteps: number;
  readonly text: string;
}

interface Wanted {
  readonly faults?: readonly PlantedFault[];
  /** Whether the schedules that find them are made small. */
  readonly shrinks?: boolean;
}

export async function findFaults(seed: number, { faults = plantedFaults, shrinks = true }: Wanted = {}): Promise<FoundFault[]> {
  const found: FoundFault[] = [];
  for (const planted of faults) {
    const lib = await buildLibrary(planted.fault.replaceAll(/\W+/g, "-"), planted);
    const { failing, schedules } = await checkSchedules(lib, { schedules: planted.within, seed });
    const foundBy = failing?.run.violations[0]?.invariant ?? null;
    const steps = failing?.run.steps ?? 0;
    if (failing === null || !shrinks) found.push({ planted, foundBy, schedules, steps, shrunkSteps: steps, text: "" });
    else {
      const { shrunk, text } = await explain(lib, failing.run);
      found.push({ planted, foundBy, schedules, steps, shrunkSteps: shrunk.steps, text });
    }
  }
  return found;
}

export function tableOf(found: readonly FoundFault[]): string {
  const rows = found.map(({ planted, foundBy, schedules, steps, shrunkSteps }) => [
    planted.fault,
    foundBy ?? "not found",
    String(schedules),
    `${steps} -> ${shrunkSteps}`,
  ]);
  const all = [["planted fault", "broke", "schedules", "steps"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] as string).length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
