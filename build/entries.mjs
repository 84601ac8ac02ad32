// What is published, as the folders of src/ say it.
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

/** The sources, what the compiler declares of them, and what is published. */
export const src = join(root, "src");
export const declarations = join(root, "node_modules/.cache/declarations");
export const dist = join(root, "dist");

/** The folders of src/ that users import, each a subpath: `extras` is `redress/extras`, `contrib/pg` would be `redress/pg`. */
export function publicFolders() {
  const contrib = join(root, "src/contrib");
  const integrations = existsSync(contrib) ? readdirSync(contrib).map((name) => `contrib/${name}`) : [];
  return ["doctor", "extras", "simulate", "testing", ...integrations].filter((folder) => existsSync(join(root, "src", folder, "index.ts")));
}

/** The module of each subpath, as a path in src/ without its ending. */
export function subpaths() {
  return ["index", ...publicFolders().map((folder) => `${folder}/index`)];
}
