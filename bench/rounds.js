/** Runs every contender once per round, each in a process of its own, in an order that rotates from round to round. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const child = fileURLToPath(new URL("child.js", import.meta.url));

/**
 * One scenario's numbers: for each contender one per round, `null` where the child failed.
 * @typedef {{ scenario: import("./scenarios/scenario.js").Scenario, values: Record<string, (number | null)[]>, errors: Record<string, string> }} Measured
 */

/**
 * @param {import("./scenarios/scenario.js").Scenario[]} scenarios
 * @param {{ rounds: number, only: readonly string[] | undefined, progress: (stage: string, detail: string) => void }} options
 * @returns {Promise<Measured[]>}
 */
export async function runRounds(scenarios, { rounds, only, progress }) {
  const measured = scenarios.map((scenario) => ({
    scenario,
    values: Object.fromEntries(
      Object.keys(scenario.contenders)
        .filter((name) => !only || only.includes(name))
        .map((name) => [name, /** @type {(number | null)[]} */ ([])]),
    ),
    /** @type {Measured["errors"]} */ errors: {},
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { scenario, values, errors } of measured) {
      if (round >= (scenario.rounds ?? rounds)) continue;
      for (const name of rotated(Object.keys(values), round)) {
        if (errors[name]) continue;
        progress(`round ${round + 1}/${rounds}`, `${scenario.name}, ${name}`);
        try {
          values[name].push(await measureInChild(scenario.name, name));
        } catch (error) {
          values[name].push(null);
          errors[name] = lastWords(error);
        }
      }
    }
  }
  return measured;
}

/**
 * @param {string} scenario
 * @param {string} contender
 * @param {Record<string, string>} [variables] of its environment, beside those of this process
 * @returns {Promise<number>}
 */
export async function measureInChild(scenario, contender, variables = {}) {
  const options = { timeout: 60_000, env: { ...process.env, ...variables } };
  const { stdout } = await run(process.execPath, ["--expose-gc", child, scenario, contender], options);
  const value = JSON.parse(stdout);
  if (!Number.isFinite(value)) throw new Error(`${contender} measured ${stdout.trim()} on ${scenario}.`);
  return value;
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} by
 */
function rotated(items, by) {
  const at = by % Math.max(1, items.length);
  return [...items.slice(at), ...items.slice(0, at)];
}

/** @param {any} error */
function lastWords(error) {
  const text = String(error.stderr || error.message).trim();
  const lines = text.split("\n");
  return lines.find((line) => /Error\b.*:/.test(line)) ?? lines.at(-1) ?? "failed";
}
