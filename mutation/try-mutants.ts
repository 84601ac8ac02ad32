import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { build } from "esbuild";

/** What became of a mutant: "Timeout" and "Killed" are as it should be, "Survived" and "NoCoverage" are not, and what else there is never ran. */
export interface Mutant {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The line that it begins on, without what indents it. */
  readonly text: string;
  readonly original: string;
  readonly replacement: string;
  readonly status: string;
}

/** The door as JavaScript: a loader of TypeScript would look at each module that the tests are loaded from, again and again. */
const RUNNER = path.resolve("node_modules/.cache/mutation/runner.mjs");

/** Where Stryker leaves its results. */
const REPORT = "node_modules/.cache/mutation/report.json";

interface Place {
  readonly line: number;
  readonly column: number;
}
interface Report {
  readonly files: Record<
    string,
    {
      readonly source: string;
      readonly mutants: { location: { start: Place; end: Place }; replacement?: string; status: string }[];
    }
  >;
}

function textBetween(lines: readonly string[], start: Place, end: Place): string {
  const part = lines.slice(start.line - 1, end.line);
  part[part.length - 1] = (part.at(-1) ?? "").slice(0, end.column - 1);
  part[0] = (part[0] ?? "").slice(start.column - 1);
  return part.join("\n");
}

function mutantsOf({ files }: Report): Mutant[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split("\n");
    return mutants.map(({ location: { start, end }, replacement = "", status }) => ({
      file,
      line: start.line,
      text: (lines[start.line - 1] ?? "").trim(),
      original: textBetween(lines, start, end),
      replacement,
      status,
    }));
  });
}

/** Tries every mutant of these files against the tests in these folders. */
export async function tryMutants(files: readonly string[], tests: readonly string[]): Promise<Mutant[]> {
  await build({
    entryPoints: [fileURLToPath(new URL("runner.ts", import.meta.url))],
    outfile: RUNNER,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "warning",
  });
  await new Stryker({
    mutate: [...files],
    testRunner: "in-process",
    plugins: [RUNNER],
    testRunnerNodeArgs: ["--no-warnings", "--max-old-space-size=3000"],
    buildCommand: `npx tsx mutation/bundle.ts ${tests.join(" ")}`,
    coverageAnalysis: "perTest",
    concurrency: 2,
    // What each run loads stays loaded.
    maxTestRunnerReuse: 150,
    // One that survives is asked all tests that reach it, and is not to be taken for one that hangs where the machine does other things, too.
    timeoutMS: 30_000,
    timeoutFactor: 2,
    dryRunTimeoutMinutes: 10,
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: REPORT },
    tempDirName: "node_modules/.cache/stryker",
    ignorePatterns: [
      "*",
      "!src/**",
      "!test/**",
      "test/services",
      "!figures/experiments/**",
      "!mutation/{bundle,fewer-runs,manifest}.ts",
      "!package.json",
      "!tsconfig.json",
    ],
    allowConsoleColors: false,
    warnings: { slow: false, preprocessorErrors: true, unknownOptions: true, unserializableOptions: true },
  }).runMutationTest();
  return mutantsOf(JSON.parse(readFileSync(REPORT, "utf8")) as Report);
}
