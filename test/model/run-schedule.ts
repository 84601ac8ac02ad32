/* One schedule of one world, from a seed or from what was written down. */
import { Chance } from "./chance.ts";
import { type Choice, type Chooser, RandomChooser, ReplayChooser } from "./choices.ts";
import { drawWorld } from "./draw-world.ts";
import { checkAll } from "./invariants.ts";
import type { Library } from "./library.ts";
import { ModelWorld, type Violation } from "./model-world.ts";
import type { WorldPlan } from "./world-plan.ts";

/** A world, and what happens in it in which order. */
export interface Schedule {
  readonly plan: WorldPlan;
  readonly choices: readonly Choice[];
}

export interface Run {
  readonly schedule: Schedule;
  readonly steps: number;
  readonly violations: readonly Violation[];
}

/** Rejections that nobody has handled, until they are taken. */
export class UnhandledRejections {
  readonly #reasons: unknown[] = [];
  readonly #before = process.listeners("unhandledRejection");
  readonly #listener = (reason: unknown): void => void this.#reasons.push(reason);

  constructor() {
    // Others would end the process, or fail the tests that run beside.
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", this.#listener);
  }

  /** The platform tells of them when its ticks are over. */
  async take(): Promise<unknown[]> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return this.#reasons.splice(0);
  }

  end(): void {
    process.off("unhandledRejection", this.#listener);
    for (const listener of this.#before) process.on("unhandledRejection", listener);
  }
}

export async function runSeed(lib: Library, seed: number, unhandled: UnhandledRejections): Promise<Run> {
  const chance = new Chance(seed);
  const plan = drawWorld(chance);
  return live(lib, plan, new RandomChooser(chance, plan), unhandled, null);
}

export function replay(
  lib: Library,
  { plan, choices }: Schedule,
  unhandled: UnhandledRejections,
  story: string[] | null = null,
): Promise<Run> {
  return live(lib, plan, new ReplayChooser(choices), unhandled, story);
}

async function live(
  lib: Library,
  plan: WorldPlan,
  chooser: Chooser,
  unhandled: UnhandledRejections,
  story: string[] | null,
): Promise<Run> {
  const world = new ModelWorld(lib, plan, chooser, story);
  await world.run();
  for (const reason of await unhandled.take()) world.breaks("unhandled", String(reason));
  if (world.violations.length === 0) checkAll(world);
  return { schedule: { plan, choices: chooser.made }, steps: world.steps, violations: world.violations };
}
