import { ERROR_CLASSES } from "../core/failure/error-class.ts";
import { anObject, checkedByOwner, checkOptions, checkValue, finiteAboveZero, oneOf, refuse } from "../core/option-rules.ts";
import type { LintOptions, Traffic } from "./finding.ts";
import { RULES, type RuleId } from "./rules.ts";

/** Checks what somebody wants to be told, and completes it. */
export function checkLintOptions(options: LintOptions): { readonly off: ReadonlySet<RuleId>; readonly traffic: Traffic } {
  checkOptions("lint", options, { off: checkedByOwner, traffic: anObject });
  const { off = [], traffic = {} } = options;
  const ids = RULES.map(({ id }) => id);
  checkEach("lint.off", off, "an array of rules", ids);
  checkOptions("lint.traffic", traffic, { callsPerSecond: finiteAboveZero, classes: checkedByOwner });
  const { classes } = traffic;
  if (classes !== undefined) {
    const rule = "a non-empty array of error classes";
    checkEach("lint.traffic.classes", classes, rule, ERROR_CLASSES);
    if (classes.length === 0) refuse("lint.traffic.classes", rule, classes, RangeError);
  }
  return { off: new Set(off), traffic };
}

function checkEach(option: string, words: unknown, rule: string, known: readonly string[]): void {
  if (!Array.isArray(words)) refuse(option, rule, words);
  words.forEach((word, index) => checkValue(`${option}[${index}]`, word, oneOf(known)));
}
