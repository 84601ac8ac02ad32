/*
 * `npm run check:model`: lives through 100,000 schedules of the library, and finds every planted fault. `-- --schedules 1000000 --seed 7` for more, or
 * others. Prints one line of figures, or the smallest schedule that it can make of the first that breaks an invariant.
 */
import { parseArgs } from "node:util";
import { buildLibrary } from "./build-library.ts";
import { checkSchedules, explain } from "./check.ts";
import { findFaults, tableOf } from "./find-faults.ts";
import { INVARIANTS } from "./invariants.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    "no-faults": { type: "boolean", default: false },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const whole = (name: "schedules" | "seed"): number => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name} must be a whole number >= 1, got ${values[name]}.`);
  return value;
};

const schedules = whole("schedules");
const seed = whole("seed");
const startMs = performance.now();
const before = process.cpuUsage();
const lib = await buildLibrary("library");
const checked = await checkSchedules(lib, { schedules, seed }, (done) => {
  if (done % 100_000 === 0) say(`${done} schedules`);
});
const seconds = (performance.now() - startMs) / 1_000;
const used = process.cpuUsage(before);
const busy = (used.user + used.system) / 1e6;
if (checked.failing !== null) {
  const { shrunk, text } = await explain(lib, checked.failing.run);
  say(
    `Seed ${checked.failing.seed} breaks an invariant. Shrunk in ${shrunk.tries} replays, to ${shrunk.steps} steps:\n\n${text}`,
  );
  process.exitCode = 1;
} else {
  const faults = values["no-faults"] ? null : await findFaults(seed);
  if (faults !== null) say(tableOf(faults));
  const missed = faults?.filter(({ foundBy }) => foundBy === null) ?? [];
  if (missed.length > 0) process.exitCode = 1;
  const found = faults === null ? "" : `, ${faults.length - missed.length} of ${faults.length} planted faults found`;
  say(
    `${checked.schedules} schedules, ${checked.steps} steps, ${seconds.toFixed(1)} s (${busy.toFixed(1)} s of a processor), ${INVARIANTS.size} invariants, none broken; seed ${seed}${found}`,
  );
}
