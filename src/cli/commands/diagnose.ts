import { envelope, type LintOptions, lint, nestedEnvelope } from "../../doctor/index.ts";
import { meantKind } from "../../doctor/subjects/index.ts";
import { CommandError } from "../command-error.ts";
import { type LoadedTarget, type Subject, toFinding, userPlace } from "../load/index.ts";
import type { Diagnosis } from "../print/index.ts";

/** What `redress doctor` was asked for. */
export interface DoctorRequest {
  readonly show: boolean;
  readonly nested: boolean;
  readonly lint: LintOptions;
}

export function diagnose(loaded: readonly LoadedTarget[], request: DoctorRequest): Diagnosis {
  const subjects = namedSubjects(loaded);
  // Several targets may name the same module.
  const errors = new Map(loaded.flatMap(({ target, refused }) => (refused === null ? [] : [[target.file, refused] as const])));
  const modules = [...errors].map(([name, error]) => ({ name, error }));
  const findings = [...modules.map(({ name, error }) => toFinding(error, name)), ...lint(asModule(subjects), request.lint)];
  // A subject whose options no constructor accepts has no envelope.
  const broken = new Set(findings.filter(({ severity }) => severity === "error").map(({ subject }) => subject));
  const valid = subjects.filter(({ name }) => !broken.has(name));
  return {
    checked: [
      ...modules.map(({ name }) => ({ name, kind: "module" })),
      ...subjects.map(({ name, value }) => ({ name, kind: String(meantKind(value)) })),
    ],
    findings,
    envelopes: request.show ? valid.map(({ name, value }) => envelope(value, name)) : [],
    withoutEnvelope: request.show || request.nested ? subjects.flatMap(({ name }) => (broken.has(name) ? [name] : [])) : [],
    nested: request.nested && broken.size === 0 ? nestedEnvelope(layers(loaded)) : null,
    skipped: [...new Set(loaded.flatMap(({ found }) => found?.skipped ?? []))],
    frames: Object.fromEntries(modules.map(({ name, error }) => [name, userPlace(error)?.frame ?? ""])),
  };
}

/** The subjects as a module: `lint` never takes the names of a module's exports for options. */
function asModule(subjects: readonly Subject[]): Readonly<Record<string, unknown>> {
  const module = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } });
  for (const { name, value } of subjects) module[name] = value;
  return module;
}

/** Every subject once, under the shortest name that no other subject has. */
function namedSubjects(loaded: readonly LoadedTarget[]): readonly Subject[] {
  const all = new Map<unknown, { name: string; long: string }>();
  for (const { target, found } of loaded)
    for (const { name, value } of found?.subjects ?? [])
      if (!all.has(value)) all.set(value, { name, long: `${target.file}:${name}` });
  const names = [...all.values()].map(({ name }) => name);
  const isAmbiguous = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name);
  return [...all].map(([value, { name, long }]) => ({ name: isAmbiguous(name) ? long : name, value }));
}

/** The policies that call each other, in the order of the targets. The same policy may be listed more than once. */
function layers(loaded: readonly LoadedTarget[]): Readonly<Record<string, unknown>> {
  const names = new Map(namedSubjects(loaded).map(({ name, value }) => [value, name]));
  const layers: Subject[] = [];
  for (const { target, found } of loaded) {
    const [subject, ...more] = found?.subjects ?? [];
    if (subject === undefined || more.length > 0)
      throw new CommandError(
        `--nested needs targets that name one policy each, but ${target.text} has ${1 + more.length}: name them, as in ${target.file}:${subject?.name}.`,
        { helpOf: "doctor" },
      );
    const name = names.get(subject.value) ?? subject.name;
    let unique = name;
    for (let count = 2; layers.some((layer) => layer.name === unique); count++) unique = `${name} (${count})`;
    layers.push({ name: unique, value: subject.value });
  }
  return asModule(layers);
}
