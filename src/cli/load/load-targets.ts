import { CouldNotRun } from "../command-error.ts";
import { type Exports, loadModule, toPath } from "./load-module.ts";
import { isOptionError } from "./option-error.ts";
import { syntaxPlace } from "./syntax-place.ts";
import { type Found, findSubjects, type Subject, type Target, type Wanted } from "./target.ts";
import { isThrownByUs, theirPlace, theirStack } from "./user-stack.ts";

/** A target, and what came of it: what it names, or the option that one of our constructors refused while the module loaded. */
export type Loaded = { readonly target: Target } & (
  | { readonly found: Found; readonly refused: null }
  | { readonly found: null; readonly refused: Error }
);

/**
 * Loads the modules of all targets, each once, one after the other.
 *
 * @throws CouldNotRun for a module that cannot be loaded, and for a target that names nothing.
 */
export async function loadTargets(targets: readonly Target[], wanted?: Wanted): Promise<readonly Loaded[]> {
  const modules = new Map<string, Exports | Error>();
  const loaded: Loaded[] = [];
  for (const target of targets) {
    const path = toPath(target.file);
    const module = modules.get(path) ?? (await loadOrRefused(path));
    modules.set(path, module);
    loaded.push(
      module instanceof Error
        ? { target, found: null, refused: module }
        : { target, found: findSubjects(module, target, wanted), refused: null },
    );
  }
  return loaded;
}

async function loadOrRefused(path: string): Promise<Exports | Error> {
  try {
    return await loadModule(path);
  } catch (error) {
    if (error instanceof CouldNotRun) throw error;
    if (isOptionError(error) && isThrownByUs(error)) return error;
    const stack = (error instanceof SyntaxError ? syntaxPlace(path) : null) ?? theirStack(error);
    // A loader's own error has no frame of the user's: the module did not even begin.
    const began = !(error instanceof Error) || theirPlace(error) !== null;
    const what = began ? "threw while it was loading" : "could not be loaded";
    throw new CouldNotRun(`${path} ${what}${isTakenForCommonJs(error) ? commonJs(path) : "."}`, {
      theirStack: stack,
      cause: error,
    });
  }
}

// What Node says of `import` and `export` in a file that, by its name or its package.json, is none of the modules that have them.
const isTakenForCommonJs = (error: unknown): boolean =>
  error instanceof SyntaxError && /import statement outside a module|Unexpected token 'export'/.test(error.message);
function commonJs(path: string): string {
  const byName = /\.c[jt]s$/.test(path);
  return (
    `, for it is written as an ES module, and Node takes it for CommonJS${byName ? " by its name" : ""}: ` +
    `${byName ? "" : 'say "type": "module" in its package.json, or '}let its name end in .mjs or .mts. ` +
    "For TypeScript, jiti does without (npm install --save-dev jiti)."
  );
}

/**
 * The one thing that a target names: of a module with several, its default export.
 *
 * @throws CouldNotRun where that is not one, or its module refuses an option.
 */
export async function loadOne(target: Target, wanted: Wanted): Promise<Subject> {
  const [loaded] = await loadTargets([target], wanted);
  if (loaded === undefined || loaded.refused !== null)
    throw new CouldNotRun(`${target.file}: ${loaded?.refused?.message}`, { theirStack: loaded && theirStack(loaded.refused) });
  const { subjects } = loaded.found;
  const chosen = subjects.length === 1 ? subjects[0] : subjects.find(({ name }) => name === "default");
  if (chosen !== undefined) return chosen;
  const names = subjects.map(({ name }) => `${target.file}:${name}`).join(", ");
  throw new CouldNotRun(`${target.text} is more than one ${wanted.inWords}: name one of ${names}.`);
}
