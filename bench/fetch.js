// What createFetch adds to a loopback GET, beside bare fetch, ky, axios with axios-retry and got. Each client in a process of its own, in turns.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { contenders } from "./fetch/contenders.js";
import { median } from "./summary.js";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const rounds = Number(options.rounds);
const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

const server = spawn(process.execPath, [path("fetch/server.js")], { stdio: ["ignore", "pipe", "inherit"] });
const [said] = await once(server.stdout, "data");
const url = String(said).trim();

const names = Object.keys(contenders);
/** @type {Record<string, { wallUs: number, cpuUs: number }[]>} */
const measured = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(round + turn) % names.length];
    const { stdout } = await promisify(execFile)(process.execPath, [path("fetch/child.js"), name, url]);
    measured[name].push(JSON.parse(stdout));
  }
server.kill();

const ratio = (/** @type {string} */ name, /** @type {"wallUs" | "cpuUs"} */ what) =>
  median(measured[name].map((each, round) => each[what] / measured.fetch[round][what])).toFixed(2);
const us = (/** @type {string} */ name, /** @type {"wallUs" | "cpuUs"} */ what) =>
  median(measured[name].map((each) => each[what])).toFixed(0);

console.log(`Node ${process.version}, ${rounds} rounds, medians\n`);
console.log("| client | time per request | x fetch | processor per request | x fetch |");
console.log("| --- | ---: | ---: | ---: | ---: |");
for (const name of names)
  console.log(
    `| ${name} | ${us(name, "wallUs")} us | ${ratio(name, "wallUs")} | ${us(name, "cpuUs")} us | ${ratio(name, "cpuUs")} |`,
  );
