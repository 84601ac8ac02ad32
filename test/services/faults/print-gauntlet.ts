/* The gauntlet for a program without a test runner: prints what is wrong, by title. */
import { courseChecks, faultChecks } from "./checks.ts";
import type { MakeClient, Manners } from "./client-under-test.ts";
import { Gauntlet } from "./run-gauntlet.ts";

/** How many calls its crowd makes. */
export const CROWD = 500;

export async function printGauntlet(make: MakeClient, manners: Manners): Promise<void> {
  const gauntlet = await Gauntlet.start(make, manners);
  const found: Record<string, readonly string[]> = {};
  for (const { title, run } of [...faultChecks(), ...courseChecks(CROWD)]) found[title] = await run(gauntlet);
  await gauntlet.close();
  process.stdout.write(JSON.stringify(found));
}
