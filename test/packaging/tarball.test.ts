import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, inject, test } from "vitest";
import { publicFolders } from "./rooms.ts";

const { root, folder, files } = inject("installed");
const dist = files.filter((file) => file.startsWith("dist/"));
const read = (file: string): string => readFileSync(join(folder, "node_modules/redress", file), "utf8");

test("the tarball holds one file per subpath, few that they share, the commands, the pages and the examples", () => {
  const modules = [
    ...dist.filter((file) => file.startsWith("dist/shared/") && file.endsWith(".js")),
    "dist/cli/main.js",
    "dist/scope/browser.js",
  ];
  const declared = [...publicFolders().map((room) => `dist/${room}/index`), "dist/index"];
  const pages = ["docs", "examples"].flatMap((path) =>
    readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
      .filter((file) => extname(file) !== "")
      .map((file) => `${path}/${file.replaceAll("\\", "/")}`),
  );
  const papers = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];

  expect(files.filter((file) => !/^dist\/shared\/[\w/.-]+\.d\.ts$/.test(file)).sort()).toEqual(
    [
      ...papers,
      ...pages,
      ...declared.flatMap((module) => [`${module}.js`, `${module}.js.map`, `${module}.d.ts`]),
      ...modules.flatMap((module) => [module, `${module}.map`]),
      // The page of `redress simulate --html` is bundled from report/.
      "dist/cli/report.html",
      "dist/sbom.cdx.json",
    ]
      .filter((file, index, all) => all.indexOf(file) === index)
      .sort(),
  );
  // Three of each subpath, a page and an example for each integration, a project for each test runner, and the chunks.
  expect(files.length).toBeLessThanOrEqual(330);
});

test("no test and no fixture is published, but for the projects that show how to test", () => {
  const published = files.filter((file) => !file.startsWith("examples/testing/"));
  expect(published.filter((file) => /\.test|\.spec|__|fixture|(^|\/)tests?\//.test(file))).toEqual([]);
});

test("the package depends on nothing", () => {
  const manifest = JSON.parse(read("package.json"));

  expect(manifest.dependencies ?? {}).toEqual({});
  expect(manifest.bundleDependencies ?? []).toEqual([]);
  expect(Object.keys(manifest.scripts).filter((name) => /install/.test(name))).toEqual([]);
  expect(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["redress"]);
});

test("no published file names a path of the machine that built it, or a test tool", () => {
  const machine = [root, pathToFileURL(root).href, "fast-check"];

  expect(dist.filter((file) => machine.some((name) => read(file).includes(name)))).toEqual([]);
  // The declarations of redress/vitest and redress/jest add to those of test runners, and import nothing of theirs.
  expect(dist.filter((file) => /^import .*"(vitest|expect|@jest\/globals)"/m.test(read(file)))).toEqual([]);
});

test("every source map carries its sources, each in one map only", () => {
  const maps = dist.filter((file) => file.endsWith(".map"));
  const carried = maps.flatMap((file) => {
    const { sources, sourcesContent }: { sources: string[]; sourcesContent: string[] } = JSON.parse(read(file));
    return sources.map((source, index) => [join(dirname(file), source).replaceAll("\\", "/"), sourcesContent[index]] as const);
  });

  for (const [source, content] of carried) expect(content, source).toBe(readFileSync(join(root, source), "utf8"));
  expect(carried.map(([source]) => source)).toEqual([...new Set(carried.map(([source]) => source))]);
});

test("declarations keep what the sources say of themselves, but for what is internal", () => {
  const declarations = dist.filter((file) => file.endsWith(".d.ts")).map(read);

  expect(declarations.join("\n")).toContain("@default");
  expect(declarations.filter((text) => text.includes("@internal"))).toEqual([]);
});
