/** Replaces what stands between the markers in README.md. */
import { readFileSync, writeFileSync } from "node:fs";

const OPEN = "<!-- table -->";
const CLOSE = "<!-- /table -->";
const readme = new URL("README.md", import.meta.url);

/** @param {string} table */
export function writeReadmeTable(table) {
  const text = readFileSync(readme, "utf8");
  const start = text.indexOf(OPEN);
  const end = text.indexOf(CLOSE);
  if (start < 0 || end < start) throw new Error(`README.md must hold ${OPEN} and, after it, ${CLOSE}.`);
  writeFileSync(readme, `${text.slice(0, start + OPEN.length)}\n\n${table}\n\n${text.slice(end)}`);
}
