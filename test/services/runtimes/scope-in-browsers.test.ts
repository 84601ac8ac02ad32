/* redress/scope where a bundler asks for the condition "browser": nothing that a page cannot load, and an error that says what is missing and what to do. */
import { rm } from "node:fs/promises";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONDITIONS_OF_WORKERS, inChromium, packed } from "./packed.ts";
import { type ScenarioServer, scenarioServer } from "./server.ts";

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

async function bundled(contents: string, conditions?: string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    // Where it is met, a page could not load it: the test is to see that.
    external: ["node:*"],
    ...(conditions !== undefined && { conditions }),
  });
  return outputFiles[0]?.text as string;
}

const ISOMORPHIC = `
  import { Policy } from "redress";
  import { currentAttempt, currentScope, runInScope, runOutsideScopes } from "redress/scope";
  export async function use() {
    const policy = new Policy({ retry: {} });
    const thrown = (fn) => { try { return fn(); } catch (error) { return String(error); } };
    return {
      outside: [currentScope() === undefined, currentAttempt() === undefined, runOutsideScopes(() => 7)],
      called: await runOutsideScopes(() => policy.call(() => currentAttempt() === undefined)),
      opened: thrown(() => runInScope({ deadlineMs: 800 }, () => "ran")),
      wrong: thrown(() => runInScope({ deadlineMs: "soon" }, () => "ran")),
      after: await policy.call(() => "value", { deadlineMs: 800 }),
    };
  }`;

test("in a page it loads, all is outside of scopes, and to open one says what is missing and what to do", {
  timeout: 60_000,
}, async () => {
  server.serve("/page", "text/html", "<!doctype html><title>page</title>");
  server.serve("/scope.js", "text/javascript", await bundled(ISOMORPHIC));
  const seen = await inChromium(`${server.origin}/page`, (page) => page.evaluate(`import("/scope.js").then(({ use }) => use())`));
  expect(seen).toEqual({
    outside: [true, true, 7],
    called: true,
    opened:
      "Error: runInScope needs the platform's asynchronous context (AsyncLocalStorage), which is not found here: browsers have none. There, give each call what bounds it, " +
      'as in policy.call(fn, { deadlineMs, signal }). Where there is node:async_hooks, let the bundler resolve redress/scope without the condition "browser".',
    wrong: 'TypeError: runInScope.deadlineMs must be a number of milliseconds, or Infinity, got "soon".',
    after: "value",
  });
});

test.each([
  ["Workers, which ask for browsers' too", CONDITIONS_OF_WORKERS],
  ["edge functions, which ask for browsers' too", ["edge-light", "browser"]],
])("bundled for %s, it has the platform's own", async (_what, conditions) => {
  expect(await bundled('export * from "redress/scope";', conditions)).toContain('from "node:async_hooks"');
  expect(await bundled('export * from "redress/scope";')).not.toContain('from "node:async_hooks"');
});
