/*
 * The projects in examples/testing, each with its own test runner, as somebody has them who copies the folder: with the packed tarball, compiled and run by `npm test`. The runners are
 * those that are installed here.
 */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const projects = readdirSync(join(root, "examples/testing"));
const page = readFileSync(join(root, "docs/testing/assertions.md"), "utf8");

let folder: string;

beforeAll(async () => {
  if (!existsSync(join(root, "dist/testing/index.js"))) throw new Error("The package is not built: npm run build.");
  folder = await mkdtemp(join(tmpdir(), "redress-examples-"));
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  for (const name of projects) {
    const project = join(folder, name);
    cpSync(join(root, "examples/testing", name), project, { recursive: true });
    mkdirSync(join(project, "node_modules/redress"), { recursive: true });
    execFileSync("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", join(project, "node_modules/redress")]);
    mkdirSync(join(project, "node_modules/.bin"));
    for (const dependency of ["@types/node", ...Object.keys(manifestOf(name).devDependencies)]) link(dependency, project);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function manifestOf(name: string): { readonly devDependencies: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(join(root, "examples/testing", name, "package.json"), "utf8"));
}

/** Gives a project a package that is installed here, with its commands. */
function link(dependency: string, project: string): void {
  const installed = [join(root, "test/services/node_modules", dependency), join(root, "node_modules", dependency)].find((path) =>
    existsSync(path),
  );
  if (installed === undefined) throw new Error(`${dependency} is not installed here.`);
  const target = join(project, "node_modules", dependency);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(installed, target);
  const { bin = {} } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { bin?: string | object };
  const commands = typeof bin === "string" ? { [dependency]: bin } : bin;
  for (const [command, file] of Object.entries(commands))
    symlinkSync(join(installed, file), join(project, "node_modules/.bin", command));
}

/** What a command prints, and how it ends. Nothing of the runner that runs these tests is handed down. */
function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number; readonly printed: string }> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_|JEST|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$)/.test(name)),
  );
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd, env: { ...env, NO_COLOR: "1" }, encoding: "utf8" }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, printed: out + err }),
    );
  });
}

test("there is one for each runner", () => {
  expect(projects).toEqual(["jest", "node-test", "vitest"]);
});

test.each(projects)("%s: its tests compile against the declarations that are published", async (name) => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  expect(await run(process.execPath, [tsc, "-p", "."], join(folder, name))).toEqual({ code: 0, printed: "" });
});

test("jest: the globals of @types/jest have the matchers, too", async () => {
  const project = join(folder, "jest");
  link("@types/jest", project);
  writeFileSync(
    join(project, "globals.ts"),
    `import { matchers } from "redress/jest";
    expect.extend(matchers);
    expect({}).not.toHaveStoppedBecause("BUDGET_EXHAUSTED");
    // @ts-expect-error: no stop reason
    expect({}).toHaveStoppedBecause("EXHAUSTED");`,
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [
    tsc,
    "--ignoreConfig",
    "--strict",
    "--noEmit",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "jest",
    "globals.ts",
  ];
  expect(await run(process.execPath, args, project)).toEqual({ code: 0, printed: "" });
});

test.each(projects)("%s: its tests pass", { timeout: 120_000 }, async (name) => {
  const { code, printed } = await run("npm", ["test"], join(folder, name));
  expect(printed).toMatch(/Tests +5 passed \(5\)|Tests: +5 passed, 5 total|pass 5\n/);
  expect(code).toBe(0);
});

test("jest: tests in CommonJS pass with the configuration that the page gives", { timeout: 120_000 }, async () => {
  const [, config = ""] = /^```js\n(.*?)^```$/ms.exec(page) ?? [];
  const project = join(folder, "jest-commonjs");
  cpSync(join(folder, "jest/node_modules"), join(project, "node_modules"), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "jest.config.js"), config);
  writeFileSync(
    join(project, "orders.test.js"),
    `const { Policy } = require("redress");
    const { matchers } = require("redress/jest");
    const { scripted, succeeds } = require("redress/testing");
    expect.extend(matchers);
    test("a call", async () => {
      expect(await new Policy({ retry: {} }).execute(scripted(succeeds("value")))).toHaveSucceeded();
    });`,
  );
  const { code, printed } = await run(process.execPath, ["node_modules/jest/bin/jest.js"], project);
  expect(printed).toMatch(/Tests: +1 passed, 1 total/);
  expect(code).toBe(0);
});

test("they have the same code under test", () => {
  const codes = projects.map((name) => readFileSync(join(root, "examples/testing", name, "orders.ts"), "utf8"));
  expect(new Set(codes).size).toBe(1);
});

test("the page about assertions shows what stands in them", () => {
  const blocks = [...page.matchAll(/^```ts vitest\n(.*?)^```$/gms)].map(([, code = ""]) => code);
  const tested = readFileSync(join(root, "examples/testing/vitest/orders.test.ts"), "utf8")
    .split("\n")
    .map((line) => line.trim());
  expect(blocks).toHaveLength(1);
  expect(blocks.flatMap((code) => code.split("\n").filter((line) => line !== "" && !tested.includes(line.trim())))).toEqual([]);
});
