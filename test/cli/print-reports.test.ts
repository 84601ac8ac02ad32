import type { SimulationReport } from "redress/simulate";
import { describe, expect, test } from "vitest";
import { printReports } from "../../src/cli/print/print-reports.ts";
import { resample, sparkline, timeMarks } from "../../src/cli/print/sparkline.ts";
import { verdict } from "../../src/cli/print/verdict.ts";
import { reportOf } from "./report.ts";

const stdin = { text: async () => "" };

function print(reports: Record<string, SimulationReport>, columns = 80): string {
  let out = "";
  const stdout = { write: (text: string) => (out += text) };
  printReports({ name: "outage", description: "It is down.", arrivals: () => {} }, reports, {
    stdin,
    stdout,
    stderr: stdout,
    env: {},
    columns,
  });
  return out;
}

const base = reportOf();
const withoutParts = reportOf({
  circuits: 0,
  breakerOpenRatio: null,
  breakerChanges: [],
  series: { ...base.series, breakersOpen: [], breakersHalfOpen: [], budgetLevel: [] },
});

const column = (value: (second: number) => number): number[] => Array.from({ length: 60 }, (_, second) => value(second));
/** With a hedge and limiters. */
const guarded = reportOf({
  ...withoutParts,
  latencyMs: { ...base.latencyMs, succeeded: { ...base.latencyMs.succeeded, p999: 1_300 } },
  stopReasons: { LIMITED: 947 },
  hedges: { started: 1_200, won: 90, refused: 0, cut: 1_195 },
  waitedMs: { ...base.waitedMs, count: 500, p50: 12, p99: 240 },
  limited: [
    { limiter: "db", reason: "full", count: 40 },
    { limiter: "shop-api", reason: "full", count: 300 },
    { limiter: "other", reason: "rate", count: 7 },
    { limiter: "shop-api", reason: "throttled", count: 600 },
  ],
  series: {
    ...withoutParts.series,
    hedged: column((second) => (second < 30 ? 10 : 30)),
    waiting: column((second) => (second < 30 ? 0 : 8)),
    limited: [
      { limiter: "db", reason: "full", counts: column(() => 5) },
      { limiter: "shop-api", reason: "full", counts: column((second) => (second < 30 ? 0 : 20)) },
    ],
    adaptiveLimits: [{ limiter: "shop-api", limits: column((second) => (second < 30 ? 20 : 100)) }],
  },
});

