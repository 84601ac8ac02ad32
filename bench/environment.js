/** What a number needs beside it to mean anything. Names no host and no user. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { PEERS } from "./contenders/names.js";

/** @typedef {{ node: string, cpu: string, cores: number, rounds: number, versions: Record<string, string> }} Environment */

/**
 * @param {number} rounds
 * @returns {Environment}
 */
export function environment(rounds) {
  const processors = cpus();
  return {
    node: process.versions.node,
    cpu: processors[0]?.model.trim() || process.arch,
    cores: processors.length,
    rounds,
    versions: Object.fromEntries(PEERS.map((name) => [name, installedVersion(name)])),
  };
}

/** @param {string} name */
function installedVersion(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}
