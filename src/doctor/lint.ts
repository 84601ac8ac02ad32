import { isPlain } from "../core/is-object.ts";
import { refuse } from "../core/option-rules.ts";
import type { Finding, LintOptions } from "./finding.ts";
import { checkLintOptions } from "./lint-options.ts";
import { type Rule, type RuleId, rules, type Warning } from "./rules/index.ts";
import {
  type ExaminedSubject,
  examineSubject,
  isSubjectRecord,
  type Kind,
  kindOf,
  meantKind,
  memberOf,
  SUBJECTS,
  toPlainJson,
} from "./subjects/index.ts";
import type { Traffic } from "./traffic.ts";

/**
 * Says what is wrong with a policy, or risky, by its settings: of one subject, or of a record of named ones, such as a module. Errors
 * come first, then warnings, in the order of the subjects and of the rules. What is no subject in a record is passed over; what stands
 * there under two names is judged under the first.
 *
 * It asks strategies for delays as a call would. Nothing else of the subjects is called.
 *
 * @throws TypeError for what is neither; TypeError or RangeError for a wrong or unknown option of its own.
 * @example
 * import { lint } from "redress/doctor";
 *
 * const findings = lint(new Policy({ retry: { deadlineMs: 2_000, attemptTimeoutMs: 5_000 } }), { off: ["no-budget"] });
 * for (const { rule, option, message, fix } of findings) console.log(rule, option, message, fix);
 */
export function lint(subjects: unknown, options: LintOptions = {}): readonly Finding[] {
  const { off, traffic } = checkLintOptions(options);
  const examined = namedSubjects(subjects).map(([name, kind, value]) => examineSubject(kind, value, name));
  const used = rules.filter(({ id }) => !off.has(id));
  const warned = used.flatMap((rule) => warningsOf(rule, examined, traffic).map((found) => ({ ...found, rule: rule.id })));
  return [
    ...examined.flatMap(errorsOf),
    ...examined.flatMap((one) =>
      warned.flatMap(({ about, rule, warning }) => (about === one ? [toFinding("warning", rule, one.subject, warning)] : [])),
    ),
  ];
}

/** What a rule has to say about the subjects. */
function warningsOf(
  rule: Rule,
  examined: readonly ExaminedSubject[],
  traffic: Traffic,
): readonly { readonly about: ExaminedSubject; readonly warning: Warning }[] {
  if ("check" in rule) {
    const { reads, check } = rule;
    return examined.flatMap((about) => {
      const { view, refused } = about;
      // It says nothing where an option that it reads was refused.
      if (view === null || refused.some(({ within }) => within === null || reads.includes(within))) return [];
      return check(view, traffic).map((warning) => ({ about, warning }));
    });
  }
  const whole = examined.flatMap(({ refused, view }) => (refused.length === 0 && view !== null ? [view] : []));
  return rule.checkAll(whole).flatMap(({ view, warning }) => {
    const about = examined.find((one) => one.view === view);
    return about === undefined ? [] : [{ about, warning }];
  });
}

/** Each subject once, with its name where it has one. */
function namedSubjects(subjects: unknown): readonly (readonly [name: string | undefined, kind: Kind, value: unknown])[] {
  const kind = kindOf(subjects);
  if (kind !== null) return [[undefined, kind, subjects]];
  if (!isSubjectRecord(subjects)) {
    // Given by itself, it was meant to be something: an object without a single option is a config in which all are misspelled.
    if (isPlain(subjects)) return [[undefined, meantKind(subjects) ?? "retry config", subjects]];
    refuse("lint.subjects", `${SUBJECTS}, or a record of those`, subjects);
  }
  const judged = new Set<unknown>();
  return Object.keys(subjects).flatMap((name) => {
    const value = memberOf(subjects, name);
    const kind = meantKind(value);
    if (kind === null || judged.has(value)) return [];
    judged.add(value);
    return [[name, kind, value] as const];
  });
}

const errorsOf = ({ refused, subject }: ExaminedSubject): readonly Finding[] =>
  refused.map((mistake) => toFinding("error", "invalid-option", subject, mistake));

function toFinding(severity: Finding["severity"], rule: RuleId | "invalid-option", subject: string, found: Warning): Finding {
  const { option, value, message, fix } = found;
  return { severity, rule, subject, option, value: toPlainJson(value), message, fix };
}
