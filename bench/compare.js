/**
 * `npm run compare -- path/to/dist/index.js [options]`: two builds of redress, the one at the project root and another one, on every scenario that
 * both can run, in turns. What a change costs those who do not use what it adds.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { distFile } from "./contenders/redress.js";
import { measureInChild } from "./rounds.js";
import { scenarioNamed, scenarios } from "./scenarios/index.js";
import { median } from "./summary.js";

const ROUNDS = 15;
const TOLERANCE = 0.03;

const HELP = `npm run compare -- path/to/dist/index.js [options]

  --rounds N          instead of ${ROUNDS}
  --scenario NAME     only this scenario (again for more)

Prints what the other build takes and what the one at the project root does, and whether that is at most ${TOLERANCE * 100} % more: by the lower
quartile of the rounds, which a busy machine moves least.
REDRESS_DIST=path/to/index.js takes another build than that at the project root.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: String(ROUNDS) },
    scenario: { type: "string", multiple: true },
    help: { type: "boolean", default: false },
  },
});
const [other] = positionals;
const rounds = Number(values.rounds);
if (values.help || other === undefined) {
  console.log(HELP);
  process.exit(values.help ? 0 : 1);
}
const builds = { now: distFile, before: resolve(other) };
for (const file of Object.values(builds)) if (!existsSync(file)) throw new Error(`${file} does not exist.`);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds must be an integer >= 1, got ${values.rounds}.`);

const compared = values.scenario?.map(scenarioNamed) ?? scenarios.filter(({ about }) => about === undefined);
for (const { name, unit, rounds: atMost = rounds } of compared) {
  /** @type {Record<string, number[]>} */
  const taken = { now: [], before: [] };
  for (let round = 0; round < Math.min(rounds, atMost); round++) {
    const order = Object.entries(builds);
    for (const [which, file] of round % 2 === 0 ? order : order.reverse()) {
      taken[which].push(await measureInChild(name, "redress", { REDRESS_DIST: file }));
    }
  }
  const [before, now] = [lowerQuartile(taken.before), lowerQuartile(taken.now)];
  const ratio = now / before;
  const byMedian = median(taken.now.map((value, round) => value / taken.before[round]));
  const verdict = ratio <= 1 + TOLERANCE ? "met" : "missed";
  const values = `${Math.round(before)} -> ${Math.round(now)} ${unit}`;
  console.log(`${name.padEnd(24)} ${values.padEnd(20)} ${percent(ratio)}, by the median ${percent(byMedian)}   ${verdict}`);
}

/**
 * What a quarter of the rounds stayed below: other work of the machine only adds, and not to all rounds alike.
 * @param {number[]} values
 */
function lowerQuartile(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)];
}

/** @param {number} ratio */
function percent(ratio) {
  return `${ratio < 1 ? "-" : "+"}${Math.abs((ratio - 1) * 100).toFixed(1)} %`.padStart(8);
}
