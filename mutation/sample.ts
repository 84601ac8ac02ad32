import { createHash } from "node:crypto";
import type { Score } from "./record.ts";

/**
 * Some of the files that are not left out, with about so many mutants together. They are drawn by the scores themselves: the same for one state of the
 * sources, others for the next.
 */
export function drawn(record: ReadonlyMap<string, Score>, leftOut: ReadonlySet<string>, mutants: number): string[] {
  const seed = JSON.stringify([...record]);
  const rank = (file: string): string => createHash("sha256").update(`${seed} ${file}`).digest("hex");
  const files: string[] = [];
  let sum = 0;
  for (const file of [...record.keys()].filter((name) => !leftOut.has(name)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
    const own = record.get(file)?.mutants ?? 0;
    // The first may have more alone: the largest files are drawn, too.
    if (own === 0 || (sum > 0 && sum + own > mutants)) continue;
    files.push(file);
    sum += own;
  }
  return files;
}
