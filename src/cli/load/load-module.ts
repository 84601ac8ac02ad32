/* Loads the user's module, and tells apart how that can fail. The only dynamic imports there are. */
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CouldNotRun } from "../command-error.ts";
import { theirStack } from "./user-stack.ts";

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

const typescript = /\.[cm]?tsx?$/;

// What Node's own type stripping refuses, or cannot find because bundlers resolve otherwise: another loader may do it.
const worthAnotherLoader: ReadonlySet<unknown> = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_UNSUPPORTED_DIR_IMPORT",
  "ERR_MODULE_NOT_FOUND",
]);

/** The path of an existing file; `file:` URLs are paths, too. */
export function toPath(file: string): string {
  let path: string;
  try {
    path = file.startsWith("file:") ? fileURLToPath(file) : resolve(file);
  } catch (cause) {
    throw new CouldNotRun(`${file} is no path of a file.`, { cause });
  }
  if (isFile(path)) return path;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new CouldNotRun(`${path} is a folder: name a module in it.`);
  const near = [".ts", ".mts", ".js", ".mjs"].find((extension) => isFile(path + extension));
  const hint = near === undefined ? "" : ` Did you mean ${file}${near}?`;
  throw new CouldNotRun(`There is no file ${path}.${hint}`);
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * What the module exports. It runs: what it throws meanwhile is thrown as it is.
 *
 * @throws CouldNotRun where it could not even begin, or never finished.
 */
export async function loadModule(path: string): Promise<Exports> {
  const url = pathToFileURL(path).href;
  if (!typescript.test(path)) return finished(path, import(/* @vite-ignore */ url));
  try {
    return await finished(path, import(/* @vite-ignore */ url));
  } catch (refused) {
    // After the types are gone, what is left may still be no JavaScript yet: decorators.
    if (!(refused instanceof SyntaxError) && !worthAnotherLoader.has(codeOf(refused))) throw refused;
    return finished(path, importByJiti(path, refused));
  }
}

/** TypeScript by jiti, from the user's project: beside the module, or where the command runs. */
export async function importByJiti(path: string, refused: unknown): Promise<Exports> {
  const createJiti = findJiti(path);
  if (createJiti !== null)
    return createJiti(path, { interopDefault: false, fsCache: false, jsx: true, tsconfigPaths: true }).import(path);
  // Without the means to load TypeScript, the reason is that; otherwise it is what the loader said.
  if (!worthAnotherLoader.has(codeOf(refused))) throw refused;
  if (codeOf(refused) === "ERR_UNKNOWN_FILE_EXTENSION")
    throw new CouldNotRun(
      `${path} is TypeScript, and Node ${process.versions.node} does not load it by itself. ` +
        "Do one of these: npm install --save-dev jiti, or use Node 22.18 or later, or compile it and name the JavaScript file.",
      { cause: refused },
    );
  throw new CouldNotRun(
    `Node could not load ${path}. jiti may: it knows all of TypeScript's syntax, and imports without extensions (npm install --save-dev jiti).`,
    { theirStack: theirStack(refused), cause: refused },
  );
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code;

type CreateJiti = (from: string, options: object) => { import(path: string): Promise<Exports> };

function findJiti(path: string): CreateJiti | null {
  for (const from of [path, join(process.cwd(), "package.json")]) {
    try {
      const { createJiti } = createRequire(from)("jiti") as { createJiti?: CreateJiti };
      // jiti 1 has no `import`.
      if (typeof createJiti === "function") return createJiti;
    } catch (missing) {
      if (codeOf(missing) !== "MODULE_NOT_FOUND") throw missing;
    }
  }
  return null;
}

/** The module, or that it will never be there: Node runs out of things to do while a top-level await still waits. */
async function finished(path: string, loading: Promise<Exports>): Promise<Exports> {
  let idle: () => void = () => {};
  const never = new Promise<never>((_, reject) => {
    idle = () =>
      reject(new CouldNotRun(`${path} did not finish loading: it awaits, at its top level, something that never happens.`));
    process.once("beforeExit", idle);
  });
  try {
    return await Promise.race([loading, never]);
  } finally {
    process.off("beforeExit", idle);
  }
}
