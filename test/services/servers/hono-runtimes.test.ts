/* redress/hono on the servers of Bun and Deno, which have nothing of Node's server, and on @hono/node-server: the same answers everywhere. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const src = join(import.meta.dirname, "../../../src");
const require = createRequire(import.meta.url);
const binary = (name: string, path: string): string => join(dirname(require.resolve(`${name}/package.json`)), path);

const SERVERS = {
  node: `import { serve as listen } from "@hono/node-server";
    const serve = (fetch) => new Promise((started) => {
      const server = listen({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => started({
        origin: "http://127.0.0.1:" + port,
        stop: async () => { server.closeAllConnections(); server.close(); },
      }));
    });`,
  bun: `const serve = async (fetch) => {
      const server = Bun.serve({ fetch, port: 0, hostname: "127.0.0.1" });
      return { origin: "http://127.0.0.1:" + server.port, stop: () => server.stop(true) };
    };`,
  deno: `const serve = (fetch) => new Promise((started) => {
      const closing = new AbortController();
      Deno.serve({ port: 0, hostname: "127.0.0.1", signal: closing.signal, onListen: ({ port }) => started({
        origin: "http://127.0.0.1:" + port,
        stop: async () => closing.abort(),
      }) }, fetch);
    });`,
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "redress-hono-"));
  for (const [name, serve] of Object.entries(SERVERS)) {
    const main = `${serve}
      import { honoScenario } from "./runtimes/hono-scenario.ts";
      console.log(JSON.stringify(await honoScenario(serve)));`;
    await build({
      stdin: { contents: main, resolveDir: join(import.meta.dirname, "..") },
      outfile: join(folder, `${name}.mjs`),
      bundle: true,
      format: "esm",
      target: "es2022",
      // What is of the platform is met there: of Node, Bun and Deno get no more than this.
      ...(name === "node" ? { platform: "node" } : { external: ["node:async_hooks"] }),
      alias: {
        redress: join(src, "index.ts"),
        "redress/hono": join(src, "contrib/hono/index.ts"),
        "redress/scope": join(src, "scope/index.ts"),
      },
    });
  }
  await writeFile(join(folder, "package.json"), "{}");
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["@hono/node-server", () => process.execPath, ["node.mjs"]],
  ["Bun", () => binary("@oven/bun-linux-x64", "bin/bun"), ["bun.mjs"]],
  ["Deno", () => binary("@deno/linux-x64-glibc", "deno"), ["run", "--allow-net", "--allow-env", "deno.mjs"]],
])("%s", { timeout: 60_000 }, async (_name, program, args) => {
  const env = { ...process.env, NODE_OPTIONS: "", DENO_DIR: join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" };
  const { stdout } = await promisify(execFile)(program(), args, { cwd: folder, env });
  expect(JSON.parse(stdout)).toEqual({
    open: [503, "false", null, '{"type":"about:blank'],
    fails: [500, "false", null, "mine"],
    late: [504, null, null, '{"type":"about:blank'],
    again: [200, null, null, "done"],
    ended: ["begun", "ABORTED ClientLeftError"],
  });
});
