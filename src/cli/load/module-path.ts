import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandError } from "../command-error.ts";

/**
 * The path of an existing file; `file:` URLs are accepted, too.
 *
 * @throws CommandError where there is no such file.
 */
export function modulePath(file: string): string {
  let path: string;
  try {
    path = file.startsWith("file:") ? fileURLToPath(file) : resolve(file);
  } catch (cause) {
    throw new CommandError(`${file} is no path of a file.`, { cause });
  }
  if (isFile(path)) return path;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new CommandError(`${path} is a folder: name a module in it.`);
  const near = [".ts", ".mts", ".js", ".mjs"].find((extension) => isFile(path + extension));
  const hint = near === undefined ? "" : ` Did you mean ${file}${near}?`;
  throw new CommandError(`There is no file ${path}.${hint}`);
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
