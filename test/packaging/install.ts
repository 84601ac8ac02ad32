import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** What `npm pack` makes of this repository, installed in an empty folder elsewhere. */
export interface Installed {
  /** The repository. */
  readonly root: string;
  /** The folder with nothing in it but the installed package. */
  readonly folder: string;
  /** The paths inside the tarball. */
  readonly files: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    installed: Installed;
  }
}

/** Builds, packs and installs, once for all packaging tests. */
export default function setup(project: TestProject): () => void {
  const root = realpathSync(join(import.meta.dirname, "../.."));
  // npm hands its own settings down to what it runs; the tests want the same npm whoever started them.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync("npm", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  const { program } = readmeExample(root);
  // Who has built it says so as to npm's own scripts: by --ignore-scripts.
  if (process.env["npm_config_ignore_scripts"] !== "true") npm(root, "run", "build");
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "redress-packed-")));
  const [tarball] = JSON.parse(npm(root, "pack", "--json", "--ignore-scripts", "--pack-destination", folder));
  npm(folder, "install", "--offline", "--ignore-scripts", "--prefix", folder, join(folder, tarball.filename));
  rmSync(join(folder, tarball.filename));
  copyFileSync(join(import.meta.dirname, "consumer.ts"), join(folder, "consumer.mts"));
  writeFileSync(join(folder, "example.mts"), program);

  project.provide("installed", { root, folder, files: tarball.files.map((file: { path: string }) => file.path) });
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The first `ts` block of the README is a program; the `text` block after it is what the program prints. */
export function readmeExample(root: string): { program: string; prints: string } {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, program, prints] = /^```ts\n(.*?)^```\n.*?^```text\n(.*?)^```$/ms.exec(readme) ?? [];
  if (program === undefined || prints === undefined)
    throw new Error("README.md needs a ts block, and a text block with its output after it.");
  return { program, prints };
}
