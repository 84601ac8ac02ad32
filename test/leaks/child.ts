import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A script and all of the sources that it needs, as one: a process that compiled them would take ten times as long to start. */
function bundled(name: string): string {
  const made = buildSync({
    entryPoints: [fileOf(`children/${name}.ts`)],
    alias: { redress: fileOf("../../src/index.ts") },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
  });
  return made.outputFiles[0]?.text as string;
}

/** How a process ended that ran one of the scripts in `children/`. */
export interface Ended {
  /** `null` when it had to be killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script to its end. One that does not end by itself, long before the minute its policies allow, is killed. */
export function runChild(name: string, ...flags: string[]): Promise<Ended> {
  const options = { timeout: 30_000, env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...flags, "--input-type=module", "-"], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout: stdout.trim(), stderr: stderr.trim() }),
    );
    child.stdin?.end(bundled(name));
  });
}