describe("the numbers of a simulation", () => {
  test("one column per policy, and what is true of none is left out", () => {
    const out = print({
      careful: base,
      naive: { ...withoutParts, amplification: 3.5, timeToRecoverMs: null, recoveredAtMs: null },
    });
    expect(out.slice(0, out.indexOf("\n\ncareful ("))).toBe(
      `outage
It is down.
10 clients, seed 1, 60 s simulated, disturbed from 20 s to 30 s

                         careful      naive
calls                      1,200      1,200
succeeded                 83.3 %     83.3 %
offered, per second           20         20
goodput, per second           17         17
requests per call           1.25       3.50
latency, p50               21 ms      21 ms
latency, p99               1.2 s      1.2 s
time to recover              4 s      never
circuit opened               1 x          -
circuit open, of time     16.7 %          -
budget, lowest                 0          -
gave up because of
  CIRCUIT_OPEN               150        150
  MAX_ATTEMPTS_GLOBAL         50         50`,
    );
  });

  test("hedges, queues, limits and who turned calls away, where there are any", () => {
    const out = print({ plain: withoutParts, guarded });
    expect(out.slice(out.indexOf("latency, p99 "), out.indexOf("\n\nplain ("))).toBe(
      `latency, p99                1.2 s       1.2 s
latency, p99.9                  -       1.3 s
time to recover               4 s         4 s
hedges                          -       1,200
hedges that won                 -          90
hedges refused                  -           0
attempts cut                    -       1,195
calls that queued               -         500
time in queue, p50              -       12 ms
time in queue, p99              -      240 ms
limit of shop-api               -   20 to 100
turned away by
  shop-api (throttled)          -         600
  shop-api (full)               -         300
  db (full)                     -          40
gave up because of
  LIMITED                       -         947
  CIRCUIT_OPEN                150           -
  MAX_ATTEMPTS_GLOBAL          50           -`,
    );
  });

  test("a limiter with a long name leaves room for the numbers", () => {
    const limiter = `${"x".repeat(60)}-api`;
    const out = print({
      careful: reportOf({ limited: [{ limiter, reason: "queue_timeout", count: 3 }] }),
      naive: reportOf({ series: { ...base.series, adaptiveLimits: [{ limiter, limits: column(() => 7) }] } }),
    });
    expect(out).toMatch(/\n {2}\.\.\.x+-api \(queue_timeout\) +3 +-\n/);
    expect(out).toMatch(/\nlimit of \.\.\.x+-api +- +7 to 7\n/);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("long names are cut where they tell least, and everything fits", () => {
    const out = print({ [`${"x".repeat(60)}:payments`]: base, [`${"x".repeat(60)}:orders`]: base });
    expect(out).toMatch(/\.\.\.x+:payments +\.\.\.x+:orders\n/);
    const table = out.split("\n\n")[1] ?? "";
    expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("nothing finished is no latency, not NaN", () => {
    const calls = { started: 0, succeeded: 0, failed: 0, fellBack: 0, unfinished: 0 };
    const nothing = { ...base.latencyMs.failed };
    const out = print({
      idle: {
        ...base,
        calls,
        stopReasons: {},
        latencyMs: { succeeded: nothing, failed: nothing },
        successRatio: 1,
        amplification: 0,
      },
    });
    expect(out).not.toMatch(/NaN|undefined|null|Infinity/);
    expect(out).not.toContain("latency");
    expect(out).not.toContain("gave up");
  });
});

describe("the curves of a simulation", () => {
  test("calls, circuits and budget, with the disturbance marked, in lines that fit", () => {
    const out = print({ careful: base });
    const curves = out.slice(out.indexOf("careful (calls")).split("\n\n")[0]?.split("\n") ?? [];
    expect(curves.map((line) => line.slice(0, 16).trim())).toEqual([
      "careful (calls:",
      "offered",
      "requests",
      "goodput",
      "circuits open",
      "budget left",
      "",
      "",
    ]);
    expect(curves[0]).toBe("careful (calls: full height is 50/s)");
    expect(curves[2]).toBe(`  requests      ${"▄".repeat(16)}${"█".repeat(8)}${"▄".repeat(24)}  peak 50/s`);
    expect(curves[3]).toBe(`  goodput       ${"▄".repeat(16)}${"▁".repeat(8)}${"▄".repeat(24)}  peak 20/s`);
    expect(curves[4]).toContain("most 10 of 10");
    expect(curves[5]).toContain("least 0");
    expect(curves[6]).toBe(`${" ".repeat(32)}|------| disturbed`);
    expect(curves[7]).toBe(`${" ".repeat(16)}0               20 s   30 s`.padEnd(60).concat("60 s"));
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("hedges, queues and limits that adapt have curves of their own, and rejections one among the calls", () => {
    const out = print({ guarded });
    const curves = out.slice(out.indexOf("guarded (calls")).split("\n\n")[0]?.split("\n") ?? [];
    expect(curves.slice(3, -2)).toEqual([
      `  goodput       ${"▄".repeat(16)}${"▁".repeat(8)}${"▄".repeat(24)}  peak 20/s`,
      `  turned away   ${"▂".repeat(24)}${"▅".repeat(24)}  peak 25/s`,
      `  hedges        ${"▄".repeat(24)}${"█".repeat(24)}  peak 30/s`,
      `  in queues     ${"▁".repeat(24)}${"█".repeat(24)}  most 8`,
      `  limit shop... ${"▃".repeat(24)}${"█".repeat(24)}  20 to 100`,
    ]);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("the calls of all policies share one scale", () => {
    const twice = { ...base, series: { ...base.series, requests: base.series.requests.map((many) => many * 2) } };
    expect(print({ base, twice }).match(/full height is 100\/s/g)).toHaveLength(2);
  });

  test("attempts and requests are two curves where they differ", () => {
    expect(print({ base })).not.toContain("  attempts ");
    expect(
      print({ layered: { ...base, series: { ...base.series, requests: base.series.requests.map((many) => many * 3) } } }),
    ).toContain("  attempts ");
  });

  test("intervals of any length count per second", () => {
    expect(print({ base: { ...base, series: { ...base.series, intervalMs: 500 } } })).toContain("full height is 100/s");
  });

  test("zero alone is the lowest level", () => {
    expect(sparkline([0, 0.001, 1, 50, 100], 5, 100)).toBe("▁▂▂▅█");
    expect(sparkline([0, 0], 2, 0)).toBe("▁▁");
    expect(sparkline([], 5, 1)).toBe("");
  });

  test("more values than columns are averaged, fewer are repeated", () => {
    expect(resample([1, 3, 5, 7], 2)).toEqual([2, 6]);
    expect(resample([1, 2], 4)).toEqual([1, 1, 2, 2]);
  });

  test.each<[string, [number, number] | null, string[]]>([
    [
      "is wide",
      [20_000, 50_000],
      [`${" ".repeat(20)}|--------- disturbed --------|`, "0                   20 s                         50 s   60 s"],
    ],
    [
      "is narrow",
      [20_000, 20_100],
      [`${" ".repeat(20)}|| disturbed`, "0                   20 s                                60 s"],
    ],
    ["begins at once", [0, 15_000], ["| disturbed --|", "0             15 s                                      60 s"]],
    ["is none", null, ["0                                                       60 s"]],
    ["comes after the end", [70_000, 80_000], ["0                                                       60 s"]],
  ])("the marks of time where the disturbance %s", (_how, stretch, marks) => {
    const disturbance = stretch && { fromMs: stretch[0], toMs: stretch[1] };
    const drawn = timeMarks(60_000, disturbance, 60);
    expect(drawn.at(-1)).toBe(marks.at(-1));
    expect(drawn).toHaveLength(marks.length);
    for (const line of drawn.slice(0, -1)) expect(line).toMatch(/^ *\|.*disturbed.*$/);
  });
});

test("a recording that goes on after the end is told of", () => {
  let out = "";
  const stdout = { write: (text: string) => (out += text) };
  const arrivals = Object.assign(() => {}, { lastsMs: 600_000 });
  printReports({ name: "outage", arrivals }, { a: base }, { stdin, stdout, stderr: stdout, env: {}, columns: 80 });

  expect(out).toContain("The recorded calls go on for 10 min: --duration-ms simulates more of them.\n");
  expect(print({ a: base })).not.toContain("recorded");
});

describe("the verdict", () => {
  test.each<[string, Partial<SimulationReport>]>([
    ["recovered 4 s after the disturbance; made 1.25 requests per call, 83.3 % of the calls succeeded.", {}],
    ["recovered as soon as the disturbance was over; made", { recoveredAtMs: 30_000, timeToRecoverMs: 0 }],
    ["lost next to no calls to the disturbance; made", { timeToRecoverMs: 0, recoveredAtMs: null }],
    ["did not recover in the 30 s after the disturbance; made", { timeToRecoverMs: null, recoveredAtMs: null }],
    ["was not watched for 5 s after the disturbance; made", { durationMs: 34_999, timeToRecoverMs: null, recoveredAtMs: null }],
    [
      "made 1.25 requests per call, 83.3 % of the calls that ended succeeded, 1,300 calls did not end.",
      { disturbance: null, calls: { ...base.calls, started: 2_500, unfinished: 1_300 } },
    ],
    ["made 1.25 requests per call, but no call ended.", { disturbance: null, successRatio: null }],
    [
      "made 0.00 requests per call, but no call came.",
      { disturbance: null, amplification: 0, successRatio: null, calls: { ...base.calls, started: 0 } },
    ],
    ["was not watched to the end of the disturbance; made", { timeToRecoverMs: null, durationMs: 25_000 }],
    ["made 1.25 requests per call,", { disturbance: null, timeToRecoverMs: null, recoveredAtMs: null }],
    ["made 40 requests per call,", { disturbance: null, amplification: 39.84 }],
    ["made 1.25 requests per call, > 99.9 % of the calls succeeded.", { disturbance: null, successRatio: 0.99999 }],
  ])("%s", (sentence, change) => {
    expect(verdict(reportOf(change)).startsWith(sentence)).toBe(true);
  });
});
