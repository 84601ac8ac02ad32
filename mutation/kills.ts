import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { LAWS } from "./rooms.ts";

const KEPT = "mutation/bundles/kills.json";

/** Which test files have killed mutants of which sources: those are asked first. Kept for the processes that follow. */
export class Kills {
  /** By source and test file. */
  readonly #counts: Record<string, Record<string, number>> = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, "utf8")) : {};

  add(source: string, testFile: string): void {
    const ofSource = this.#counts[source] ?? {};
    this.#counts[source] = { ...ofSource, [testFile]: (ofSource[testFile] ?? 0) + 1 };
    // The other process may read it just now: it sees the whole of one of them.
    const own = `${KEPT}.${process.pid}`;
    writeFileSync(own, JSON.stringify(this.#counts));
    renameSync(own, KEPT);
  }

  /** Where none has killed any yet, one of the same name goes first. */
  inOrder(testFiles: readonly string[], source: string): string[] {
    const name = source.slice(source.lastIndexOf("/") + 1, -".ts".length);
    const score = (file: string): number =>
      (this.#counts[source]?.[file] ?? 0) + (file.includes(name) ? 0.5 : 0) - (file.startsWith(LAWS) ? 0.75 : 0);
    return [...testFiles].sort((a, b) => score(b) - score(a));
  }
}
