import type { Envelope, Finding, NestedEnvelope } from "../../doctor/index.ts";
import { counted, grouped } from "./numbers.ts";
import { isPart, partInWords, printEnvelope } from "./print-envelope.ts";
import { type Paint, painter, type Terminal, widthOf } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** All that `redress doctor` has found. */
export interface Diagnosis {
  /** The subjects that were checked, with their kinds in words. A module that could not be loaded because of an option is one. */
  readonly checked: readonly { readonly name: string; readonly kind: string }[];
  readonly findings: readonly Finding[];
  readonly envelopes: readonly Envelope[];
  readonly nested: NestedEnvelope | null;
  /** Subjects without the envelope that was asked for: no constructor accepts their options. */
  readonly withoutEnvelope: readonly string[];
  readonly skipped: readonly string[];
  /** The lines of code at which constructors refused an option, by subject. */
  readonly frames: Readonly<Record<string, string>>;
}

/** Prints a diagnosis for a person: the subjects with the most serious findings first, the count last. */
export function printDiagnosis(diagnosis: Diagnosis, strict: boolean, terminal: Terminal): void {
  const paint = painter(terminal.stdout, terminal.env);
  const width = widthOf(terminal);
  const bySubject = diagnosis.checked.map(({ name, kind }) => {
    const findings = diagnosis.findings.filter(({ subject }) => subject === name).sort(errorsFirst);
    return { name, kind, findings };
  });
  const blocks = bySubject
    .sort((one, other) => weight(other.findings) - weight(one.findings))
    .map(({ name, kind, findings }) => {
      const title = `${paint("bold", name)} (${kind})`;
      if (findings.length === 0) return `${title}: nothing found`;
      const frame = diagnosis.frames[name];
      return [
        title,
        ...findings.map((finding) => printFinding(finding, width, paint)),
        ...(frame ? [frame.replaceAll(/^/gm, "    ")] : []),
      ].join("\n");
    });
  // Subjects without findings need no space around them.
  const sound = blocks.filter((block) => !block.includes("\n"));
  const out = blocks.filter((block) => block.includes("\n"));
  if (sound.length > 0) out.push(sound.join("\n"));
  out.push(...diagnosis.envelopes.map((envelope) => printEnvelope(envelope, width, paint)));
  if (diagnosis.withoutEnvelope.length > 0)
    out.push(wrap(`Nothing to show of what has errors: ${diagnosis.withoutEnvelope.join(", ")}.`, width, "  ", ""));
  if (diagnosis.nested !== null) out.push(printNested(diagnosis.nested, width, paint));
  if (diagnosis.skipped.length > 0)
    out.push(wrap(`Skipped, nothing to check: ${diagnosis.skipped.join(", ")}.`, width, "  ", ""));
  out.push(summary(diagnosis, strict, paint));
  terminal.stdout.write(`${out.join("\n\n")}\n`);
}

const errorsFirst = (one: Finding, other: Finding): number => weight([other]) - weight([one]);

/** Orders by errors, then by warnings. */
function weight(findings: readonly Finding[]): number {
  return findings.reduce((sum, { severity }) => sum + (severity === "error" ? 1_000 : 1), 0);
}

function printFinding({ severity, rule, option, value, message, fix }: Finding, width: number, paint: Paint): string {
  const label = severity === "error" ? paint("red", "error  ") : paint("yellow", "warning");
  const what = option === null ? "" : ` ${option}${valueInWords(value)}`;
  return [
    `  ${label}${what} ${paint("dim", `[${rule}]`)}`,
    wrap(message, width, "    "),
    wrap(`Fix: ${fix}`, width, "         ", "    "),
  ].join("\n");
}

function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return ` = ${value}`;
  const text = isPart(value) ? partInWords(value) : typeof value === "number" ? grouped(value) : JSON.stringify(value);
  return ` = ${text.length > 40 ? `${text.slice(0, 37)}...` : text}`;
}

function printNested(
  { layers, because, requestsPerCall, requestsInOneProcess }: NestedEnvelope,
  width: number,
  paint: Paint,
): string {
  const names = layers.map(({ subject }) => subject.length);
  const inOneProcess =
    requestsInOneProcess === requestsPerCall
      ? ""
      : ` In one process ${requestsInOneProcess}, since a layer does not retry what one further in has retried for as long.`;
  return [
    paint("bold", "Nested, from the outside in"),
    ...layers.map(({ subject, attempts }) => `  ${subject.padEnd(Math.max(...names))}  ${attempts} attempts`),
    wrap(`One call may become ${because}.${inOneProcess}`, width, "  "),
  ].join("\n");
}

function summary({ checked, findings }: Diagnosis, strict: boolean, paint: Paint): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const count = `${checked.length} checked: `;
  if (findings.length === 0) return count + paint("green", "nothing found.");
  const failed = strict && errors === 0 ? " Warnings fail, with --strict." : "";
  const style = errors > 0 ? "red" : "yellow";
  return `${count}${paint(style, `${counted(errors, "error")}, ${counted(warnings, "warning")}.`)}${failed}`;
}
