import { spawnSync } from "node:child_process";

/** Where a file's syntax is wrong, as Node shows it: to those who import the file, it only says that it is. `null` where it is right. */
export function syntaxPlace(path: string): string | null {
  const { status, stderr } = spawnSync(process.execPath, ["--check", path], {
    encoding: "utf8",
    // What the process around this one was started with would load again.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  if (status === 0 || !stderr.includes("SyntaxError")) return null;
  return stderr
    .split("\n")
    .filter((line) => !/^\s+at |^Node\.js v/.test(line))
    .join("\n")
    .trim();
}
