/* Keeps out of the recordings what is of the machine that records: its folders, its kernel, and the hosts that stand for a service. */
import { homedir, release, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

const hidden = new Map();

/** From now on, `by` is written where `text` stands. */
export const hide = (text, by) => hidden.set(text, by);

/** The same fixture, with nothing of this machine in its texts. */
export function withoutThisMachine(value) {
  if (typeof value === "string") return [...hidden].reduce((text, [found, by]) => text.replaceAll(found, by), value);
  if (Array.isArray(value)) return value.map(withoutThisMachine);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutThisMachine(inner)]));
}

/** Whatever lies in the folder, at any depth. */
const pathsIn = (folder) => new RegExp(`${folder.replace(/[^\w/]/g, "\\$&")}/[\\w./@+-]*`, "g");

/** @param {string} folder where the library is installed, which is called /app */
export function hideThisMachine(folder) {
  hide(folder, "/app");
  for (const own of [REPOSITORY, tmpdir(), homedir()]) hide(pathsIn(own), "/app/file");
  hide(release(), "6.1.0");
}
