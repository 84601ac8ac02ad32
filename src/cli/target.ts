import { isObject } from "../core/is-object.ts";
import { kindOf } from "../doctor/index.ts";
import { meantKind } from "../doctor/subjects/index.ts";
import { CouldNotRun } from "./could-not-run.ts";
import { type Exports, isFile } from "./load-module.ts";
import { isRecord, kindInWords } from "./value-kind.ts";

/** What a command is pointed at: `./policies.ts`, `./policies.ts:payments`, `./policies.ts:regions.eu`. */
export interface Target {
  /** As it was given. */
  readonly text: string;
  readonly file: string;
  /** Names joined by dots; `null` for the whole module. */
  readonly attribute: string | null;
}

/** Something to look at, and where it was found. */
export interface Subject {
  readonly name: string;
  readonly value: unknown;
}

export interface Found {
  readonly subjects: readonly Subject[];
  /** What was passed over, with its kind in words. */
  readonly skipped: readonly string[];
}

/** What a command looks for in a module. */
export interface Wanted {
  readonly inWords: string;
  is(value: unknown): boolean;
  /** Was probably meant to be one: looked at where nothing in it is one. */
  mayBe?(value: unknown): boolean;
}

export const aSubject: Wanted = {
  inWords: "policy, retry, circuit breaker or options of one",
  is: (value) => kindOf(value) !== null,
  // A config in which every option is misspelled.
  mayBe: (value) => meantKind(value) !== null,
};

const attributePath = /^[\p{ID_Start}$_][\p{ID_Continue}$-]*(\.[\p{ID_Continue}$-]+)*$/u;

/** Splits at the last colon, where a path of attributes follows it: the colons of `C:\p.ts` and `file:///p.ts` stay. */
export function splitTarget(text: string): Target {
  const colon = text.lastIndexOf(":");
  const attribute = text.slice(colon + 1);
  if (colon < 1 || !attributePath.test(attribute) || isFile(text)) return { text, file: text, attribute: null };
  return { text, file: text.slice(0, colon), attribute };
}

/**
 * What a target means in its loaded module. Records are searched, member by member.
 *
 * @throws CouldNotRun where that is nothing.
 */
export function findSubjects(exports: Exports, { file, attribute }: Target, wanted: Wanted = aSubject): Found {
  const all = search(exports, wanted);
  if (attribute === null) {
    if (all.subjects.length > 0) return all;
    const exported = all.skipped.length === 0 ? "It exports nothing." : `It exports ${all.skipped.join(", ")}.`;
    throw new CouldNotRun(`${file} exports no ${wanted.inWords}. ${exported}`);
  }
  const path = attribute.split(".");
  // A member's own name may have dots in it.
  const named = all.subjects.find(({ name }) => name === attribute);
  if (named !== undefined) return { subjects: [named], skipped: [] };
  // What CommonJS exports is all in the default export.
  const own = walk(exports, path);
  const value = own === undefined ? walk(exports["default"], path) : own;
  const found = wanted.is(value) ? { subjects: [{ name: attribute, value }], skipped: [] } : search(value, wanted, attribute);
  if (found.subjects.length > 0) return found;
  const names = all.subjects.map(({ name, value }) => `${name} (${meantKind(value) ?? kindInWords(value)})`);
  const meant = names.length === 0 ? "Nor does it export anything that is." : `It exports ${names.join(", ")}.`;
  throw new CouldNotRun(
    value === undefined
      ? `${file} has no ${attribute}. ${names.length === 0 ? `It exports nothing to look at.` : meant}`
      : `${attribute} of ${file} is ${kindInWords(value)}, no ${wanted.inWords}. ${meant}`,
  );
}

function walk(exports: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (isObject(value) ? read(value, name) : undefined), exports);
}

/** A property; nothing where a getter throws. */
function read(from: object, name: string): unknown {
  try {
    return (from as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** All that a record holds, at any depth, each thing once: a default export is often a named one, too. */
function search(record: unknown, wanted: Wanted, prefix?: string): Found {
  const subjects: Subject[] = [];
  const skipped: string[] = [];
  const seen = new Set<unknown>();
  const look = (value: unknown, name: string): void => {
    if (isObject(value) && seen.has(value)) return;
    seen.add(value);
    if (wanted.is(value)) subjects.push({ name, value });
    else if (isRecord(value) && Object.keys(value).length > 0) members(value, name);
    else skipped.push(`${name} (${kindInWords(value)})`);
  };
  const members = (from: Exports, name: string | undefined): void => {
    const before = subjects.length;
    const passedOver = skipped.length;
    // Named exports first: `default` tells less. The other two are marks of module loaders.
    const keys = Object.keys(from).filter((key) => key !== "__esModule" && key !== "module.exports");
    for (const key of keys.sort((one, other) => Number(one === "default") - Number(other === "default")))
      look(read(from, key), name === undefined ? key : `${name}.${key}`);
    if (name === undefined || subjects.length > before) return;
    if (wanted.mayBe?.(from)) {
      skipped.length = passedOver;
      subjects.push({ name, value: from });
    } else if (name !== prefix && skipped.length > passedOver) {
      // Of a record without any, its own name says enough.
      skipped.splice(passedOver, Infinity, `${name} (${kindInWords(from)})`);
    }
  };
  if (isRecord(record)) members(record, prefix);
  return { subjects, skipped };
}
