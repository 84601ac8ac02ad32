import {
  type Envelope,
  envelope,
  type Finding,
  type LintOptions,
  lint,
  type NestedEnvelope,
  nestedEnvelope,
} from "../doctor/index.ts";
import { meantKind } from "../doctor/subjects/index.ts";
import { CouldNotRun } from "./could-not-run.ts";
import { toFinding } from "./option-error.ts";
import type { Loaded } from "./subjects.ts";
import type { Subject } from "./target.ts";
import { theirPlace } from "./their-stack.ts";

/** All that `redress doctor` has found. */
export interface Diagnosis {
  /** What was looked at, with its kind in words; a module that could not be loaded for an option is one. */
  readonly looked: readonly { readonly name: string; readonly kind: string }[];
  readonly findings: readonly Finding[];
  readonly envelopes: readonly Envelope[];
  readonly nested: NestedEnvelope | null;
  /** Subjects of which there is no envelope, though it was asked for: what no constructor would make. */
  readonly withoutEnvelope: readonly string[];
  readonly skipped: readonly string[];
  /** The lines of code at which constructors refused an option, by subject. */
  readonly frames: Readonly<Record<string, string>>;
}

export interface Ask {
  readonly show: boolean;
  readonly nested: boolean;
  readonly lint: LintOptions;
}

export function diagnose(loaded: readonly Loaded[], ask: Ask): Diagnosis {
  const subjects = namedSubjects(loaded);
  // One module may be the target more than once.
  const errors = new Map(loaded.flatMap(({ target, refused }) => (refused === null ? [] : [[target.file, refused] as const])));
  const modules = [...errors].map(([name, error]) => ({ name, error }));
  const findings = [...modules.map(({ name, error }) => toFinding(error, name)), ...lint(asModule(subjects), ask.lint)];
  // What no constructor would make has no envelope.
  const broken = new Set(findings.filter(({ severity }) => severity === "error").map(({ subject }) => subject));
  const sound = subjects.filter(({ name }) => !broken.has(name));
  return {
    looked: [
      ...modules.map(({ name }) => ({ name, kind: "module" })),
      ...subjects.map(({ name, value }) => ({ name, kind: String(meantKind(value)) })),
    ],
    findings,
    envelopes: ask.show ? sound.map(({ name, value }) => envelope(value, name)) : [],
    withoutEnvelope: ask.show || ask.nested ? subjects.flatMap(({ name }) => (broken.has(name) ? [name] : [])) : [],
    nested: ask.nested && broken.size === 0 ? nestedEnvelope(layers(loaded)) : null,
    skipped: [...new Set(loaded.flatMap(({ found }) => found?.skipped ?? []))],
    frames: Object.fromEntries(modules.map(({ name, error }) => [name, theirPlace(error)?.frame ?? ""])),
  };
}

/** Subjects that may have any name: those of a module are never taken for options. */
function asModule(subjects: readonly Subject[]): Readonly<Record<string, unknown>> {
  const module = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } });
  for (const { name, value } of subjects) module[name] = value;
  return module;
}

/** Every subject once, under the shortest name that is its own. */
function namedSubjects(loaded: readonly Loaded[]): readonly Subject[] {
  const all = new Map<unknown, { name: string; long: string }>();
  for (const { target, found } of loaded)
    for (const { name, value } of found?.subjects ?? [])
      if (!all.has(value)) all.set(value, { name, long: `${target.file}:${name}` });
  const names = [...all.values()].map(({ name }) => name);
  const isAmbiguous = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name);
  return [...all].map(([value, { name, long }]) => ({ name: isAmbiguous(name) ? long : name, value }));
}

/** The policies that call each other, in the order of the targets. One may call itself, by way of others. */
function layers(loaded: readonly Loaded[]): Readonly<Record<string, unknown>> {
  const names = new Map(namedSubjects(loaded).map(({ name, value }) => [value, name]));
  const layers: Subject[] = [];
  for (const { target, found } of loaded) {
    const [subject, ...more] = found?.subjects ?? [];
    if (subject === undefined || more.length > 0)
      throw new CouldNotRun(
        `--nested needs targets that name one policy each, but ${target.text} has ${1 + more.length}: name them, as in ${target.file}:${subject?.name}.`,
        { helpOf: "doctor" },
      );
    const name = names.get(subject.value) ?? subject.name;
    let unique = name;
    for (let again = 2; layers.some((layer) => layer.name === unique); again++) unique = `${name} (${again})`;
    layers.push({ name: unique, value: subject.value });
  }
  return asModule(layers);
}
