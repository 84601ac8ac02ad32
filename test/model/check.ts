/* Lives through many schedules, and stops at the first that breaks an invariant. */
import type { Library } from "./library.ts";
import { type Run, runSeed, UnhandledRejections } from "./run-schedule.ts";
import { type Shrunk, shrink } from "./shrink.ts";
import { tellSchedule } from "./tell-schedule.ts";

export interface Checked {
  readonly schedules: number;
  readonly steps: number;
  /** The first that breaks an invariant, by the seed that it has. */
  readonly failing: { readonly seed: number; readonly run: Run } | null;
}

/** The seeds are numbers in a row. A trace of a stack costs as much as the rest of an error, and nobody reads these. */
export async function checkSchedules(
  lib: Library,
  { schedules, seed }: { readonly schedules: number; readonly seed: number },
  progress: (done: number) => void = () => {},
): Promise<Checked> {
  const unhandled = new UnhandledRejections();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let steps = 0;
  try {
    for (let done = 0; done < schedules; done++) {
      const run = await runSeed(lib, seed + done, unhandled);
      steps += run.steps;
      if (run.violations.length > 0) return { schedules: done + 1, steps, failing: { seed: seed + done, run } };
      if (done % 10_000 === 9_999) progress(done + 1);
    }
    return { schedules, steps, failing: null };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    unhandled.end();
  }
}

export interface Explained {
  readonly shrunk: Shrunk;
  readonly text: string;
}

/** Shrinks a schedule that breaks an invariant, and tells it. */
export async function explain(lib: Library, failing: Run): Promise<Explained> {
  const unhandled = new UnhandledRejections();
  try {
    const shrunk = await shrink(lib, failing, unhandled);
    return { shrunk, text: await tellSchedule(lib, shrunk, unhandled) };
  } finally {
    unhandled.end();
  }
}
