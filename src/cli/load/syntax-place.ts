import { spawnSync } from "node:child_process";

/** The place of a syntax error, as `node --check` shows it: an `import` of the file does not say it. `null` where the syntax is right. */
export function syntaxPlace(path: string): string | null {
  const { status, stderr } = spawnSync(process.execPath, ["--check", path], {
    encoding: "utf8",
    // Loaders named in NODE_OPTIONS would be loaded again.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  if (status === 0 || !stderr.includes("SyntaxError")) return null;
  return stderr
    .split("\n")
    .filter((line) => !/^\s+at |^Node\.js v/.test(line))
    .join("\n")
    .trim();
}
