// Makes of the tests, and of the sources with all their mutants in them, modules that one process can load again and again: what tests share
// is in chunks that are loaded once, and each test file is loaded anew where its address is another.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { BUNDLES, type Bundle, type Manifest } from "./manifest.ts";

/** The sources that a name of the package stands for, as in vitest.config.ts. */
function sourceOf(root: string, name: string): string {
  const subpath = name.slice("redress/".length);
  if (name === "redress") return path.join(root, "src/index.ts");
  const folder = readdirSync(path.join(root, "src/contrib")).includes(subpath) ? `contrib/${subpath}` : subpath;
  return path.join(root, "src", folder, "index.ts");
}

function testsIn(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`);
}

async function makeBundle(name: Bundle, root: string, places: string[]): Promise<void> {
  const tests = places.flatMap((place) => (place.endsWith(".test.ts") ? [place] : testsIn(root, place)));
  const fewerRuns = path.join(root, "mutation/fewer-runs.ts");
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: tests,
    outdir: BUNDLES[name],
    outbase: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: name !== "alone",
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    // Tests read the names of classes in what is told.
    keepNames: true,
    metafile: true,
    logLevel: "warning",
    plugins: [
      {
        name: "sources",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^redress(\/|$)/ }, ({ path: name }) => ({ path: sourceOf(root, name) }));
          onResolve({ filter: /^fast-check$/ }, ({ importer }) => (importer === fewerRuns ? undefined : { path: fewerRuns }));
          if (name !== "counting") {
            // What Stryker puts into each source, to count what is reached.
            onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) => ({
              loader: "ts",
              contents: readFileSync(file, "utf8").replace(/(?<=function stryCov_\w+\(\) \{)/, "return;"),
            }));
          }
          // Tests find their recordings beside themselves.
          onLoad({ filter: /\/test\/.*\.ts$/ }, ({ path: file }) => ({
            loader: "ts",
            contents: readFileSync(file, "utf8").replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href)),
          }));
        },
      },
    ],
  });
  const manifest: Manifest = { shared: [], tests: {} };
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint?.endsWith(".test.ts")) manifest.tests[entryPoint] = output;
    else if (output.endsWith(".mjs")) manifest.shared.push(output);
  }
  writeFileSync(path.join(root, BUNDLES[name], "manifest.json"), JSON.stringify(manifest));
}

for (const name of Object.keys(BUNDLES) as Bundle[]) await makeBundle(name, process.cwd(), process.argv.slice(2));
