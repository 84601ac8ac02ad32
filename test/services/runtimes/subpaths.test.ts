/* Every subpath of the export map, imported in every runtime with nothing beside it: no integration loads its library. What a runtime lacks stands in one table. */
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerOfWorkerd } from "./in-workerd.ts";
import { CONDITIONS_OF_WORKERS, inChromium, packed, printed, RUNTIMES } from "./packed.ts";
import { type ScenarioServer, scenarioServer } from "./server.ts";

const root = join(import.meta.dirname, "../../..");
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: Record<string, unknown> };
const SUBPATHS = Object.keys(exports).filter((subpath) => subpath !== "./package.json");
const nameOf = (subpath: string): string => subpath.slice(2) || "redress";

/** What a runtime lacks, by the subpaths that stand on it: scopes of requests on asynchronous contexts, channels on diagnostics channels. All others load. */
const LACKS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "Node, Bun, Deno and workerd": {},
  Chromium: {
    "node:async_hooks": ["express", "fastify", "hono", "koa", "nest", "node-http", "temporal"],
    "node:diagnostics_channel": ["diagnostics"],
  },
};

/** By each subpath, what loading it comes to. `said` makes of a module that is lacking what the runtime, or the bundler, says of it. */
function expectedIn(runtime: string, said: (module: string) => unknown): Readonly<Record<string, unknown>> {
  const lacking = Object.entries(LACKS[runtime] ?? {}).flatMap(([module, names]) =>
    names.map((name) => [name, said(module)] as const),
  );
  return { ...Object.fromEntries(SUBPATHS.map((subpath) => [nameOf(subpath), "loads"])), ...Object.fromEntries(lacking) };
}

let folder: string;
let server: ScenarioServer;
beforeAll(async () => {
  folder = await packed();
  server = await scenarioServer();
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** In a program, loads each and collects what that came to. */
const loadAll = (specifiers: readonly (readonly [name: string, specifier: string])[]): string => `
  const loaded = {};
  for (const [name, specifier] of ${JSON.stringify(specifiers)})
    loaded[name] = await import(specifier).then((module) => Object.keys(module).length > 0 ? "loads" : "is empty", (error) => error.message);`;

test.each(RUNTIMES.map((runtime) => [runtime.name, runtime] as const))("%s", { timeout: 60_000 }, async (_name, runtime) => {
  const specifiers = SUBPATHS.map((subpath) => [nameOf(subpath), `redress${subpath.slice(1)}`] as const);
  await writeFile(join(folder, "load.js"), `${loadAll(specifiers)} console.log(JSON.stringify(loaded));`);
  expect(await printed(runtime, folder, "load.js")).toEqual(expectedIn("Node, Bun, Deno and workerd", () => ""));
});

/** Bundles one subpath; the bundler's words where it cannot. */
async function bundled(
  subpath: string,
  options: { readonly conditions?: string[]; readonly external?: string[] },
): Promise<string> {
  const outfile = join(folder, "bundled", `${nameOf(subpath)}.js`);
  const stdin = { contents: `export * from "redress${subpath.slice(1)}";`, resolveDir: folder };
  return build({ stdin, outfile, bundle: true, format: "esm", target: "es2022", logLevel: "silent", ...options }).then(
    () => "loads",
    (error: Error) => error.message,
  );
}

test("workerd", { timeout: 60_000 }, async () => {
  for (const subpath of SUBPATHS)
    expect(await bundled(subpath, { conditions: CONDITIONS_OF_WORKERS, external: ["node:*"] })).toBe("loads");
  const names = SUBPATHS.map(nameOf);
  const worker = `export default { async fetch() { ${loadAll(names.map((name) => [name, name]))} return Response.json(loaded); } };`;
  const loaded = await answerOfWorkerd(folder, worker, Object.fromEntries(names.map((name) => [name, `bundled/${name}.js`])));
  expect(loaded).toEqual(expectedIn("Node, Bun, Deno and workerd", () => ""));
});

test("Chromium, where the bundler says what a page would lack", { timeout: 60_000 }, async () => {
  const loaded: Record<string, unknown> = {};
  server.serve("/page", "text/html", "<!doctype html><title>page</title>");
  await inChromium(`${server.origin}/page`, async (page) => {
    for (const subpath of SUBPATHS) {
      const name = nameOf(subpath);
      loaded[name] = await bundled(subpath, {});
      if (loaded[name] !== "loads") continue;
      server.serve(`/${name}.js`, "text/javascript", readFileSync(join(folder, "bundled", `${name}.js`), "utf8"));
      loaded[name] = await page.evaluate(
        `(async () => { ${loadAll([[name, `/${name}.js`]])} return loaded[${JSON.stringify(name)}]; })()`,
      );
    }
  });
  expect(loaded).toEqual(expectedIn("Chromium", (module) => expect.stringContaining(`Could not resolve "${module}"`)));
});
