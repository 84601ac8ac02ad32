// What the backends of telemetry cost a call that succeeds at once, against the same call without hooks: diagnostics that nobody listens to, and pino with debug switched off.
// Each in a process of its own, beside calls without hooks, in turns; a ratio is of the two of one process.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { distFile } from "./contenders/redress.js";
import { median } from "./summary.js";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
/** With the most that each may cost, where that is a goal. */
const MODES = {
  "no hooks, against itself": null,
  "diagnostics, no subscribers": 1.05,
  "diagnostics, a subscriber to calls": null,
  "diagnostics, a subscriber to everything": null,
  "pino, debug off": null,
  "pino, debug on, to nowhere": null,
};

if (!existsSync(distFile))
  throw new Error(`${distFile} does not exist: run "npm run build" at the project root, or set REDRESS_DIST.`);

const child = fileURLToPath(new URL("measure/backends-child.js", import.meta.url));
const dist = pathToFileURL(join(dirname(distFile), "/")).href;
const modes = Object.keys(MODES);
/** @type {Record<string, [bare: number, hooked: number][]>} */
const measured = Object.fromEntries(modes.map((mode) => [mode, []]));
for (let round = 0; round < ROUNDS; round++)
  for (let turn = 0; turn < modes.length; turn++) {
    const mode = modes[(round + turn) % modes.length];
    measured[mode].push(JSON.parse(execFileSync(process.execPath, [child, mode, dist], { encoding: "utf8" })));
  }

console.log(`Node ${process.version}, ${ROUNDS} rounds, medians\n`);
console.log("| a call that succeeds at once | ns | times no hooks | goal |");
console.log("| --- | ---: | ---: | --- |");
for (const [mode, goal] of Object.entries(MODES)) {
  const times = median(measured[mode].map(([bare, hooked]) => hooked / bare));
  const verdict = goal === null ? "" : `<= ${goal}: ${times <= goal ? "met" : "**missed**"}`;
  console.log(
    `| ${mode} | ${median(measured[mode].map(([, hooked]) => hooked)).toFixed(0)} | ${times.toFixed(3)} | ${verdict} |`,
  );
}
