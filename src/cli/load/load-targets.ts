import { CommandError } from "../command-error.ts";
import { type FoundSubjects, findSubjects, type Subject, type SubjectFilter } from "./find-subjects.ts";
import type { Exports } from "./load-by-jiti.ts";
import { loadModule } from "./load-module.ts";
import { modulePath } from "./module-path.ts";
import { isOptionError } from "./option-error.ts";
import { syntaxPlace } from "./syntax-place.ts";
import type { Target } from "./target.ts";
import { isThrownByRedress, userPlace, userStack } from "./user-stack.ts";

/** A target with the subjects that it names, or with the error of a constructor of redress that refused an option while the module loaded. */
export type LoadedTarget = { readonly target: Target } & (
  | { readonly found: FoundSubjects; readonly refused: null }
  | { readonly found: null; readonly refused: Error }
);

/**
 * Loads the modules of all targets, each once, one after the other.
 *
 * @throws CommandError for a module that cannot be loaded, and for a target that names nothing.
 */
export async function loadTargets(targets: readonly Target[], filter?: SubjectFilter): Promise<readonly LoadedTarget[]> {
  const modules = new Map<string, Exports | Error>();
  const loaded: LoadedTarget[] = [];
  for (const target of targets) {
    const path = modulePath(target.file);
    const module = modules.get(path) ?? (await loadOrRefused(path));
    modules.set(path, module);
    loaded.push(
      module instanceof Error
        ? { target, found: null, refused: module }
        : { target, found: findSubjects(module, target, filter), refused: null },
    );
  }
  return loaded;
}

async function loadOrRefused(path: string): Promise<Exports | Error> {
  try {
    return await loadModule(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (isOptionError(error) && isThrownByRedress(error)) return error;
    const stack = (error instanceof SyntaxError ? syntaxPlace(path) : null) ?? userStack(error);
    // An error of the loader has no frame of the user's code: the module did not begin to run.
    const began = !(error instanceof Error) || userPlace(error) !== null;
    const what = began ? "threw while it was loading" : "could not be loaded";
    throw new CommandError(`${path} ${what}${isTakenForCommonJs(error) ? commonJs(path) : "."}`, {
      userStack: stack,
      cause: error,
    });
  }
}

// Node's messages for `import` and `export` in a file that is CommonJS by its name or its package.json.
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
 * The one subject that a target names: of a module with several, its default export.
 *
 * @throws CommandError where there is not exactly one, or a constructor refuses an option while the module loads.
 */
export async function loadOne(target: Target, filter: SubjectFilter): Promise<Subject> {
  const [loaded] = await loadTargets([target], filter);
  if (loaded === undefined || loaded.refused !== null)
    throw new CommandError(`${target.file}: ${loaded?.refused?.message}`, { userStack: loaded && userStack(loaded.refused) });
  const { subjects } = loaded.found;
  const chosen = subjects.length === 1 ? subjects[0] : subjects.find(({ name }) => name === "default");
  if (chosen !== undefined) return chosen;
  const names = subjects.map(({ name }) => `${target.file}:${name}`).join(", ");
  throw new CommandError(`${target.text} is more than one ${filter.inWords}: name one of ${names}.`);
}
