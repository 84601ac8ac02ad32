import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, inject, test } from "vitest";
import { publicFolders } from "./rooms.ts";

const { root, folder } = inject("installed");
const exportMap: Record<string, string | Record<string, string>> = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
).exports;
const modules = Object.keys(exportMap).filter((subpath) => subpath !== "./package.json");

/** The folder of every subpath: the rooms that users import, and each integration. */
const folders: Record<string, string> = Object.fromEntries(publicFolders().map((name) => [`./${basename(name)}`, name]));

/** A platform without asynchronous contexts gets another module; Workers and edge functions, whose bundlers ask for that too, do not. */
const elsewhere: Record<string, Record<string, string>> = {
  "./scope": {
    workerd: "./dist/scope/index.js",
    "edge-light": "./dist/scope/index.js",
    browser: "./dist/scope/browser.js",
  },
};

function namesOf(inputType: "module" | "commonjs", load: string, conditions: readonly string[] = []): string[] {
  const print = `console.log(JSON.stringify(Object.keys(${load}).filter((name) => name !== "__esModule").sort()))`;
  return JSON.parse(
    execFileSync(
      process.execPath,
      [...conditions.flatMap((name) => ["-C", name]), `--input-type=${inputType}`, "--eval", print],
      {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    ),
  );
}

test("the export map lists the public folders, each by its types and then its code", () => {
  const expected = Object.fromEntries(
    Object.entries(folders).map(([subpath, name]) => [
      subpath,
      { types: `./dist/${name}/index.d.ts`, ...elsewhere[subpath], default: `./dist/${name}/index.js` },
    ]),
  );

  expect(exportMap).toEqual({
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    ...expected,
    "./package.json": "./package.json",
  });
  // The first one that is asked for counts.
  for (const [subpath, target] of Object.entries(exportMap))
    if (typeof target !== "string")
      expect(Object.keys(target)).toEqual(["types", ...Object.keys(elsewhere[subpath] ?? {}), "default"]);
});

test.each(Object.keys(elsewhere))("%s gives the same names in browsers", (subpath) => {
  const specifier = JSON.stringify(`redress${subpath.slice(1)}`);
  const load = `(console.assert(import.meta.resolve(${specifier}).endsWith("/browser.js")), await import(${specifier}))`;

  expect(namesOf("module", load, ["browser"])).toEqual(namesOf("module", `await import(${specifier})`));
});

test.each(modules)("%s can be imported and required, and gives the same names", (subpath) => {
  const specifier = JSON.stringify(`redress${subpath.slice(1)}`);
  const imported = namesOf("module", `await import(${specifier})`);

  expect(imported).not.toEqual([]);
  expect(imported).not.toContain("default");
  expect(namesOf("commonjs", `require(${specifier})`)).toEqual(imported);
});

test("package.json can be required", () => {
  expect(namesOf("commonjs", 'require("redress/package.json")')).toContain("version");
});

test("what is not exported cannot be imported", () => {
  expect(() => namesOf("module", 'await import("redress/dist/index.js")')).toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
});
