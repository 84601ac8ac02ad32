import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

// Rooms that no subpath opens. All others are public, so that a new one is not forgotten.
const PRIVATE = ["cli", "clients", "core", "policy", "run", "servers", "telemetry", "workers"];

/** The folders directly inside a folder of the repository. */
export function foldersIn(path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/** Every folder of src/ that is a subpath: the rooms that users import, and each integration. */
export function publicFolders(): string[] {
  const rooms = foldersIn("src").filter((room) => room !== "contrib" && !PRIVATE.includes(room));
  return [...rooms, ...foldersIn("src/contrib").map((name) => `contrib/${name}`)];
}
