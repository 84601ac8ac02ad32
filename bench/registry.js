// What being in a registry costs a call that succeeds at once, and one that is retried once: not added, added, and, for comparison, with one hook of its own.
// Each in a process of its own, in turns.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { distFile } from "./contenders/redress.js";
import { median } from "./summary.js";

const ROUNDS = 7;
const MODES = ["not added", "added", "with onMetric"];
const KINDS = ["succeeds at once", "is retried once"];

if (!existsSync(distFile))
  throw new Error(`${distFile} does not exist: run "npm run build" at the project root, or set REDRESS_DIST.`);

const child = fileURLToPath(new URL("measure/registry-child.js", import.meta.url));
const dist = pathToFileURL(join(dirname(distFile), "/")).href;

console.log(`Node ${process.version}, ${ROUNDS} rounds, medians\n`);
console.log("| A call that | | ns | times not added |");
console.log("| --- | --- | ---: | ---: |");
for (const kind of KINDS) {
  /** @type {Record<string, number[]>} */
  const measured = Object.fromEntries(MODES.map((mode) => [mode, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (let turn = 0; turn < MODES.length; turn++) {
      const mode = MODES[(round + turn) % MODES.length];
      measured[mode].push(Number(execFileSync(process.execPath, [child, mode, kind, dist], { encoding: "utf8" })));
    }
  for (const mode of MODES) {
    const ratio = median(measured[mode].map((ns, round) => ns / measured["not added"][round]));
    console.log(`| ${kind} | ${mode} | ${median(measured[mode]).toFixed(0)} | ${ratio.toFixed(2)} |`);
  }
}
