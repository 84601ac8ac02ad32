// What createFetch adds to a loopback GET, beside bare fetch, ky, axios with axios-retry and got. Each client in a process of its own, in turns with bare fetch there.
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
/** @typedef {{ wallUs: number, wallRatio: number, cpuUs: number, cpuRatio: number }} Figures */
/** @type {Record<string, Figures[]>} */
const measured = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(round + turn) % names.length];
    const { stdout } = await promisify(execFile)(process.execPath, [path("fetch/child.js"), name, url]);
    measured[name].push(JSON.parse(stdout));
  }
server.kill();

const figure = (/** @type {string} */ name, /** @type {keyof Figures} */ what, /** @type {number} */ digits) =>
  median(measured[name].map((each) => each[what])).toFixed(digits);

console.log(`Node ${process.version}, ${rounds} rounds, medians\n`);
console.log("| client | time per request | x fetch | processor per request | x fetch |");
console.log("| --- | ---: | ---: | ---: | ---: |");
for (const name of names)
  console.log(
    `| ${name} | ${figure(name, "wallUs", 0)} us | ${figure(name, "wallRatio", 2)} | ${figure(name, "cpuUs", 0)} us | ${figure(name, "cpuRatio", 2)} |`,
  );
