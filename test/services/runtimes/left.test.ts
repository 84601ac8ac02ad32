/*
 * What is left of thousands of calls in each runtime: no timer, and no heap that grows with them. The heap is measured in Node, Bun, Deno and Chromium, and cannot be in workerd, which
 * gives a worker neither its size nor a way to collect garbage. Whatever is measured is also seen to find what was left on purpose.
 */
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerOfWorkerd } from "./in-workerd.ts";
import type { Left } from "./left-scenario.ts";
import { CONDITIONS_OF_WORKERS, inChromium, packed, printed, RUNTIMES } from "./packed.ts";
import { type ScenarioServer, scenarioServer } from "./server.ts";

let folder: string;
let server: ScenarioServer;
beforeAll(async () => {
  folder = await packed();
  server = await scenarioServer();
  const options = { format: "esm", target: "es2022", logLevel: "error" } as const;
  await build({ ...options, entryPoints: [join(import.meta.dirname, "left-scenario.ts")], outdir: folder });
  await build({
    ...options,
    entryPoints: [join(folder, "left-scenario.js")],
    outfile: join(folder, "bundled/left-scenario.js"),
    bundle: true,
    conditions: CONDITIONS_OF_WORKERS,
  });
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** What is kept of a call on purpose is more than this: an outcome, with the ten numbers of its value. */
const FEW_BYTES = 60;

const program = (plants: boolean): string =>
  `import { leftScenario } from "./left-scenario.js";
  console.log(JSON.stringify(await leftScenario(${plants})));
  globalThis.process.exit();`;

test.each(RUNTIMES.map((runtime) => [runtime.name, runtime] as const))("%s", { timeout: 120_000 }, async (_name, runtime) => {
  await writeFile(join(folder, "left.js"), program(false));
  await writeFile(join(folder, "planted.js"), program(true));
  expectNothing(await printed<Left>(runtime, folder, "left.js", true));
  expectPlants(await printed<Left>(runtime, folder, "planted.js", true));
});

test("Chromium", { timeout: 120_000 }, async () => {
  server.serve("/page", "text/html", "<!doctype html><title>page</title>");
  server.serve("/left.js", "text/javascript", readFileSync(join(folder, "bundled/left-scenario.js"), "utf8"));
  // A page of its own for each: the other's timers stay where they are.
  const left = (plants: boolean): Promise<Left> =>
    inChromium(`${server.origin}/page`, (page) =>
      page.evaluate(`import("/left.js").then(({ leftScenario }) => leftScenario(${plants}))`),
    );
  expectNothing(await left(false));
  expectPlants(await left(true));
});

test("workerd, of which only the timers are known", { timeout: 60_000 }, async () => {
  const left = (plants: boolean): Promise<Left> =>
    answerOfWorkerd(
      folder,
      `import { leftScenario } from "left"; export default { fetch: async () => Response.json(await leftScenario(${plants})) };`,
      { left: "bundled/left-scenario.js" },
    );
  expect(await left(false)).toEqual({ timers: 0, resting: 0, bytesPerCall: null });
  expect(await left(true)).toEqual({ timers: 1, resting: 0, bytesPerCall: null });
});

/** Of one policy: its deadlines, its timeouts, its hedges, its queue. */
const MOST_RESTING = 4;

function expectNothing({ timers, resting, bytesPerCall }: Left): void {
  expect(timers).toBe(0);
  expect(resting).toBeLessThanOrEqual(MOST_RESTING);
  expect(bytesPerCall).toBeLessThan(FEW_BYTES);
}

function expectPlants({ timers, bytesPerCall }: Left): void {
  expect(timers).toBe(1);
  expect(bytesPerCall).toBeGreaterThan(FEW_BYTES);
}
