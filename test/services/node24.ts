/* Programs for a newer Node than this one: for versions of libraries that need it. */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const { resolve } = createRequire(import.meta.url);
const node24 = join(dirname(resolve("node24/package.json")), "bin/node");

/** Runs a program of this folder, and reads the JSON that it prints. It finds `redress` in the sources, as the tests do. */
export async function onNode24<Printed>(program: string, ...args: readonly string[]): Promise<Printed> {
  const loader = ["--import", import.meta.resolve("tsx")];
  const { stdout } = await promisify(execFile)(node24, [...loader, join(import.meta.dirname, program), ...args], {
    env: { ...process.env, NODE_OPTIONS: "", TSX_TSCONFIG_PATH: join(import.meta.dirname, "tsconfig.json") },
  });
  return JSON.parse(stdout) as Printed;
}
