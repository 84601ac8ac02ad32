import { ERROR_CLASSES } from "../core/failure/error-class.ts";
import { arrayOf, finiteAboveZero, type OptionRule, oneOf, refuse, requireOptions, tableOf } from "../core/option-rules.ts";
import type { LintOptions } from "./finding.ts";
import { RULES, type RuleId } from "./rules/index.ts";
import type { Traffic } from "./traffic.ts";

const someClasses = "a non-empty array of error classes";

const trafficRules: Readonly<Record<keyof Traffic, OptionRule>> = {
  callsPerSecond: finiteAboveZero,
  classes: arrayOf(someClasses, oneOf(ERROR_CLASSES)),
};

const lintRules: Readonly<Record<keyof LintOptions, OptionRule>> = {
  off: arrayOf("an array of rules", oneOf(RULES.map(({ id }) => id))),
  traffic: tableOf({ rules: trafficRules }),
};

/** Checks the options of `lint`, and completes them. */
export function checkLintOptions(options: LintOptions): { readonly off: ReadonlySet<RuleId>; readonly traffic: Traffic } {
  const { off = [], traffic = {} } = requireOptions("lint", options, { rules: lintRules });
  if (traffic.classes?.length === 0) refuse("lint.traffic.classes", someClasses, traffic.classes, RangeError);
  return { off: new Set(off), traffic };
}
