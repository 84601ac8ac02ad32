/*
 * The library, bundled out of its sources, as it is or with one text in them replaced: that is how faults are planted without touching src/. A text that
 * is not found exactly once is an error, so that no planted fault outlives the code that it was planted in.
 */
import { readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Library } from "./library.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules/.cache/model");

/** One text of a source, and what takes its place. */
export interface Replacement {
  /** Below src/, with slashes. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The source with the text replaced. */
export function replaced(source: string, { file, find, replace }: Replacement): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`src/${file} holds ${parts.length - 1} times, and not once: ${find}`);
  return parts.join(replace);
}

/** @param name of the file that it is written to, below node_modules/.cache */
export async function buildLibrary(name: string, replacement: Replacement | null = null): Promise<Library> {
  const outfile = join(cache, `${name}-${process.pid}.mjs`);
  let hasReplaced = false;
  await build({
    stdin: {
      contents: 'export * from "./src/index.ts"; export { currentScope, runInScope } from "./src/scope/index.ts";',
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    outfile,
    logLevel: "silent",
    plugins: [
      {
        name: "replace one text",
        setup: (plugin) =>
          plugin.onLoad({ filter: onlyThe(replacement) }, async ({ path }) => {
            if (replacement === null) return null;
            hasReplaced = true;
            return { contents: replaced(await readFile(path, "utf8"), replacement), loader: "ts" };
          }),
      },
    ],
  });
  if (replacement !== null && !hasReplaced) throw new Error(`src/${replacement.file} is no part of the library`);
  // By Node itself: the loader of the tests would take it for a module of its own.
  const library = createRequire(import.meta.url)(outfile) as Library;
  await rm(outfile);
  return library;
}

/** Every other file is read by esbuild itself, which takes a tenth of the time. */
const onlyThe = (replacement: Replacement | null): RegExp =>
  replacement === null
    ? /^$/
    : new RegExp(`[\\/]src[\\/]${replacement.file.replaceAll(/[.]/g, "\\.").replaceAll("/", "[\\/]")}$`);
