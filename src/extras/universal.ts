/*
 * All the classifiers of this room, for code that calls many things. The nearest error of the chain that one of them is sure about decides;
 * then what happens to any connection; then what the clients say of themselves, and what an error says of itself; and last the vague words
 * of wrappers.
 */
import type { Classifier } from "../core/failure/classification.ts";
import { LIBRARIES } from "./libraries.ts";
import { connectionRule, judge, Recogniser, type Rule } from "./shared/index.ts";

const recogniser = /* @__PURE__ */ new Recogniser(LIBRARIES);

/** What is asked about the errors that are not recognised, or of which their library is not sure: each rule once. */
const UNSURE: readonly Rule[] = /* @__PURE__ */ unsureRules();

function unsureRules(): readonly Rule[] {
  const rules = [
    ...LIBRARIES.map(({ meaning }) => meaning.beforeConnection),
    connectionRule,
    ...LIBRARIES.flatMap(({ meaning }) => meaning.fallbacks),
    ...LIBRARIES.map(({ meaning }) => meaning.lastResort),
  ];
  return [...new Set(rules)].filter((rule) => rule !== undefined);
}

/** Where an error may keep what it wraps, in any of these libraries. */
const WRAPPERS: readonly string[] = /* @__PURE__ */ [...new Set(LIBRARIES.flatMap(({ meaning }) => meaning.wrappers ?? []))];

// Most errors are known at once, or by a plain cause, or by what Sequelize keeps of the driver.
const NEAR: readonly string[] = ["parent"];

/**
 * Classifies the errors of everything that this module knows, by recognising whose they are. What it does not know is `UNKNOWN`. It weighs
 * as much as all the others together: where code calls one thing, take that thing's classifier.
 */
export const universalClassifier: Classifier = (error) => {
  const strangers: object[] = [];
  const sure: Rule = (link) => {
    if (strangers.includes(link.error)) return undefined;
    const verdict = recogniser.verdictOn(link);
    if (verdict === undefined) strangers.push(link.error);
    return verdict;
  };
  const near = judge(error, [sure], NEAR);
  return near === "UNKNOWN" ? judge(error, [sure, ...UNSURE], WRAPPERS) : near;
};
