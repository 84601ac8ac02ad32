import { isPlain, refuse } from "../core/option-rules.ts";
import type { Finding, LintOptions } from "./finding.ts";
import { identicalBreakers } from "./identical-breakers.ts";
import { isRecord, type Kind, kindOf, meantKind, read, SUBJECTS } from "./kind-of.ts";
import { checkLintOptions } from "./lint-options.ts";
import { toPlainJson } from "./plain-json.ts";
import { breakerNeverTrips, breakerTripsOnAbsentClass } from "./rules/breaker.ts";
import { unknownCapAboveGlobal, unreachableCap } from "./rules/caps.ts";
import { delayExceedsDeadline, noRoomForRetry } from "./rules/delays.ts";
import { fallbackHidesRetries } from "./rules/fallback.ts";
import { budgetRunsDry, noBudget, noDeadline } from "./rules/load.ts";
import { noJitter, retryAfterIgnored, unusedStrategy } from "./rules/strategies.ts";
import type { Rule, Warning } from "./rules/warning.ts";
import { RULES, type RuleId } from "./rules.ts";
import { type Seen, see } from "./view.ts";

/** The rules that look at one subject. */
const rules: readonly Rule[] = [
  noRoomForRetry,
  unreachableCap,
  unknownCapAboveGlobal,
  delayExceedsDeadline,
  retryAfterIgnored,
  noBudget,
  breakerNeverTrips,
  breakerTripsOnAbsentClass,
  fallbackHidesRetries,
  noJitter,
  noDeadline,
  unusedStrategy,
  budgetRunsDry,
];

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
  const seen = namedSubjects(subjects).map(([name, kind, value]) => see(kind, value, name));
  const errors = seen.flatMap(errorsOf);

  const warned: (readonly [subject: number, rule: RuleId, warning: Warning])[] = [];
  seen.forEach(({ view, refused }, index) => {
    for (const { id, reads, check } of rules) {
      if (view === null || refused.some(({ within }) => within === null || reads.includes(within))) continue;
      for (const warning of check(view, traffic)) warned.push([index, id, warning]);
    }
  });
  const whole = seen.filter(({ refused }) => refused.length === 0).flatMap(({ view }) => view ?? []);
  for (const { view, warning } of identicalBreakers(whole)) {
    warned.push([seen.findIndex((one) => one.view === view), "identical-breakers", warning]);
  }
  const order = RULES.map(({ id }) => id);
  const warnings = warned
    .filter(([, rule]) => !off.has(rule))
    .sort(([one, rule], [other, otherRule]) => one - other || order.indexOf(rule) - order.indexOf(otherRule))
    .map(([index, rule, warning]) => toFinding("warning", rule, (seen[index] as Seen).subject, warning));
  return [...errors, ...warnings];
}

/** Each subject once, with its name where it has one. */
function namedSubjects(subjects: unknown): readonly (readonly [name: string | undefined, kind: Kind, value: unknown])[] {
  const kind = kindOf(subjects);
  if (kind !== null) return [[undefined, kind, subjects]];
  if (!isRecord(subjects)) {
    // Given by itself, it was meant to be something: an object without a single option is a config in which all are misspelled.
    if (isPlain(subjects)) return [[undefined, meantKind(subjects) ?? "retry config", subjects]];
    refuse("lint.subjects", `${SUBJECTS}, or a record of those`, subjects);
  }
  const judged = new Set<unknown>();
  return Object.keys(subjects).flatMap((name) => {
    const value = read(subjects, name);
    const kind = meantKind(value);
    if (kind === null || judged.has(value)) return [];
    judged.add(value);
    return [[name, kind, value] as const];
  });
}

const errorsOf = ({ refused, subject }: Seen): readonly Finding[] =>
  refused.map((mistake) => toFinding("error", "invalid-option", subject, mistake));

function toFinding(severity: Finding["severity"], rule: Finding["rule"], subject: string, found: Warning): Finding {
  const { option, value, message, fix } = found;
  return { severity, rule, subject, option, value: toPlainJson(value), message, fix };
}
