// What `redress/prometheus` and `redress/otel` cost a call that succeeds at once, beside a call without hooks and, for spans, beside the same spans made by hand with the same
// SDK. Each in a process of its own, in turns; the ratios are those of one round.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { distFile } from "./contenders/redress.js";
import { median } from "./summary.js";

const ROUNDS = 5;
const GOALS = {
  "no hooks": null,
  "hooks that do nothing": null,
  prometheus: { beside: "no hooks", most: 2.5 },
  "otel, metrics": null,
  "the same spans by hand": null,
  "otel, spans": { beside: "the same spans by hand", most: 1.2 },
};
const MODES = Object.keys(GOALS);

if (!existsSync(distFile))
  throw new Error(`${distFile} does not exist: run "npm run build" at the project root, or set REDRESS_DIST.`);

const child = fileURLToPath(new URL("measure/telemetry-child.js", import.meta.url));
const dist = pathToFileURL(join(dirname(distFile), "/")).href;
/** @type {Record<string, number[]>} */
const measured = Object.fromEntries(MODES.map((mode) => [mode, []]));
for (let round = 0; round < ROUNDS; round++)
  for (let turn = 0; turn < MODES.length; turn++) {
    const mode = MODES[(round + turn) % MODES.length];
    measured[mode].push(Number(execFileSync(process.execPath, [child, mode, dist], { encoding: "utf8" })));
  }

/** The ratio to another mode, round by round. */
const ratio = (mode, other) => median(measured[mode].map((ns, round) => ns / measured[other][round]));

console.log(`Node ${process.version}, ${ROUNDS} rounds, medians\n`);
console.log("| | ns | to no hooks | goal | |");
console.log("| --- | ---: | ---: | --- | --- |");
for (const mode of MODES) {
  const goal = GOALS[mode];
  const said = goal === null ? "" : `at most ${goal.most} x "${goal.beside}"`;
  const reached = goal === null ? "" : ratio(mode, goal.beside);
  const verdict = goal === null ? "" : `${reached.toFixed(2)}${reached > goal.most ? " **missed**" : ""}`;
  console.log(
    `| ${mode} | ${median(measured[mode]).toFixed(0)} | ${ratio(mode, "no hooks").toFixed(2)} | ${said} | ${verdict} |`,
  );
}
