/*
 * All the classifiers of this room, for code that calls many things. The nearest error of the chain that one of them is sure about decides;
 * then what happens to any connection; then what the clients say of themselves, and what an error says of itself; and last the vague words
 * of wrappers.
 */
import type { Classifier } from "../core/failure/classification.ts";
import { classifierOf } from "../core/failure/classifier.ts";
import { LIBRARIES } from "./libraries.ts";
import { connectionRule, judge, Recogniser, type Rule } from "./shared/index.ts";

/** What the list of libraries comes to. */
interface Index {
  readonly recogniser: Recogniser;
  /** What is asked about the errors that are not recognised, or of which their library is not sure: each rule once. */
  readonly unsure: readonly Rule[];
  /** Where an error may keep what it wraps, in any of these libraries. */
  readonly wrappers: readonly string[];
}

// Built when the first error comes: many a program never meets one, and an import should cost nothing.
let index: Index | undefined;

function build(): Index {
  const meanings = LIBRARIES.map(({ meaning }) => meaning);
  const unsure = [
    ...meanings.map(({ beforeConnection }) => beforeConnection),
    connectionRule,
    ...meanings.flatMap(({ fallbacks }) => fallbacks),
    ...meanings.map(({ lastResort }) => lastResort),
  ];
  return {
    recogniser: new Recogniser(LIBRARIES),
    unsure: [...new Set(unsure)].filter((rule) => rule !== undefined),
    wrappers: [...new Set(meanings.flatMap(({ wrappers }) => wrappers ?? []))],
  };
}

// Most errors are known at once, or by a plain cause, or by what Sequelize keeps of the driver.
const NEAR: readonly string[] = ["parent"];

/**
 * Classifies the errors of everything that this module knows, by recognising whose they are. What it does not know is `UNKNOWN`. It weighs
 * as much as all the others together: where code calls one thing, take that thing's classifier.
 */
export const universalClassifier: Classifier = /* @__PURE__ */ classifierOf("universalClassifier", (error) => {
  index ??= build();
  const { recogniser, unsure, wrappers } = index;
  const strangers: object[] = [];
  const sure: Rule = (link) => {
    if (strangers.includes(link.error)) return undefined;
    const verdict = recogniser.verdictOn(link);
    if (verdict === undefined) strangers.push(link.error);
    return verdict;
  };
  const near = judge(error, [sure], NEAR);
  return near === "UNKNOWN" ? judge(error, [sure, ...unsure], wrappers) : near;
});
