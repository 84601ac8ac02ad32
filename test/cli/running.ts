import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { run } from "../../src/cli/commands/run.ts";
import type { Terminal } from "../../src/cli/print/terminal.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The folder of the modules that the commands are given, relative to the root of the repository. */
export const fixtures = "test/cli/fixtures";

/** Runs a command in this process: a line, split at spaces; `@` stands for the folder of the fixtures. */
export async function redress(
  line: string,
  terminal: Partial<Terminal> & { readonly tty?: boolean; readonly input?: string } = {},
): Promise<Ended> {
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    isTTY: terminal.tty,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const stdin = { isTTY: terminal.tty, text: async () => terminal.input ?? "" };
  const code = await run(words(line), { stdin, stdout: stream("out"), stderr: stream("err"), env: {}, columns: 80, ...terminal });
  return { code, ...written };
}

/** Runs a command in a process of its own, to see how that process ends. */
export function redressProcess(line: string, input = ""): Promise<Ended> {
  const { FORCE_COLOR: _force, NO_COLOR: _no, NODE_OPTIONS: _options, ...env } = process.env;
  const args = ["--import", "tsx", "src/cli/main.ts", ...words(line)];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root, timeout: 25_000, env }, (_error, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
    child.stdin?.end(input);
  });
}

/** Joins the lines into which the width of the terminal and the length of a path have broken sentences. */
export const unwrapped = (text: string): string => text.replaceAll(/(?<!\n)\n(?=\S)/g, " ");

const words = (line: string): string[] =>
  line
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => word.replace("@", `${fixtures}/`));
