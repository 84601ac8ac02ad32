import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SimulationReport } from "redress/simulate";
import { afterAll, describe, expect, test } from "vitest";
import { progressLine } from "../../src/cli/print/progress-line.ts";
import { fill, writePage } from "../../src/cli/print/report-page.ts";
import { redress } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "redress-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const calm = "--scenario @scenarios.mjs:calm";

async function reports(line: string): Promise<Record<string, SimulationReport>> {
  const { out, err } = await redress(`simulate ${line} --json`);
  expect(err).toBe("");
  const { version, policies, ...rest } = JSON.parse(out);
  expect([version, Object.keys(rest)]).toEqual([1, ["scenario"]]);
  return policies;
}

describe("simulate", () => {
  test.each(["payments", "naive", "asRetry", "asOptions", "asBreaker", "factory", "regions.naive"])(
    "takes %s, and names the report so",
    async (name) => {
      const { [name]: report } = await reports(`@simulated.mjs:${name} ${calm}`);
      expect(report).toMatchObject({ scenario: "calm", seed: 1, clients: 1, durationMs: 10_000, successRatio: 1 });
    },
  );

  test("simulates a second policy beside the first, for the same calls", async () => {
    const { payments, naive } = await reports(`@simulated.mjs:payments --compare @simulated.mjs:naive ${calm}`);
    expect(payments?.calls.started).toBeGreaterThan(100);
    expect(naive?.calls.started).toBe(payments?.calls.started);
  });

  test("names policies after their files, too, where they are called the same", async () => {
    const both = await reports(`@warned.mjs:orders --compare @other-orders.mjs:orders ${calm}`);
    expect(Object.keys(both)).toEqual(["test/cli/fixtures/warned.mjs:orders", "test/cli/fixtures/other-orders.mjs:orders"]);
  });

  test("hands on clients, seed and duration", async () => {
    const { naive } = await reports(`@simulated.mjs:naive ${calm} --clients 3 --seed 7 --duration-ms 2000`);
    expect(naive).toMatchObject({ clients: 3, seed: 7, durationMs: 2_000 });
  });

  test("gives the same report for the same seed", async () => {
    const line = `@simulated.mjs:payments ${calm} --seed 9`;
    expect(await reports(line)).toEqual(await reports(line));
  });

  test("replays recorded calls", async () => {
    const file = join(folder, "calls.csv");
    writeFileSync(file, "atMs,calls\n0,5\n1000,7\n2000,0\n");
    const { naive } = await reports(`@simulated.mjs:naive ${calm} --arrivals ${file}`);
    expect(naive?.calls.started).toBe(12);
  });

  test.each(["rate-limit", "rateLimit"])("knows a ready-made scenario as %s", async (name) => {
    expect((await reports(`@simulated.mjs:naive --scenario ${name} --duration-ms 1000`))["naive"]?.scenario).toBe("rateLimit");
  });

  test("runs a scenario that a function makes", async () => {
    const { out } = await redress("simulate @simulated.mjs:naive --scenario @scenarios.mjs:made");
    expect(out).toMatch(/^made\nNothing happens\.\n1 client, seed 1, 10 s simulated\n/);
    expect(out).toMatch(/\nnaive: made 1\.00 requests per call, 100 % of the calls succeeded\.\n$/);
  });

  test("lists the ready-made scenarios with what happens in them", async () => {
    const { out } = await redress("simulate --list");
    for (const name of ["outage", "brownout", "rate-limit", "latency-spike", "thundering-herd", "metastable-overload"])
      expect(out).toMatch(new RegExp(`\n  ${name} +[A-Z]`));
  });
});

describe("simulate --html", () => {
  const template = '<p>$&</p><script type="application/json" id="data">null</script>';

  test("puts the data into the page, so that nothing in it ends the script or is taken for a replacement", () => {
    const data = { name: "</script><script>$&$1", lines: "\u2028\u2029" };
    const page = fill(template, data);
    const json = page.slice(page.indexOf('id="data">') + 10, page.lastIndexOf("</script>"));
    expect(json).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual(data);
    expect(page.startsWith('<p>$&</p><script type="application/json" id="data">{')).toBe(true);
  });

  test("writes one file", () => {
    const source = join(folder, "template.html");
    writeFileSync(source, template);
    writePage(join(folder, "page.html"), { version: 1 }, pathToFileURL(source));
    expect(readFileSync(join(folder, "page.html"), "utf8")).toBe(template.replace("null", '{"version":1}'));
  });

  test("says what is wrong with a page that cannot be written, or a template that is missing or another", () => {
    const source = pathToFileURL(join(folder, "other.html"));
    expect(() => writePage(join(folder, "page.html"), {}, source)).toThrow("the template report.html is missing");
    writeFileSync(source, "<html>");
    expect(() => writePage(join(folder, "page.html"), {}, source)).toThrow("has no place for the data");
    writeFileSync(source, template);
    expect(() => writePage(join(folder, "no", "page.html"), {}, source)).toThrow(/no\/page\.html cannot be written: ENOENT/);
  });
});

describe("the line of progress", () => {
  const progress = { policy: "payments", simulatedMs: 30_000, durationMs: 60_000, calls: 1_234 };

  test("appears only once the run has proved long, ten times a second at most, and is gone at the end", () => {
    let now = 0;
    let written = "";
    const line = progressLine({ write: (text) => (written += text) }, () => now);
    for (; now < 1_000; now++) line.show(progress);
    expect(written.match(/\r/g)).toHaveLength(5);
    expect(written.endsWith("\r\u001b[Kpayments: 50 %, 30 s simulated, 1,234 calls")).toBe(true);
    line.clear();
    expect(written.endsWith("calls\r\u001b[K")).toBe(true);
  });

  test("never appears in a short run, and then clears nothing", () => {
    let written = "";
    const line = progressLine({ write: (text) => (written += text) }, () => 0);
    line.show(progress);
    line.clear();
    expect(written).toBe("");
  });

  test("tells no share of a run without an end", () => {
    let now = 0;
    let written = "";
    const line = progressLine({ write: (text) => (written += text) }, () => now);
    now = 600;
    line.show({ ...progress, durationMs: Infinity });
    expect(written).toBe("\r\u001b[Kpayments: 30 s simulated, 1,234 calls");
  });
});
