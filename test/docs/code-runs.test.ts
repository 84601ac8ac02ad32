import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examples, read, root, type Snippet } from "./pages.ts";
import { moduleOf, snippets } from "./snippets.ts";

const folder = mkdtempSync(join(tmpdir(), "redress-docs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = ({ file, line }: Snippet): string => join(folder, `${file.replaceAll(/\W/g, "-")}-${line}.mts`);
const named = (those: readonly Snippet[]): [string, Snippet][] =>
  those.map((snippet) => [`${snippet.file}:${snippet.line}`, snippet]);
const programs = snippets.filter(({ prints }) => prints !== null);
const fragments = snippets.filter(({ kind }) => kind === "fragment");
const printed = new Map<string, string>();

// As a reader would run them, by tsx; one process for all, since starting it takes longer than they do.
beforeAll(async () => {
  const written = [...programs, ...fragments];
  for (const snippet of written) writeFileSync(fileOf(snippet), moduleOf(snippet, import.meta.dirname).text);
  const files = [...written.map(fileOf), ...examples.map((file) => join(root, file))];
  const runner = `
    for (const file of ${JSON.stringify(files)}) {
      console.log("\\0" + file);
      await import(file).catch((error) => console.log("It failed:", error));
    }`;
  writeFileSync(join(folder, "runner.mts"), runner);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), join(folder, "runner.mts")],
    // The settings let "redress" mean the sources, also for a file that lies elsewhere.
    { cwd: root, env: { ...process.env, NODE_OPTIONS: "", TSX_TSCONFIG_PATH: join(root, "tsconfig.json") } },
  );
  for (const part of stdout.split("\0")) {
    const end = part.indexOf("\n");
    printed.set(part.slice(0, end), part.slice(end + 1));
  }
}, 60_000);

test.each(named(programs))("the program at %s prints the block after it", (_at, program) => {
  expect(printed.get(fileOf(program))).toBe(program.prints);
});

test.each(named(fragments))("the fragment at %s runs", (_at, fragment) => {
  expect(printed.get(fileOf(fragment))).toBe("");
});

test.each(examples)("%s prints what it says at its end", (file) => {
  const [, said] = /\/\* Prints:\n(.*)\*\/\n$/s.exec(read(file)) ?? [];

  expect(printed.get(join(root, file))).toBe(said);
});

test.each(examples)("%s is shorter than 50 lines and stands in the README", (file) => {
  expect(read(file).split("\n").length).toBeLessThanOrEqual(50);
  expect(read("README.md")).toContain(`](${file})`);
});
