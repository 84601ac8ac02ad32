// What `redress/scope` costs a call that succeeds at once, with a deadline: not imported, imported, outside of a scope that was open, and inside of one. Beside it, what the platform's
// own asynchronous context costs that calls are run in. Each in a process of its own, in turns.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { distFile } from "./contenders/redress.js";
import { median } from "./summary.js";

const ROUNDS = 7;
const MODES = [
  "not imported",
  "imported",
  "after a scope, outside of it",
  "in a scope",
  "in a scope with a deadline and a signal",
  "AsyncLocalStorage.run alone",
];

if (!existsSync(distFile))
  throw new Error(`${distFile} does not exist: run "npm run build" at the project root, or set REDRESS_DIST.`);

const child = fileURLToPath(new URL("measure/scope-child.js", import.meta.url));
const dist = pathToFileURL(join(dirname(distFile), "/")).href;
/** @type {Record<string, number[]>} */
const measured = Object.fromEntries(MODES.map((mode) => [mode, []]));
for (let round = 0; round < ROUNDS; round++)
  for (let turn = 0; turn < MODES.length; turn++) {
    const mode = MODES[(round + turn) % MODES.length];
    measured[mode].push(Number(execFileSync(process.execPath, [child, mode, dist], { encoding: "utf8" })));
  }

console.log(`Node ${process.version}, ${ROUNDS} rounds, medians\n`);
console.log("| | ns | more than not imported |");
console.log("| --- | ---: | ---: |");
for (const mode of MODES) {
  const more = median(measured[mode].map((ns, round) => ns - measured["not imported"][round]));
  console.log(`| ${mode} | ${median(measured[mode]).toFixed(0)} | ${mode.includes("alone") ? "" : more.toFixed(0)} |`);
}
