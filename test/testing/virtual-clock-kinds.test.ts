/* Real work of other kinds than the network's: each is held until the clock has moved on, so that the platform is sure to tell of it. */
import { type ChildProcess, execFile, execFileSync } from "node:child_process";
import { lookup } from "node:dns/promises";
import { closeSync, mkdtempSync, openSync, readFile, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realSleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Policy } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let warnings: Error[] = [];
const release: (() => unknown)[] = [];
beforeEach(() => {
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(warning as Error));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const each of release.splice(0).reverse()) await each();
});

/** What the clock says where a call waits for this, as its deadline comes. */
async function saidOf(operation: () => unknown): Promise<string> {
  const clock = new VirtualClock();
  const call = new Policy({ retry: { deadlineMs: 1_000 }, clock }).execute(operation);
  await clock.run();
  expect(await call).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
  expect(warnings).toHaveLength(1);
  return warnings[0]?.message.match(/when the clock was made: (.*?)\. A virtual clock/)?.[1] ?? "";
}

/** A file that nobody can open for reading until it is opened for writing. */
function waitingFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "redress-clock-"));
  const file = join(folder, "waiting");
  execFileSync("mkfifo", [file]);
  release.push(() => rmSync(folder, { recursive: true }));
  return file;
}

/** Opens it for reading and writing, which waits for nobody, until all readers have gone on: one that was not there yet would wait for ever. */
function letGo(file: string, readers: readonly Promise<unknown>[]): void {
  release.push(async () => {
    let waiting = true;
    const opened = Promise.all(readers).finally(() => {
      waiting = false;
    });
    while (waiting) {
      closeSync(openSync(file, "r+"));
      await realSleep(1);
    }
    for (const each of await opened) await (each as { close?(): Promise<void> } | undefined)?.close?.();
  });
}

test.skipIf(process.platform === "win32").each<[string, (file: string) => Promise<unknown>]>([
  ["promises", (file) => open(file, "r")],
  ["callbacks", promisify(readFile)],
])("is told of access to a file by Node's %s", async (_what, access) => {
  const file = waitingFile();
  const said = await saidOf(() => {
    const reading = access(file);
    letGo(file, [reading.catch(() => {})]);
    return reading;
  });
  expect(said).toBe("access to a file");
});

test.skipIf(process.platform === "win32")("is told of a name that the system looks up", async () => {
  const file = waitingFile();
  // The threads that files and names share are all taken.
  letGo(
    file,
    Array.from({ length: 4 }, () => open(file, "r")),
  );
  expect(await saidOf(() => lookup("localhost"))).toBe("a DNS lookup");
});

test("is told of a child process, and of its pipes", async () => {
  const waits = ["--eval", "process.stdin.resume()"];
  let child: ChildProcess | undefined;
  const said = await saidOf(
    () =>
      new Promise((resolve) => {
        child = execFile(process.execPath, waits, resolve);
        release.push(() => child?.kill());
      }),
  );
  expect(said).toBe("a child process; a pipe, as of a child process");
});
