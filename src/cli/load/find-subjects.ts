import { isObject } from "../../core/is-object.ts";
import { kindOf } from "../../doctor/index.ts";
import { meantKind } from "../../doctor/subjects/index.ts";
import { CommandError } from "../command-error.ts";
import { isPlainObject, kindInWords } from "../print/index.ts";
import type { Exports } from "./load-by-jiti.ts";
import type { Target } from "./target.ts";

/** A value that a command works on, and its name in the module. */
export interface Subject {
  readonly name: string;
  readonly value: unknown;
}

export interface FoundSubjects {
  readonly subjects: readonly Subject[];
  /** The exports that are no subjects, with their kind in words. */
  readonly skipped: readonly string[];
}

/** Which values of a module are subjects of a command. */
export interface SubjectFilter {
  readonly inWords: string;
  matches(value: unknown): boolean;
  /** Whether a value was probably meant to be a subject: it counts as one where none of its members is one. */
  resembles?(value: unknown): boolean;
}

/** The subjects of the doctor. */
export const checkableSubjects: SubjectFilter = {
  inWords: "policy, retry, circuit breaker or options of one",
  matches: (value) => kindOf(value) !== null,
  // A config in which every option is misspelled.
  resembles: (value) => meantKind(value) !== null,
};

/**
 * The subjects that a target names in its loaded module. Plain objects are searched, member by member.
 *
 * @throws CommandError where there is none.
 */
export function findSubjects(
  exports: Exports,
  { file, attribute }: Target,
  filter: SubjectFilter = checkableSubjects,
): FoundSubjects {
  const all = search(exports, filter);
  if (attribute === null) {
    if (all.subjects.length > 0) return all;
    const exported = all.skipped.length === 0 ? "It exports nothing." : `It exports ${all.skipped.join(", ")}.`;
    throw new CommandError(`${file} exports no ${filter.inWords}. ${exported}`);
  }
  const path = attribute.split(".");
  // The name of a member may itself contain dots.
  const subject = all.subjects.find(({ name }) => name === attribute);
  if (subject !== undefined) return { subjects: [subject], skipped: [] };
  // The exports of a CommonJS module are the members of its default export.
  const named = memberAt(exports, path);
  const value = named === undefined ? memberAt(exports["default"], path) : named;
  const found = filter.matches(value)
    ? { subjects: [{ name: attribute, value }], skipped: [] }
    : search(value, filter, attribute);
  if (found.subjects.length > 0) return found;
  const names = all.subjects.map(({ name, value }) => `${name} (${meantKind(value) ?? kindInWords(value)})`);
  const exported = names.length === 0 ? "Nor does it export anything that is." : `It exports ${names.join(", ")}.`;
  throw new CommandError(
    value === undefined
      ? `${file} has no ${attribute}. ${names.length === 0 ? `It exports nothing to look at.` : exported}`
      : `${attribute} of ${file} is ${kindInWords(value)}, no ${filter.inWords}. ${exported}`,
  );
}

function memberAt(exports: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (isObject(value) ? member(value, name) : undefined), exports);
}

/** A member of an object; `undefined` where reading it throws. */
function member(from: object, name: string): unknown {
  try {
    return (from as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** The subjects in a plain object, at any depth, each value once: a default export is often a named export, too. */
function search(from: unknown, filter: SubjectFilter, prefix?: string): FoundSubjects {
  const subjects: Subject[] = [];
  const skipped: string[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, name: string): void => {
    if (isObject(value) && seen.has(value)) return;
    seen.add(value);
    if (filter.matches(value)) subjects.push({ name, value });
    else if (isPlainObject(value) && Object.keys(value).length > 0) visitMembers(value, name);
    else skipped.push(`${name} (${kindInWords(value)})`);
  };
  const visitMembers = (from: Exports, name: string | undefined): void => {
    const before = subjects.length;
    const skippedBefore = skipped.length;
    // Named exports first, because `default` is a poor name. The other two keys are marks of module loaders.
    const keys = Object.keys(from).filter((key) => key !== "__esModule" && key !== "module.exports");
    for (const key of keys.sort((one, other) => Number(one === "default") - Number(other === "default")))
      visit(member(from, key), name === undefined ? key : `${name}.${key}`);
    if (name === undefined || subjects.length > before) return;
    if (filter.resembles?.(from)) {
      skipped.length = skippedBefore;
      subjects.push({ name, value: from });
    } else if (name !== prefix && skipped.length > skippedBefore) {
      // Of an object without subjects, its own name says enough.
      skipped.splice(skippedBefore, Infinity, `${name} (${kindInWords(from)})`);
    }
  };
  if (isPlainObject(from)) visitMembers(from, prefix);
  return { subjects, skipped };
}
