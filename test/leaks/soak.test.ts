/* The soak of a few seconds, and what it says of leaks that are planted in it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heapGrowth, theilSen } from "../../soak/judge.ts";
import { PLANTS } from "../../soak/plants.ts";
import type { Sample } from "../../soak/samples.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "redress-soak-"));
const script = join(folder, "soak.mjs");

beforeAll(() => {
  buildSync({
    entryPoints: [join(root, "soak/main.ts")],
    alias: {
      redress: join(root, "src/index.ts"),
      "redress/diagnostics": join(root, "src/contrib/diagnostics/index.ts"),
      "redress/registry": join(root, "src/registry/index.ts"),
      "redress/scope": join(root, "src/scope/index.ts"),
    },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outfile: script,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function soak(...args: string[]): Promise<{ code: number | null; said: string }> {
  const options = { timeout: 60_000, env: { ...process.env, NODE_OPTIONS: "" } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--expose-gc", script, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, said: stdout + stderr }),
    );
  });
}

describe("a soak", { timeout: 90_000 }, () => {
  test("of some seconds leaves nothing behind, and its process ends by itself", async () => {
    const { code, said } = await soak("--minutes", "0.08");
    expect([code, said]).toEqual([0, expect.stringMatching(/^\d+ calls of \d+ kinds in .*; nothing is left of them$/m)]);
    expect(said).not.toContain("NOT FLAT");
    for (const ending of ["ABORTED", "DEADLINE_EXCEEDED", "LIMITED", "SCHEDULED", "CIRCUIT_OPEN", "fallback"])
      expect(said).toContain(ending);
  });

  const FOUND: Readonly<Record<string, RegExp>> = {
    listener: /NOT FLAT: \d+ more listeners on a signal that outlives the calls/,
    timer: /NOT FLAT: \d+ more handles of the kind Timeout[\s\S]*NOT FLAT: the process does not end by itself, for Timeout/,
    map: /NOT FLAT: the heap grew by [\d.]+ MB in \d+ calls, [\d.]+ bytes a call/,
    call: /NOT FLAT: 1 calls have not settled: planted: call[\s\S]*NOT FLAT: (\d+) calls begun, \d+ calls settled/,
    permit: /NOT FLAT: 1 places of the planted bulkhead taken, with no call under way/,
    value: /NOT FLAT: \d+ values given by operations, \d+ values that a caller or discard got/,
    hook: /NOT FLAT: \d+ calls begun, \d+ calls told by onCallStart/,
    rejection: /NOT FLAT: an unhandled rejection: Error: planted/,
    warning: /NOT FLAT: a warning of the process: MaxListenersExceededWarning/,
  };

  test("has a leak to plant for everything that it looks at", () => expect(Object.keys(FOUND)).toEqual(PLANTS));

  test.each(Object.entries(FOUND))("finds a planted leak: %s", async (plant, found) => {
    const { code, said } = await soak("--minutes", "0.04", "--plant", plant);
    expect(said).toMatch(found);
    expect(code).toBe(1);
  });

  test.each([
    ["--minutes must be a number > 0, got 0.", "--minutes", "0"],
    [
      "--plant must be one of listener, timer, map, call, permit, value, hook, rejection, warning, got toString.",
      "--plant",
      "toString",
    ],
  ])("refuses: %s", async (message, ...args) => {
    const { code, said } = await soak(...args);
    expect([code, said]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe("the slope", () => {
  test("is that of the line, however far some of the points are off it", () => {
    const line = Array.from({ length: 20 }, (_, x) => [x, 3 * x + 5] as const);
    expect(theilSen(line)).toBe(3);
    expect(theilSen(line.map(([x, y]) => [x, x % 5 === 0 ? y + 1e9 : y]))).toBeCloseTo(3, 0);
    expect(() => theilSen([[1, 2]])).toThrow(RangeError);
  });

  test("is not judged by a few samples", () => {
    const sample: Sample = { atMs: 0, calls: 0, heapBytes: 0, resources: {}, listeners: 0 };
    expect(() => heapGrowth([sample, sample])).toThrow("The soak judges 6 samples or more after the warm-up, got 2");
  });
});
