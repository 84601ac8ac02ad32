import { TokenBudget } from "redress";
import { type Finding, type LintOptions, lint } from "redress/doctor";
import { expect } from "vitest";

/** A budget, where the want of one is not the point. */
export const budget = new TokenBudget();

/** The rules that subjects break, in the order in which they are told. */
export const rulesOf = (subjects: unknown, options?: LintOptions): string[] => lint(subjects, options).map(({ rule }) => rule);

/** What one rule says. */
export const of = (rule: string, subjects: unknown, options?: LintOptions): readonly Finding[] =>
  lint(subjects, options).filter((finding) => finding.rule === rule);

/** The only thing that a rule says. */
export function only(rule: string, subjects: unknown, options?: LintOptions): Finding {
  const found = of(rule, subjects, options);
  expect(found).toHaveLength(1);
  return found[0] as Finding;
}
