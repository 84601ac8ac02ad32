/*
 * The tables of the classifiers, line by line: what each code, name and beginning of a message means, and by what the errors of a library are recognised.
 * `npx tsx test/extras/tables.ts` writes them down again, after a change that is meant.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LIBRARIES } from "../../src/extras/libraries.ts";
import { MODULES } from "./modules.ts";

const WRITTEN = new URL("tables.txt", import.meta.url);

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each instanceof RegExp ? String(each) : each instanceof Set ? [...each] : each,
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** One line for each kind in a table. */
const linesOf = (name: string, value: unknown): string[] =>
  isRecord(value) ? Object.entries(value).map(([key, each]) => `${name} ${key} ${textOf(each)}`) : [`${name} ${textOf(value)}`];

const isTable = ([name, value]: [string, unknown]): boolean => /^[A-Z][A-Z0-9_]*$/.test(name) && typeof value === "object";

export function tables(): string[] {
  const ofModules = Object.entries(MODULES).flatMap(([module, exported]) =>
    Object.entries(exported)
      .filter(isTable)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([name, table]) => linesOf(`${module} ${name}`, table)),
  );
  const ofLibraries = LIBRARIES.flatMap(({ name, looks, meaning: { wrappers, wrappersOfErrors } }) => [
    ...linesOf(`the looks of ${name}:`, looks),
    ...linesOf(`what wraps in ${name}:`, { wrappers, wrappersOfErrors }),
  ]);
  return [...ofModules, ...ofLibraries].filter((line) => !line.endsWith(" undefined"));
}

export const written = (): string[] => readFileSync(WRITTEN, "utf8").trimEnd().split("\n");

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(WRITTEN, `${tables().join("\n")}\n`);
