/** `npm start -- [options]`: runs the rounds and prints what they measured. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { CONTENDERS, referencesOf } from "./contenders/names.js";
import { distFile } from "./contenders/redress.js";
import { environment } from "./environment.js";
import { writeReadmeTable } from "./readme-table.js";
import { runRounds } from "./rounds.js";
import { scenarioNamed, scenarios } from "./scenarios/index.js";
import { summarize } from "./summary.js";
import { markdownTable, terminalTable } from "./table.js";

const ROUNDS = 7;
const QUICK_ROUNDS = 2;

const HELP = `npm start -- [options]

  --quick             ${QUICK_ROUNDS} rounds instead of ${ROUNDS}
  --rounds N          that many
  --scenario NAME     only this scenario (again for more): ${scenarios.map(({ name }) => name).join(", ")}
  --only NAME         only this contender and what it is compared with (again for more): ${CONTENDERS.join(", ")}
  --json              everything measured, as JSON
  --markdown          the table of README.md
  --write             with --markdown: replace the table in README.md (of a whole run only)

REDRESS_DIST=path/to/index.js measures another build of redress.`;

/** @param {string[]} args */
function parse(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      scenario: { type: "string", multiple: true },
      only: { type: "string", multiple: true },
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? QUICK_ROUNDS : ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds must be an integer >= 1, got ${values.rounds}.`);
  for (const name of values.only ?? []) {
    if (!CONTENDERS.includes(name)) throw new RangeError(`--only must be one of ${CONTENDERS.join(", ")}, got ${name}.`);
  }
  const isWhole = !values.scenario && !values.only && rounds >= ROUNDS;
  if (values.write && !(values.markdown && isWhole)) throw new RangeError("--write must come with --markdown and a whole run.");
  return {
    ...values,
    rounds,
    only: values.only?.flatMap((name) => [name, ...referencesOf(name)]),
    scenarios: values.scenario?.map(scenarioNamed) ?? scenarios,
  };
}

async function main() {
  const options = parse(process.argv.slice(2));
  if (options.help) return console.log(HELP);
  const needsRedress = !options.only || options.only.includes("redress");
  if (needsRedress && !existsSync(distFile)) {
    throw new Error(`${distFile} does not exist: run "npm run build" at the project root, or set REDRESS_DIST.`);
  }
  const measured = await runRounds(options.scenarios, { ...options, progress });
  progress("done", "");
  const summaries = measured.map(summarize);
  const about = environment(options.rounds);
  if (options.json) console.log(JSON.stringify({ environment: about, scenarios: summaries }, null, 2));
  else if (options.markdown) console.log(markdownTable(summaries, about));
  else for (const summary of summaries) console.log(terminalTable(summary));
  if (summaries.some(({ errors }) => Object.keys(errors).length > 0)) process.exitCode = 1;
  else if (options.write) writeReadmeTable(markdownTable(summaries, about));
}

let lastStage = "";

/**
 * On a terminal one line that is overwritten, in a log one line per stage.
 * @param {string} stage
 * @param {string} detail
 */
function progress(stage, detail) {
  if (process.stderr.isTTY) process.stderr.write(detail ? `\r\x1b[K${stage}: ${detail}` : "\r\x1b[K");
  else if (stage !== lastStage) console.error(stage);
  lastStage = stage;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
