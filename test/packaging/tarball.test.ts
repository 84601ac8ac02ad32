import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, inject, test } from "vitest";

const { root, folder, files } = inject("installed");
const dist = files.filter((file) => file.startsWith("dist/"));
const read = (file: string): string => readFileSync(join(folder, "node_modules/redress", file), "utf8");

test("the tarball holds the sources, what they compile to, and the papers", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.replaceAll("\\", "/"));
  const compiled = sources.flatMap((file) => {
    const module = `dist/${file.slice(0, -".ts".length)}`;
    return [`${module}.js`, `${module}.js.map`, `${module}.d.ts`, `${module}.d.ts.map`];
  });
  const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
  // The page of `redress simulate --html` is bundled from report/.
  const page = "dist/cli/report.html";

  expect([...files].sort()).toEqual([...papers, ...compiled, page, ...sources.map((file) => `src/${file}`)].sort());
});

test("no test and no fixture is published", () => {
  expect(files.filter((file) => /\.test|\.spec|__|fixture|(^|\/)tests?\//.test(file))).toEqual([]);
});

test("the package depends on nothing", () => {
  const manifest = JSON.parse(read("package.json"));

  expect(manifest.dependencies ?? {}).toEqual({});
  expect(manifest.bundleDependencies ?? []).toEqual([]);
  expect(Object.keys(manifest.scripts).filter((name) => /install/.test(name))).toEqual([]);
  expect(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["redress"]);
});

test("no published file names a path of the machine that built it, or a test tool", () => {
  const machine = [root, pathToFileURL(root).href, "vitest", "fast-check"];

  expect(dist.filter((file) => machine.some((name) => read(file).includes(name)))).toEqual([]);
});

test("every source map leads to a source in the tarball", () => {
  for (const file of dist.filter((name) => name.endsWith(".map"))) {
    const { sources }: { sources: string[] } = JSON.parse(read(file));

    expect(sources.map((source) => join(dirname(file), source))).toEqual([
      file.replace(/^dist/, "src").replace(/(\.d\.ts|\.js)\.map$/, ".ts"),
    ]);
  }
});
