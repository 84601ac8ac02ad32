/*
 * The packed tarball in other runtimes: createFetch in Node, Deno, Bun, workerd and Chromium; scopes, the registry and the dashboard in all of them but Chromium, which
 * has no asynchronous contexts and serves nothing; channels in those that have them without being asked, Node, Deno and Bun.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import workerd from "workerd";
import type { Report } from "./runtimes/scenario.ts";
import { type ScenarioServer, scenarioServer } from "./runtimes/server.ts";

const root = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);
const binary = (name: string, path: string): string => join(dirname(require.resolve(`${name}/package.json`)), path);

let folder: string;
let server: ScenarioServer;
/** The scenario as one file, for what loads no packages. */
let bundled: string;

beforeAll(async () => {
  if (!existsSync(join(root, "dist/contrib/fetch/index.js"))) throw new Error("The package is not built: npm run build.");
  server = await scenarioServer();
  folder = await mkdtemp(join(tmpdir(), "redress-runtimes-"));
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  mkdirSync(join(folder, "node_modules/redress"), { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", join(folder, "node_modules/redress")]);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const options = { format: "esm", target: "es2022", logLevel: "error", outdir: folder } as const;
  const scenarios = ["scenario", "scope-scenario", "dashboard-scenario", "diagnostics-scenario"];
  await build({ ...options, entryPoints: scenarios.map((name) => join(import.meta.dirname, `runtimes/${name}.ts`)) });
  await writeFile(
    join(folder, "main.js"),
    `import { scenario } from "./scenario.js";
    import { scopeScenario } from "./scope-scenario.js";
    import { dashboardScenario } from "./dashboard-scenario.js";
    import { diagnosticsScenario } from "./diagnostics-scenario.js";
    const report = await scenario(${JSON.stringify(server.origin)}, ${JSON.stringify(server.dead)});
    const more = { scopes: await scopeScenario(), dashboard: await dashboardScenario() };
    console.log(JSON.stringify({ ...report, ...more, channels: await diagnosticsScenario() }));`,
  );
  await build({
    ...options,
    entryPoints: scenarios.map((name) => join(folder, `${name}.js`)),
    bundle: true,
    external: ["node:async_hooks", "node:diagnostics_channel"],
    outdir: join(folder, "bundled"),
  });
  bundled = readFileSync(join(folder, "bundled/scenario.js"), "utf8");
}, 120_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** What it must come to everywhere. */
const EXPECTED: Report = {
  busy: [200, "GET ", ["ok", 3]],
  posted: [503, ["RETRY_REFUSED", 1]],
  keyed: [200, "POST order", ["ok", 3]],
  request: [200, "PUT whole", ["ok", 3]],
  refused: ["MAX_ATTEMPTS_GLOBAL", 3],
  missing: [404, "Not there", "PERMANENT"],
  late: ["AttemptTimeoutError", ["MAX_ATTEMPTS_GLOBAL", 2]],
  left: ["left", ["ABORTED", 1]],
  cut: true,
};
const EXPECTED_SCOPES: Report = {
  strayed: 0,
  aborted: 100,
  own: 900,
  late: ["DEADLINE_EXCEEDED", "scope"],
  outside: [true, true],
  left: true,
};
const OPEN = ["read", 3, 1, 2, "db", "open"];
const CLOSED = ["read", 3, 1, 2, "db", "closed"];
const EXPECTED_DASHBOARD: Report = {
  registry: OPEN,
  page: [200, "text/html; charset=utf-8", true],
  snapshot: CLOSED,
  events: [200, "text/event-stream; charset=utf-8", ["snapshot", OPEN], ["snapshot", CLOSED]],
  left: "left",
  missing: 404,
};
const EXPECTED_CHANNELS = [
  ...["call start read undefined", "call end read undefined"],
  ...["attempt start 1 null", "attempt end 1 null", "inside of attempt 1", "event retry 1"],
  ...["attempt error 1 retry", "attempt asyncStart 1 retry", "attempt asyncEnd 1 retry"],
  ...["attempt start 2 null", "attempt end 2 null", "inside of attempt 2", "event success 2"],
  ...["attempt asyncStart 2 success", "attempt asyncEnd 2 success"],
  ...["call asyncStart read 2", "call asyncEnd read 2"],
];
const EVERYWHERE: Report = { ...EXPECTED, scopes: EXPECTED_SCOPES, dashboard: EXPECTED_DASHBOARD };
const EVERYTHING: Report = { ...EVERYWHERE, channels: EXPECTED_CHANNELS };

test.each([
  ["Node, as it runs the tests", () => process.execPath, ["main.js"]],
  ["Node 24", () => binary("node24", "bin/node"), ["main.js"]],
  ["Bun", () => binary("@oven/bun-linux-x64", "bin/bun"), ["main.js"]],
  ["Deno", () => binary("@deno/linux-x64-glibc", "deno"), ["run", "--allow-net", "--allow-read", "--allow-env", "main.js"]],
])("%s", { timeout: 60_000 }, async (_name, program, args) => {
  const env = { ...process.env, NODE_OPTIONS: "", DENO_DIR: join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" };
  const { stdout } = await promisify(execFile)(program(), args, { cwd: folder, env });
  expect(JSON.parse(stdout)).toEqual(EVERYTHING);
});

test("Chromium", { timeout: 60_000 }, async () => {
  server.serve("/page", "text/html", "<!doctype html><title>page</title>");
  server.serve("/scenario.js", "text/javascript", bundled);
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/page`);
    const script = `import("/scenario.js").then(({ scenario }) => scenario(${JSON.stringify(server.origin)}, ${JSON.stringify(server.dead)}))`;
    expect(await page.evaluate(script)).toEqual(EXPECTED);
  } finally {
    await browser.close();
  }
});

test("workerd", { timeout: 60_000 }, async () => {
  const { origin, dead } = server;
  await writeFile(
    join(folder, "worker.js"),
    `import { scenario } from "scenario";
    import { scopeScenario } from "scope-scenario";
    import { dashboardScenario } from "dashboard-scenario";
    export default {
      async fetch() {
        const report = await scenario(${JSON.stringify(origin)}, ${JSON.stringify(dead)});
        return Response.json({ ...report, scopes: await scopeScenario(), dashboard: await dashboardScenario() });
      },
    };`,
  );
  await writeFile(
    join(folder, "worker.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = .worker),
        (name = "internet", network = (allow = ["public", "private"]))
      ],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
    );
    const worker :Workerd.Worker = (
      modules = [
        (name = "worker", esModule = embed "worker.js"),
        (name = "scenario", esModule = embed "bundled/scenario.js"),
        (name = "scope-scenario", esModule = embed "bundled/scope-scenario.js"),
        (name = "dashboard-scenario", esModule = embed "bundled/dashboard-scenario.js")
      ],
      compatibilityDate = "2026-11-01",
      compatibilityFlags = ["nodejs_als"]
    );`,
  );
  const serving = spawn(workerd, ["serve", "--control-fd=3", join(folder, "worker.capnp")], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      let said = "";
      serving.stdio[3]?.on("data", (chunk) => {
        said += chunk;
        const [, known] = /"port":(\d+)/.exec(said) ?? [];
        if (known !== undefined) resolve(Number(known));
      });
      serving.once("exit", (code) => reject(new Error(`workerd ended with ${code}.`)));
    });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(JSON.parse(text)).toEqual(EVERYWHERE);
  } finally {
    serving.kill();
  }
});
