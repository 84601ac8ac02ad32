/* Loads the user's module, and tells apart how that can fail. The only dynamic imports of the package. */
import { pathToFileURL } from "node:url";
import { CommandError } from "../command-error.ts";
import { type Exports, loadByJiti, needsAnotherLoader } from "./load-by-jiti.ts";

const typescript = /\.[cm]?tsx?$/;

/**
 * Runs a module and returns what it exports. An error that it throws while it runs is thrown as it is.
 *
 * @throws CommandError where it could not begin to run, or never finished.
 */
export async function loadModule(path: string): Promise<Exports> {
  const url = pathToFileURL(path).href;
  if (!typescript.test(path)) return finished(path, import(/* @vite-ignore */ url));
  try {
    return await finished(path, import(/* @vite-ignore */ url));
  } catch (refused) {
    // A SyntaxError: without its types, the source may still not be JavaScript, where it has decorators for example.
    if (!(refused instanceof SyntaxError) && !needsAnotherLoader(refused)) throw refused;
    return finished(path, loadByJiti(path, refused));
  }
}

/** The module, or an error where it never finishes: Node then runs out of work while a top-level `await` still waits. */
async function finished(path: string, loading: Promise<Exports>): Promise<Exports> {
  let idle: () => void = () => {};
  const never = new Promise<never>((_, reject) => {
    idle = () =>
      reject(new CommandError(`${path} did not finish loading: it awaits, at its top level, something that never happens.`));
    process.once("beforeExit", idle);
  });
  try {
    return await Promise.race([loading, never]);
  } finally {
    process.off("beforeExit", idle);
  }
}
