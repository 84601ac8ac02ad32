import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How a process ended that ran one of the scripts in `children/`. */
export interface Ended {
  /** `null` when it had to be killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script to its end. One that does not end by itself, long before the minute its policies allow, is killed. */
export function runChild(name: string, ...flags: string[]): Promise<Ended> {
  const script = `test/leaks/children/${name}.ts`;
  const options = { cwd: root, timeout: 30_000, env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...flags, "--import", "tsx", script], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout: stdout.trim(), stderr: stderr.trim() }),
    );
  });
}
