/* The commands as those have them who install the package. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

const { root, folder } = inject("installed");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const here = join(folder, "policies");
mkdirSync(here, { recursive: true });
const policies = `import { Policy, TokenBudget, unlimited } from "redress";
export const careful = new Policy({ retry: { maxAttempts: 3 }, budget: new TokenBudget({ capacity: 10 }) });
export const hasty = new Policy({ retry: { maxAttempts: 3 }, budget: unlimited });
`;
writeFileSync(join(here, "policies.mjs"), policies);

const redress = (...argv: string[]) => spawnSync("npx", ["--no-install", "redress", ...argv], { cwd: here, encoding: "utf8" });

test("npx redress runs, and says which version it is", () => {
  expect(redress("--version")).toMatchObject({ status: 0, stdout: `${version}\n` });
});

test("the doctor looks at policies made by the installed package", () => {
  const { status, stdout } = redress("doctor", "./policies.mjs", "--json");

  expect(status).toBe(0);
  expect(JSON.parse(stdout).findings).toMatchObject([{ rule: "no-budget", subject: "hasty" }]);
});

test("the simulator writes a page that holds its reports and needs nothing else", () => {
  const argv = ["./policies.mjs:careful", "--compare", "./policies.mjs:hasty", "--scenario", "outage", "--duration-ms", "2000"];
  const { status, stdout } = redress("simulate", ...argv, "--html", "report.html");
  const page = readFileSync(join(here, "report.html"), "utf8");
  const [, data = ""] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];

  expect(status).toBe(0);
  expect(stdout).toContain("careful");
  expect(JSON.parse(data)).toMatchObject({ version: 1, scenario: { name: "outage" }, policies: { careful: {}, hasty: {} } });
  expect(page).not.toMatch(/(src|href)="https?:/);
});

test("what cannot run says why in one sentence, with exit code 2", () => {
  const { status, stdout, stderr } = redress("simulate", "./policies.mjs:careful", "--scenario", "nonsense");

  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^redress: There is no scenario nonsense\.$/m);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test("an ES module that Node takes for CommonJS is told what it lacks", () => {
  mkdirSync(join(here, "commonjs"), { recursive: true });
  writeFileSync(join(here, "commonjs/package.json"), '{ "type": "commonjs" }');
  writeFileSync(join(here, "commonjs/policies.js"), policies);
  const { status, stderr } = redress("doctor", "./commonjs/policies.js");

  expect(status).toBe(2);
  expect(stderr.replaceAll(/\s+/g, " ")).toContain('Node takes it for CommonJS: say "type": "module" in its package.json');
});

test("the module loads where require is the way", () => {
  const script =
    'const { simulate, scenarios } = require("redress/simulate"); const { Policy } = require("redress"); console.log(simulate(new Policy(), scenarios.outage(), { durationMs: 1000 }).durationMs)';

  expect(execFileSync(process.execPath, ["--input-type=commonjs", "--eval", script], { cwd: here, encoding: "utf8" })).toBe(
    "1000\n",
  );
});
