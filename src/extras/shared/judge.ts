/*
 * How the classifiers of this room ask their rules. Errors of ours along the chain decide before anything else. Then each rule in turn
 * is asked of the error and of all that it wraps, nearest first, and the first verdict counts: a sure rule stands before a vague one,
 * so that a code deep in a cause outweighs a word on the wrapper. What no rule knows is `UNKNOWN`.
 */
import { ErrorReader } from "../../core/failure/chain.ts";
import type { Classification, Classifier } from "../../core/failure/classification.ts";
import { classifierOf } from "../../core/failure/classifier.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { classificationOf } from "../../core/failure/kind.ts";
import { connectionRule } from "./connection.ts";
import type { Meaning } from "./library.ts";
import { Link, type Rule } from "./link.ts";

/** @param onVerdict hears which rule decided, and about which error of the chain; not where an error of ours did */
export function judge(
  error: unknown,
  rules: readonly (Rule | undefined)[],
  { wrappers, wrappersOfErrors }: Pick<Meaning, "wrappers" | "wrappersOfErrors"> = {},
  onVerdict?: (rule: Rule, link: Link) => void,
): ErrorClass | Classification {
  const reader = new ErrorReader();
  const chain = reader.causes(error, wrappers, wrappersOfErrors);
  const own = reader.ownVerdict(chain);
  if (own !== undefined) return own;
  const links = chain.map((link) => new Link(link, reader));
  for (const rule of rules) {
    for (const link of links) {
      const verdict = rule?.(link);
      if (verdict === undefined) continue;
      onVerdict?.(rule as Rule, link);
      return typeof verdict === "string" ? classificationOf(verdict) : verdict;
    }
  }
  return "UNKNOWN";
}

/** The classifier of one library: the library's own rules, and what happens to any connection. */
export function classifierOfLibrary(name: string, meaning: Meaning): Classifier {
  const { rule, beforeConnection, fallbacks = [], lastResort } = meaning;
  const rules = [rule, beforeConnection, connectionRule, ...fallbacks, lastResort];
  return classifierOf(name, (error) => judge(error, rules, meaning));
}
