/*
 * The packed tarball in other runtimes: createFetch in Node, Deno, Bun, workerd and Chromium; scopes, the registry and the dashboard in all of them but Chromium, which
 * has no asynchronous contexts and serves nothing; channels in those that have them without being asked, Node, Deno and Bun. Calls, timers and what is left of them in all.
 */
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerOfWorkerd } from "./runtimes/in-workerd.ts";
import { CONDITIONS_OF_WORKERS, inChromium, packed, printed, RUNTIMES } from "./runtimes/packed.ts";
import type { Report } from "./runtimes/scenario.ts";
import { type ScenarioServer, scenarioServer } from "./runtimes/server.ts";

const root = join(import.meta.dirname, "../..");

let folder: string;
let server: ScenarioServer;
/** The scenario as one file, for what loads no packages. */
let bundled: string;

beforeAll(async () => {
  server = await scenarioServer();
  folder = await packed();
  const options = { format: "esm", target: "es2022", logLevel: "error", outdir: folder } as const;
  const scenarios = ["scenario", "scope-scenario", "dashboard-scenario", "diagnostics-scenario"];
  await build({ ...options, entryPoints: scenarios.map((name) => join(import.meta.dirname, `runtimes/${name}.ts`)) });
  await build({
    ...options,
    entryPoints: [join(import.meta.dirname, "runtimes/calls-scenario.ts")],
    bundle: true,
    external: ["redress", "redress/*"],
  });
  await writeFile(
    join(folder, "calls.js"),
    `import { callsScenario } from "./calls-scenario.js";
    export const calls = () => callsScenario(${readFileSync(join(root, "test/conformance/scenarios.json"), "utf8")});`,
  );
  await writeFile(
    join(folder, "main.js"),
    `import { scenario } from "./scenario.js";
    import { calls } from "./calls.js";
    import { scopeScenario } from "./scope-scenario.js";
    import { dashboardScenario } from "./dashboard-scenario.js";
    import { diagnosticsScenario } from "./diagnostics-scenario.js";
    const report = await scenario(${JSON.stringify(server.origin)}, ${JSON.stringify(server.dead)});
    const more = { scopes: await scopeScenario(), dashboard: await dashboardScenario(), calls: await calls() };
    console.log(JSON.stringify({ ...report, ...more, channels: await diagnosticsScenario() }));`,
  );
  await build({
    ...options,
    entryPoints: [...scenarios, "calls"].map((name) => join(folder, `${name}.js`)),
    bundle: true,
    // For a worker and for a page: the page loads nothing of scopes here.
    conditions: CONDITIONS_OF_WORKERS,
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
const EXPECTED_CALLS: Report = {
  contract: {
    scenarios: 300,
    "the asynchronous driver": [],
    "the asynchronous driver, with an operation that returns at once": [],
    "the synchronous driver": [],
  },
  timers: {
    delayed: [["ok", 2], true],
    deadline: ["DEADLINE_EXCEEDED", 1],
    timeout: [true, "MAX_ATTEMPTS_GLOBAL", 2],
    hedge: ["ok", 2],
    queue: ["DEADLINE_EXCEEDED", 0],
    patience: ["LIMITED", 0],
    long: ["short", "long"],
  },
  left: { succeeded: 1_000, fewListen: true, most: 1, inFlight: 0 },
  blocking: "slept 2",
};
/** A page that is not isolated from others has nothing to block on: a synchronous call says so, and what helps. */
const EXPECTED_CALLS_OF_A_PAGE: Report = {
  ...EXPECTED_CALLS,
  blocking:
    "There is no SharedArrayBuffer here to block on: browsers give it to pages and workers that are cross-origin isolated. So a synchronous call cannot sleep: give the policy a `sleeper`, or use `call`.",
};
/** In Workers no request may block the thread that serves others. */
const EXPECTED_CALLS_OF_A_WORKER: Report = {
  ...EXPECTED_CALLS,
  blocking:
    "This thread may not block: in browsers, only workers may. So a synchronous call cannot sleep: give the policy a `sleeper`, or use `call`.",
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
const EVERYWHERE: Report = { ...EXPECTED, scopes: EXPECTED_SCOPES, dashboard: EXPECTED_DASHBOARD, calls: EXPECTED_CALLS };
const EVERYTHING: Report = { ...EVERYWHERE, channels: EXPECTED_CHANNELS };

test.each(RUNTIMES.map((runtime) => [runtime.name, runtime] as const))("%s", { timeout: 60_000 }, async (_name, runtime) => {
  expect(await printed(runtime, folder, "main.js")).toEqual(EVERYTHING);
});

test("Chromium", { timeout: 60_000 }, async () => {
  server.serve("/page", "text/html", "<!doctype html><title>page</title>");
  server.serve("/scenario.js", "text/javascript", bundled);
  server.serve("/calls.js", "text/javascript", readFileSync(join(folder, "bundled/calls.js"), "utf8"));
  await inChromium(`${server.origin}/page`, async (page) => {
    const script = `import("/scenario.js").then(({ scenario }) => scenario(${JSON.stringify(server.origin)}, ${JSON.stringify(server.dead)}))`;
    expect(await page.evaluate(script)).toEqual(EXPECTED);
    expect(await page.evaluate(`import("/calls.js").then(({ calls }) => calls())`)).toEqual(EXPECTED_CALLS_OF_A_PAGE);
  });
});

test("workerd", { timeout: 60_000 }, async () => {
  const { origin, dead } = server;
  const worker = `import { scenario } from "scenario";
    import { scopeScenario } from "scope-scenario";
    import { dashboardScenario } from "dashboard-scenario";
    import { calls } from "calls";
    export default {
      async fetch() {
        const report = await scenario(${JSON.stringify(origin)}, ${JSON.stringify(dead)});
        return Response.json({ ...report, scopes: await scopeScenario(), dashboard: await dashboardScenario(), calls: await calls() });
      },
    };`;
  const names = ["scenario", "scope-scenario", "dashboard-scenario", "calls"];
  const report = await answerOfWorkerd(folder, worker, Object.fromEntries(names.map((name) => [name, `bundled/${name}.js`])));
  expect(report).toEqual({ ...EVERYWHERE, calls: EXPECTED_CALLS_OF_A_WORKER });
});
