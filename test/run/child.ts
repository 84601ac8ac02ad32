import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { vi } from "vitest";

// Starting a process takes a second or more on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const entry = fileURLToPath(new URL("../../src/index.ts", import.meta.url));

/** All of redress as one script, made once: a process that compiled it anew would take ten times as long to start. */
let sources: string | undefined;

function bundled(): string {
  sources ??= buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "redress",
    target: "node20",
    keepNames: true,
  }).outputFiles[0]?.text as string;
  return sources;
}

/**
 * Runs a script in a process of its own, to see how that process ends and what it prints. All of redress is there as `redress`; `timers()`
 * counts the timers that hold the process open. A process that does not end is killed long before its deadlines of a minute.
 */
export function runChild(script: string): { readonly printed: unknown[]; readonly errors: string; readonly exit: number | null } {
  const prelude = `
    import * as events from "node:events";
    const print = (value) => console.log(JSON.stringify(value));
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "-"], {
    input: bundled() + prelude + script,
    encoding: "utf8",
    timeout: 30_000,
  });
  const printed = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  return { printed, errors: stderr, exit: status };
}
