/*
 * A server that is asked for twice as much as it can do, for half a minute, by clients that wait for one second: what it answers in time, with a limiter at its door
 * and without. `npm run build && npm --prefix bench run overload`; `-- --seconds 10` for a shorter look.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { distFile } from "./contenders/redress.js";
import { capacityOf, load } from "./overload/load.js";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "30" } } });
const seconds = Number(values.seconds);
const program = fileURLToPath(new URL("overload/server.js", import.meta.url));
const dist = pathToFileURL(join(dirname(distFile), "/")).href;

/**
 * @template T
 * @param {string} door
 * @param {(url: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
async function withServer(door, use) {
  const server = spawn(process.execPath, [program, door, dist], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(server.stdout, "data");
    return await use(String(line).trim());
  } finally {
    server.kill();
  }
}

/** @param {number[]} sorted @param {number} ratio */
const quantile = (sorted, ratio) => sorted[Math.ceil(sorted.length * ratio) - 1] ?? Number.NaN;

/** @param {string} what @param {Awaited<ReturnType<typeof load>>} seen @param {number} capacity */
function row(what, { tookMs, turnedAway, givenUp }, capacity) {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const goodput = `${((100 * tookMs.length) / seconds / capacity).toFixed(1)} %`;
  const [p50, p99] = [0.5, 0.99].map((ratio) => `${quantile(sorted, ratio).toFixed(0)} ms`);
  console.log(`| ${[what, goodput, p50, p99, turnedAway, givenUp].join(" | ")} |`);
}

const capacity = await withServer("none", (url) => capacityOf(url, Math.min(seconds, 10)));
const perSecond = Math.round(2 * capacity);
console.log(`Node ${process.version}; capacity ${capacity.toFixed(0)} per second, asked for ${perSecond}, ${seconds} s\n`);
console.log("| at the door | answered in time, of the capacity | p50 of these | p99 | turned away | given up by clients |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
for (const [what, door] of [
  ["nothing", "none"],
  ["`Bulkhead` of 16 and a queue of 16", "bulkhead"],
  ["`AdaptiveConcurrency`", "adaptive"],
])
  row(what, await withServer(door, (url) => load(url, { seconds, perSecond })), capacity);

// A quarter of the capacity, which matters, and the rest of twice the capacity, which matters less.
const high = Math.round(capacity / 4);
const [mattersMore, mattersLess] = await withServer("priorities", (url) =>
  Promise.all([
    load(url, { seconds, perSecond: high, headers: { "x-priority": "high" } }),
    load(url, { seconds, perSecond: perSecond - high, headers: { "x-priority": "low" } }),
  ]),
);
console.log("\nWith priorities: a quarter of the capacity is asked for with `high`, the rest with `low`.\n");
console.log("| priority | answered in time, of what was asked | p99 |");
console.log("| --- | ---: | ---: |");
for (const [priority, { tookMs }, asked] of /** @type {const} */ ([
  ["`high`", mattersMore, high],
  ["`low`", mattersLess, perSecond - high],
])) {
  const p99 = quantile(
    tookMs.toSorted((a, b) => a - b),
    0.99,
  );
  console.log(`| ${priority} | ${((100 * tookMs.length) / seconds / asked).toFixed(1)} % | ${p99.toFixed(0)} ms |`);
}
