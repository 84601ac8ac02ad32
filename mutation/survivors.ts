import { readFileSync, writeFileSync } from "node:fs";
import type { Mutant } from "./try-mutants.ts";

/** Mutants of a file that survive, each as `survivorOf` writes it, and why they may: an empty reason is one that nobody has looked for yet. */
export interface Survivors {
  readonly file: string;
  readonly because: string;
  readonly mutants: readonly string[];
}

const SURVIVORS = new URL("survivors.json", import.meta.url);

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** A mutant without the number of its line, which others move: its line, what of it is replaced, and by what. */
export function survivorOf({ text, original, replacement }: Mutant): string {
  const change = `${inOneLine(original)} => ${inOneLine(replacement)}`;
  return text === original ? change : `${inOneLine(text)} | ${change}`;
}

export const readSurvivors = (): Survivors[] => JSON.parse(readFileSync(SURVIVORS, "utf8")) as Survivors[];

export function writeSurvivors(known: readonly Survivors[]): void {
  const sorted = [...known].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.because < b.because ? -1 : 1));
  writeFileSync(SURVIVORS, `${JSON.stringify(sorted, undefined, 2)}\n`);
}

/** Those that nobody knew of. */
export function unknownAmong(alive: readonly Mutant[], known: readonly Survivors[]): Mutant[] {
  const names = new Set(known.flatMap(({ file, mutants }) => mutants.map((mutant) => `${file} ${mutant}`)));
  return alive.filter((mutant) => !names.has(`${mutant.file} ${survivorOf(mutant)}`));
}

/** What is known of the survivors once these files were tried: a reason holds for those of its mutants that still survive. */
export function knownAfter(tried: ReadonlySet<string>, alive: readonly Mutant[], known: readonly Survivors[]): Survivors[] {
  const after: Survivors[] = known.filter(({ file }) => !tried.has(file));
  for (const file of tried) {
    const left = new Set(alive.filter((mutant) => mutant.file === file).map(survivorOf));
    for (const { because, mutants } of known.filter((some) => some.file === file && some.because !== "")) {
      const still = mutants.filter((mutant) => left.delete(mutant));
      if (still.length > 0) after.push({ file, because, mutants: still });
    }
    if (left.size > 0) after.push({ file, because: "", mutants: [...left] });
  }
  return after;
}

export const unargued = (known: readonly Survivors[]): number =>
  known.reduce((sum, { because, mutants }) => sum + (because === "" ? mutants.length : 0), 0);
