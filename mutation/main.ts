/*
 * `npm run mutation`: changes the sources in the rooms of rooms.ts in thousands of small ways, one at a time, and sees whether a test fails for each. Takes
 * about two hours. Writes down the scores of the files in scores.json, and in survivors.json the changes that no test has noticed, where each wants a reason why it may
 * be so; exits with 1 where a room is below its gate.
 *
 * `-- --changed` tries the files that are not what they were when they were tried last, and `-- --files src/core/breaker/circuit.ts` those named.
 * `-- --check` is for the full loop: it tries what was changed, and some files drawn by chance, writes nothing, and fails for a survivor that is not written
 * down; in the files that nobody changed, for more than a few, since a test of weeks ago may have failed by chance.
 */
import { parseArgs } from "node:util";
import { counts, isKilled, percentOf, readRecord, scoreOf, writeRecord } from "./record.ts";
import { filesOf, hashOf, roomOf, rooms } from "./rooms.ts";
import { drawn } from "./sample.ts";
import { knownAfter, readSurvivors, survivorOf, unargued, unknownAmong, writeSurvivors } from "./survivors.ts";
import { type Mutant, tryMutants } from "./try-mutants.ts";

/** In the full loop, mutants of changed files are tried up to here: some minutes. More are for `--changed`, before. */
const MOST_IN_CHECK = 600;
/** How many mutants are tried of files that nobody changed. */
const DRAWN_IN_CHECK = 150;
/** So many of those may have been killed by chance when they were written down. Who weakens a test lets more through. */
const MOST_BY_CHANCE = 2;

const { values } = parseArgs({
  options: { changed: { type: "boolean" }, check: { type: "boolean" }, files: { type: "string", multiple: true } },
});

const record = readRecord();
const known = readSurvivors();
const problems: string[] = [];

const changed: readonly string[] = rooms.flatMap(filesOf).filter((file) => record.get(file)?.hash !== hashOf(file));

function chosen(): readonly string[] {
  if (values.files !== undefined) return values.files;
  if (values.changed) return changed;
  if (!values.check) return rooms.flatMap(filesOf);
  const mutants = changed.reduce((sum, file) => sum + (record.get(file)?.mutants ?? 0), 0);
  if (mutants <= MOST_IN_CHECK) return [...changed, ...drawn(record, new Set(changed), DRAWN_IN_CHECK)];
  problems.push(
    `${changed.length} files with about ${mutants} mutants have changed: run "npm run mutation -- --changed", and commit what it writes.`,
  );
  return [];
}

const files = chosen();
const tried = new Set(rooms.flatMap(filesOf));
for (const file of files) {
  if (!tried.has(file)) throw new RangeError(`${file} is no source in one of ${rooms.map(({ sources }) => sources).join(", ")}.`);
}

// Rooms that are held by the same tests are tried in one go.
const alive: Mutant[] = [];
for (const tests of new Set(rooms.map((room) => room.tests))) {
  const own = files.filter((file) => roomOf(file)?.tests === tests);
  if (own.length === 0) continue;
  const mutants = await tryMutants(own, tests);
  // What was drawn by chance is held against the survivors that are known: a gate that is met by one mutant would fail by chance.
  for (const file of own) if (!values.check || changed.includes(file)) record.set(file, scoreOf(file, mutants));
  const untried = mutants.filter((mutant) => !counts(mutant));
  if (untried.length > 0) {
    problems.push(
      `${untried.length} mutants could not be tried, and count neither way: ${[...new Set(untried.map(({ status }) => status))]}.`,
    );
  }
  alive.push(...mutants.filter((mutant) => counts(mutant) && !isKilled(mutant)));
}

const unknown = unknownAmong(alive, known);
for (const mutant of unknown)
  console.log(`${mutant.file}:${mutant.line} survives, and was not known to:\n    ${survivorOf(mutant)}`);
if (values.check) {
  if (unknown.length > MOST_BY_CHANCE || unknown.some(({ file }) => changed.includes(file))) {
    problems.push(
      `${unknown.length} mutants survive that did not before. A test should fail for each; where none can, "npm run mutation -- --files" writes them into survivors.json, and a person why.`,
    );
  }
} else {
  const after = knownAfter(new Set(files), alive, known);
  writeRecord(record, rooms);
  writeSurvivors(after);
  console.log(`${unargued(after)} survivors have no reason yet.`);
}

for (const room of rooms) {
  const own = filesOf(room);
  const scores = own.flatMap((file) => record.get(file) ?? []);
  const percent = percentOf(scores);
  const mutants = scores.reduce((sum, score) => sum + score.mutants, 0);
  console.log(`${room.sources}: ${percent.toFixed(2)} % of ${mutants} mutants are killed (gate ${room.gatePercent} %)`);
  if (scores.length < own.length) problems.push(`${room.sources}: ${own.length - scores.length} files were never tried.`);
  if (percent < room.gatePercent)
    problems.push(`${room.sources}: ${percent.toFixed(2)} % is below the gate of ${room.gatePercent} %.`);
}
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
