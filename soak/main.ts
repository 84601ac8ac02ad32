/*
 * `npm run soak`: ten minutes of mixed calls, at the full rate of the machine, after which nothing may be left of them. `-- --minutes 0.5` for less, `-- --plant listener` to see it
 * fail. Prints a line of figures for each round, and a last one; exits with 1 where something grew or does not add up, and says what and by how much.
 */
import { writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { heapGrowth, judgedOf } from "./judge.ts";
import { runSoak } from "./run-soak.ts";
import type { Sample } from "./samples.ts";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" }, plant: { type: "string" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes < Infinity)) throw new RangeError(`--minutes must be a number > 0, got ${values.minutes}.`);

// At once, and by no handle of its own: a pipe would count among what is measured.
const say = (text: string): unknown => writeSync(1, `${text}\n`);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
const count = (numbers: Readonly<Record<string, number>>): number => Object.values(numbers).reduce((sum, n) => sum + n, 0);

say("    time        calls   calls/s   heap at rest   handles   listeners");
let before: Pick<Sample, "atMs" | "calls"> = { atMs: 0, calls: 0 };
const startMs = performance.now();
const { samples, problems, endings, kinds } = await runSoak({
  durationMs: minutes * 60_000,
  plant: values.plant ?? null,
  onSample: (sample) => {
    const { atMs, calls, heapBytes, resources, listeners } = sample;
    const perSecond = Math.round(((calls - before.calls) / (atMs - before.atMs)) * 1_000);
    say(
      [
        `${(atMs / 1_000).toFixed(1)} s`.padStart(8),
        String(calls).padStart(13),
        String(perSecond).padStart(10),
        megabytes(heapBytes).padStart(15),
        String(count(resources)).padStart(10),
        String(listeners).padStart(12),
      ].join(""),
    );
    before = sample;
  },
});

for (const problem of problems) say(`NOT FLAT: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
const [first, last] = [judgedOf(samples)[0], samples.at(-1)];
const seconds = (performance.now() - startMs) / 1_000;
const endedAs = [...endings].sort(([, a], [, b]) => b - a).map(([ending, times]) => `${times} ${ending}`);
say(`Endings: ${endedAs.join(", ")}.`);
const slope = problems.length === 0 ? `, ${megabytes(heapGrowth(judgedOf(samples)).bytes)} by its slope` : "";
say(
  `${last?.calls} calls of ${kinds} kinds in ${seconds.toFixed(1)} s; heap at rest ${megabytes(first?.heapBytes ?? 0)} -> ${megabytes(last?.heapBytes ?? 0)}${slope}; ` +
    `${problems.length === 0 ? "nothing is left of them" : "see above for what is not as it must be"}`,
);

// Keeps nothing alive itself: it rings only where something else does.
setTimeout(() => {
  say(`NOT FLAT: the process does not end by itself, for ${process.getActiveResourcesInfo().join(", ")}`);
  process.exit(1);
}, 3_000).unref();
