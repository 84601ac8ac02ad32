import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { loadByJiti } from "../../src/cli/load/load-by-jiti.ts";
import { fixtures, redressProcess, unwrapped } from "../cli/running.ts";

// Starting a process takes a second or more on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), "redress-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent("whatever a module does while it loads, the process ends with an answer", () => {
  test("it prints and keeps timers running: stdout is the answer alone", async () => {
    const { code, out, err } = await redressProcess("doctor @noisy.mjs --json");
    expect([code, JSON.parse(out).ok, err]).toEqual([0, true, "connecting\n"]);
  });

  test("it waits for what never happens", async () => {
    const { code, out, err } = await redressProcess("doctor @never-loads.mjs");
    expect(unwrapped(err)).toContain(
      "never-loads.mjs did not finish loading: it awaits, at its top level, something that never happens.",
    );
    expect([code, out]).toEqual([2, ""]);
  });

  test("it ends the process", async () => {
    const { code, out } = await redressProcess("doctor @exits.mjs --json");
    const message = "A loaded module ended the process (exit code 0) before the command was done.";
    expect([code, JSON.parse(out)]).toEqual([2, { version: 1, ok: false, error: { message } }]);
  });

  test("something of it fails in the background", async () => {
    const { code, err } = await redressProcess("doctor @fails-in-background.mjs");
    expect(err).toMatch(/\n\nError: no connection\n {4}at \S*fails-in-background\.mjs:1/);
    expect(code).toBe(2);
  });

  test("it cannot be read: the line is shown", async () => {
    const file = join(folder, "syntax-error.mjs");
    writeFileSync(file, "export const fine = 1;\nexport const broken = = 2;\n");
    const { code, err } = await redressProcess(`doctor ${file}`);
    expect(unwrapped(err)).toMatch(
      /could not be loaded\.\n\n.*syntax-error\.mjs:2 export const broken = = 2;\n +\^\n\nSyntaxError: /,
    );
    expect(code).toBe(2);
  });

  test("one of our constructors refuses an option: the line is shown", async () => {
    const { code, out } = await redressProcess("doctor @refused-option.mjs");
    expect(out).toContain(
      [
        "      3 | // The mistake is in the next line but one.",
        "    > 4 | export const orders = new Policy({",
        "        |                       ^",
        "      5 |   retry: { maxAttempts: 0 },",
      ].join("\n"),
    );
    expect(code).toBe(1);
  });

  test("the reader of a pipe has read enough", async () => {
    const args = ["--import", "tsx", "src/cli/main.ts", "doctor", `${fixtures}/policies.mjs`, "--show", "--json"];
    const child = spawn(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: "" }, stdio: ["ignore", "pipe", "pipe"] });
    let err = "";
    child.stderr.on("data", (text) => {
      err += text;
    });
    child.stdout.destroy();
    const code = await new Promise((settle) => child.on("close", settle));
    expect([code, err]).toEqual([0, ""]);
  });
});

test("an error that is piped to the process is read to its end", async () => {
  const error = `Error: gone\n    at call (/app/main.js:1:2) {\n  body: '${"x".repeat(200_000)}',\n  code: 'ECONNRESET'\n}\n`;
  const { code, out, err } = await redressProcess("classify --json", error);
  expect([code, JSON.parse(out).chain[0].code, err]).toEqual([0, "ECONNRESET", ""]);
});

describe("TypeScript by the jiti of the user's project", () => {
  const load = (name: string) => loadByJiti(resolve(fixtures, name), null);

  test("exports what the module exports", async () => {
    expect(Object.keys(await load("typed.ts")).filter((name) => name !== "__esModule")).toEqual(["config", "policy"]);
  });

  test("an option that a constructor refuses throws as ever", async () => {
    await expect(load("typed-refused.ts")).rejects.toThrow("retry.maxAttempts must be an integer >= 1, got 0.");
  });

  test("where there is none, the message says what to do", async () => {
    const refused = Object.assign(new Error("unknown extension"), { code: "ERR_UNKNOWN_FILE_EXTENSION" });
    const cwd = vi.spyOn(process, "cwd").mockReturnValue(folder);
    const argv = process.argv;
    process.argv = ["node", "redress", "simulate", "./p.ts:payments", "--json"];
    try {
      await expect(loadByJiti(join(folder, "p.ts"), refused)).rejects.toThrow(
        /is TypeScript, and Node [\d.]+ does not load it by itself\. Do one of these: npm install --save-dev jiti; or use Node 22\.18 or later; or compile it .*; or run the command under tsx: npx tsx node_modules\/redress\/dist\/cli\/main\.js simulate \.\/p\.ts:payments --json$/,
      );
    } finally {
      process.argv = argv;
      cwd.mockRestore();
    }
  });
});
