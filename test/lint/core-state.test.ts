import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const biome = join(import.meta.dirname, "../../node_modules/@biomejs/biome/bin/biome");
const rule = join(import.meta.dirname, "../../lint/core-state.grit");

const folder = mkdtempSync(join(tmpdir(), "redress-lint-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "biome.json"), JSON.stringify({ plugins: [rule], linter: { rules: { preset: "none" } } }));

/** What the rule says of a file with this content. A rule that is itself broken says so here, too: the linter passes all the same. */
function lint(source: string): string {
  writeFileSync(join(folder, "example.ts"), source);
  const { stdout, stderr } = spawnSync(process.execPath, [biome, "lint", "example.ts"], { cwd: folder, encoding: "utf8" });
  return `${stdout}${stderr}`;
}

describe("core/ keeps no state of a module", () => {
  test.each([
    ["a variable", "let count = 0;\nexport const next = () => ++count;\n"],
    ["an exported variable", "export let last: unknown;\nexport const keep = (it: unknown) => { last = it; };\n"],
    ["a map that begins empty", "export const seen = new Map<string, number>();\n"],
    ["a list that begins empty", "export const all: string[] = [];\n"],
    ["a set that a function adds to", 'const known = new Set(["a"]);\nexport const add = (name: string) => known.add(name);\n'],
    ["a record with a field that a function changes", "const state = { calls: 0 };\nexport const call = () => state.calls++;\n"],
    ["a list in a record", "const state = { all: [1] };\nexport const keep = (it: number) => state.all.push(it);\n"],
    ["a static field", "export class Counter {\n  static made = 0;\n}\n"],
  ])("%s is refused", (_what, source) => {
    expect(lint(source)).toContain("core/ keeps no state of a module");
  });

  test.each([
    ["a table that is read only", 'const table = new Map([["a", 1]]);\nexport const find = (name: string) => table.get(name);\n'],
    [
      "a variable of a function",
      "export function count(of: number[]) {\n  let sum = 0;\n  for (const each of of) sum += each;\n  return sum;\n}\n",
    ],
    [
      "a collection of a call",
      "export function unique(of: number[]) {\n  const seen = new Set();\n  for (const each of of) seen.add(each);\n  return seen;\n}\n",
    ],
    [
      "a field of an object",
      "export class Count {\n  #all: number[] = [];\n  add(one: number) {\n    this.#all.push(one);\n  }\n}\n",
    ],
  ])("%s is fine", (_what, source) => {
    expect(lint(source)).not.toMatch(/core-state|keeps no state/);
  });
});
