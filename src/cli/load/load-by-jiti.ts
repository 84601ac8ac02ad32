/* TypeScript by jiti (https://github.com/unjs/jiti), where the user's project has it and Node itself cannot load the module. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { CommandError } from "../command-error.ts";
import { userStack } from "./user-stack.ts";

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

/** Errors of Node's own loader about files that jiti may load: its type stripping refuses the syntax, or bundlers resolve imports otherwise. */
const codesForAnotherLoader: ReadonlySet<unknown> = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_UNSUPPORTED_DIR_IMPORT",
  "ERR_MODULE_NOT_FOUND",
]);

export function needsAnotherLoader(error: unknown): boolean {
  return codesForAnotherLoader.has(codeOf(error));
}

/**
 * Loads TypeScript by jiti, found beside the module or where the command runs.
 *
 * @param refused the error of Node's own loader
 */
export async function loadByJiti(path: string, refused: unknown): Promise<Exports> {
  const createJiti = findJiti(path);
  if (createJiti !== null)
    return createJiti(path, { interopDefault: false, fsCache: false, jsx: true, tsconfigPaths: true }).import(path);
  // Where another loader cannot help, the error of Node's own loader is the reason.
  if (!needsAnotherLoader(refused)) throw refused;
  if (codeOf(refused) === "ERR_UNKNOWN_FILE_EXTENSION")
    throw new CommandError(
      `${path} is TypeScript, and Node ${process.versions.node} does not load it by itself. ` +
        "Do one of these: npm install --save-dev jiti; or use Node 22.18 or later; or compile it and name the JavaScript file; " +
        `or run the command under tsx: npx tsx node_modules/redress/dist/cli/main.js ${process.argv.slice(2).join(" ")}`,
      { cause: refused },
    );
  throw new CommandError(
    `Node could not load ${path}. jiti may: it knows all of TypeScript's syntax, and imports without extensions (npm install --save-dev jiti).`,
    { userStack: userStack(refused), cause: refused },
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
