/**
 * `npm run import`: how long the first import of each subpath takes in a fresh process, in milliseconds beyond that of an empty module.
 * What every cold start pays. The subpaths take turns, so that a busy moment of the machine slows all of them.
 * `REDRESS_DIST=path/to/index.js` measures another build.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { distFile } from "./contenders/redress.js";

const PROCESSES = 30;
const EMPTY = new URL("measure/empty-module.js", import.meta.url).href;

/** @type {Record<string, string | { default: string }>} */
const subpaths = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).exports;
const urls = Object.values(subpaths).flatMap((target) =>
  typeof target === "string" ? [] : [pathToFileURL(resolve(dirname(distFile), target.default.slice("./dist/".length))).href],
);
const names = [
  "an empty module",
  ...Object.keys(subpaths).flatMap((key) => (key === "./package.json" ? [] : [`redress${key.slice(1)}`])),
];
if (!existsSync(distFile))
  throw new Error(`${distFile} does not exist: run "npm run build" at the project root, or set REDRESS_DIST.`);

/** @type {number[][]} */
const measured = names.map(() => []);
for (let i = 0; i < PROCESSES; i++) {
  for (const [index, url] of [EMPTY, ...urls].entries()) measured[index]?.push(firstImport(url));
}

const medians = measured.map((times) => times.sort((a, b) => a - b)[PROCESSES / 2] ?? Number.NaN);
const [empty = Number.NaN] = medians;
for (const [index, median] of medians.entries()) {
  const beyond =
    index === 0 ? `${median.toFixed(1)} ms` : `+ ${(median - empty).toFixed(1)} ms, ${(median / empty).toFixed(1)} times`;
  console.log(`${names[index]?.padEnd(18)} ${beyond}`);
}

/** @param {string} url */
function firstImport(url) {
  const program = `const begun = performance.now(); await import(${JSON.stringify(url)}); console.log(performance.now() - begun);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" }));
}
