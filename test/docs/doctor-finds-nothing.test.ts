/* The doctor looks at every policy that the code of the pages and the examples makes: what is shown is not risky. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Finding, RuleId } from "redress/doctor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examples, root } from "./pages.ts";
import { moduleOf, snippets } from "./snippets.ts";

const folder = mkdtempSync(join(tmpdir(), "redress-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a page does on purpose, and says why. */
const ON_PURPOSE: Readonly<Record<string, readonly RuleId[]>> = {
  "docs/recipes.md": ["repeated-write"], // a transaction
  "docs/testing/chaos.md": ["chaos-in-policy"], // what the page is about
  "docs/simulation.md": ["no-budget"], // compared with the default
  "examples/policies.ts": ["no-budget"], // compared with the default
  "examples/shared-breaker.ts": ["seconds-for-milliseconds"], // it waits for the circuit
};
/** What has no chance in it, so that every run prints the same. */
const SAME_EVERY_RUN: readonly RuleId[] = ["no-jitter", "retry-after-ignored"];
const hasNoChance = (code: string): boolean => /\b(constant|DeterministicStrategy)\(|jitter(Ms|Ratio): 0/.test(code);

/** The public names of redress, whose classes note what is made of them. */
const RECORDING = `
  import * as redress from "redress";
  export * from "redress";
  const note = (made) => (globalThis.made.push(made), made);
  const noting = (Base) => class extends Base {
    static { Object.defineProperty(this, "name", { value: Base.name }); }
    static from(...args) { return note(Base.from(...args)); }
    constructor(...args) { super(...args); note(this); }
  };
  export const Policy = noting(redress.Policy);
  export const RetryPolicy = noting(redress.RetryPolicy);
  export const Retry = noting(redress.Retry);
  export const CircuitBreaker = noting(redress.CircuitBreaker);
  export const retry = (first, ...rest) => {
    if (typeof first === "object") note(new redress.RetryPolicy(first));
    return redress.retry(first, ...rest);
  };
`;

const placeOf = new Map<string, string>();
for (const snippet of snippets) {
  if (snippet.file.startsWith("src/") || snippet.file === "docs/doctor.md") continue;
  if (snippet.kind !== "fragment" && snippet.prints === null) continue;
  // Code that asks the doctor shows what it says.
  if (snippet.code.includes("redress/doctor")) continue;
  placeOf.set(`${snippet.file}:${snippet.line}`, moduleOf(snippet, import.meta.dirname).text);
}
for (const example of examples) placeOf.set(example, readFileSync(join(root, example), "utf8"));

const found = new Map<string, readonly Finding[]>();

beforeAll(async () => {
  const recording = join(folder, "recording.mts");
  writeFileSync(recording, RECORDING);
  const files = [...placeOf].map(([place, text], index) => {
    const file = join(folder, `${index}.mts`);
    writeFileSync(file, text.replaceAll(/from "redress"/g, `from ${JSON.stringify(recording)}`));
    return [place, file];
  });
  const runner = `
    import { lint } from "redress/doctor";
    const log = console.log;
    console.log = console.error = () => {};
    const found = {};
    for (const [place, file] of ${JSON.stringify(files)}) {
      globalThis.made = [];
      try { await import(file); } catch (error) { log(place, error); }
      found[place] = lint(Object.fromEntries(globalThis.made.map((each, index) => ["made" + index, each])));
    }
    log("\\0" + JSON.stringify(found));`;
  writeFileSync(join(folder, "runner.mts"), runner);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), join(folder, "runner.mts")],
    { cwd: root, maxBuffer: 1e8, env: { ...process.env, NODE_OPTIONS: "", TSX_TSCONFIG_PATH: join(root, "tsconfig.json") } },
  );
  const [, json = "{}"] = stdout.split("\0");
  for (const [place, findings] of Object.entries(JSON.parse(json) as Record<string, Finding[]>)) found.set(place, findings);
}, 60_000);

test.each([...placeOf])("the policies at %s draw no warning", (place, code) => {
  const allowed: readonly string[] = [
    ...(ON_PURPOSE[place.replace(/:\d+$/, "")] ?? []),
    ...(hasNoChance(code) ? SAME_EVERY_RUN : []),
  ];
  const risky = found.get(place)?.filter(({ rule }) => !allowed.includes(rule));
  expect(risky?.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
});
