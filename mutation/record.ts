import { readFileSync, writeFileSync } from "node:fs";
import { filesOf, hashOf, type Room } from "./rooms.ts";
import type { Mutant } from "./try-mutants.ts";

/** What came of a file's mutants when they were tried last, and of which text of it that was. */
export interface Score {
  readonly hash: string;
  readonly killed: number;
  readonly mutants: number;
}

const RECORD = new URL("scores.json", import.meta.url);

export const isKilled = ({ status }: Mutant): boolean => status === "Killed" || status === "Timeout";

/** Others did not compile, or never ran: they say nothing. */
export const counts = (mutant: Mutant): boolean =>
  isKilled(mutant) || mutant.status === "Survived" || mutant.status === "NoCoverage";

export function readRecord(): Map<string, Score> {
  return new Map(Object.entries(JSON.parse(readFileSync(RECORD, "utf8")) as Record<string, Score>));
}

/** Leaves out what is no longer there. */
export function writeRecord(record: ReadonlyMap<string, Score>, rooms: readonly Room[]): void {
  const kept = rooms.flatMap(filesOf).filter((file) => record.has(file));
  const lines = kept.map((file) => `  ${JSON.stringify(file)}: ${JSON.stringify(record.get(file))}`);
  writeFileSync(RECORD, `{\n${lines.join(",\n")}\n}\n`);
}

export function scoreOf(file: string, mutants: readonly Mutant[]): Score {
  const own = mutants.filter((mutant) => mutant.file === file && counts(mutant));
  return { hash: hashOf(file), killed: own.filter(isKilled).length, mutants: own.length };
}

/** In %; 100 where there are none. */
export function percentOf(scores: readonly Score[]): number {
  const all = scores.reduce((sum, { mutants }) => sum + mutants, 0);
  return all === 0 ? 100 : (100 * scores.reduce((sum, { killed }) => sum + killed, 0)) / all;
}
