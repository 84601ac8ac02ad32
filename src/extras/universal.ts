/*
 * All the classifiers of this room, for code that calls many things. The nearest error of the chain that one of them is sure about decides;
 * then what happens to any connection; then what the clients say of themselves, and what an error says of itself; and last the words of
 * codes, names and messages. Whatever decided, a delay that the error carries under any other name is heard.
 */
import type { Classification, Classifier } from "../core/failure/classification.ts";
import { classifierOf } from "../core/failure/classifier.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import { withDelay } from "./common/index.ts";
import { LIBRARIES } from "./libraries.ts";
import { connectionRule, judge, type Link, type OnDecision, Recogniser, type Rule } from "./shared/index.ts";

/** What the list of libraries comes to. */
interface Index {
  readonly recogniser: Recogniser;
  /** What is asked about the errors that are not recognised, or of which their library is not sure: each rule once, with its library. */
  readonly unsure: ReadonlyMap<Rule, string>;
  /** Where an error may keep what it wraps, in any of these libraries. */
  readonly wrappers: readonly string[];
  readonly wrappersOfErrors: readonly string[];
}

// Built when the first error comes: many a program never meets one, and an import should cost nothing.
let index: Index | undefined;

function build(): Index {
  const unsure = new Map<Rule, string>();
  const add = (library: string, rule: Rule | undefined): void => {
    if (rule !== undefined && !unsure.has(rule)) unsure.set(rule, library);
  };
  for (const { name, meaning } of LIBRARIES) add(name, meaning.beforeConnection);
  add("connection", connectionRule);
  for (const { name, meaning } of LIBRARIES) for (const rule of meaning.fallbacks ?? []) add(name, rule);
  for (const { name, meaning } of LIBRARIES) add(name, meaning.lastResort);
  return {
    recogniser: new Recogniser(LIBRARIES),
    unsure,
    wrappers: [...new Set(LIBRARIES.flatMap(({ meaning }) => meaning.wrappers ?? []))],
    wrappersOfErrors: [...new Set(LIBRARIES.flatMap(({ meaning }) => meaning.wrappersOfErrors ?? []))],
  };
}

// Most errors are known at once, or by a plain cause, or by what Sequelize keeps of the driver.
const NEAR = { wrappers: ["parent"] };

/** Some throw a text: a code in words (better-queue's "task_timeout"), or what the message of an error would say (memjs). */
const asError = (text: string): object => ({ message: text, error: text });

/** @param onDecision hears nothing where an error of ours decided, or nothing was known */
export function classifyAny(thrown: unknown, onDecision?: OnDecision): ErrorClass | Classification {
  const error = typeof thrown === "string" ? asError(thrown) : thrown;
  index ??= build();
  const { recogniser, unsure } = index;
  const strangers: object[] = [];
  let decisive: Link | undefined;
  const sure: Rule = (link) => {
    if (strangers.includes(link.error)) return undefined;
    const verdict = recogniser.verdictOn(link, onDecision);
    if (verdict === undefined) strangers.push(link.error);
    else decisive = link;
    return verdict;
  };
  const near = judge(error, [sure], NEAR);
  if (near !== "UNKNOWN") return decisive === undefined ? near : withDelay(near, decisive);
  const answer = judge(error, [sure, ...unsure.keys()], index, (rule, link) => {
    decisive = link;
    const library = unsure.get(rule);
    if (library !== undefined) onDecision?.(library, link.error);
  });
  return decisive === undefined ? answer : withDelay(answer, decisive);
}

/**
 * Classifies the errors of everything that this module knows, by recognising whose they are, and those of libraries that it does not know by
 * what all libraries have in common. What tells it nothing is `UNKNOWN`; `describeError` says why a class is what it is. It weighs
 * as much as all the others together: where code calls one thing, take that thing's classifier.
 */
export const universalClassifier: Classifier = /* @__PURE__ */ classifierOf("universalClassifier", (error) => classifyAny(error));
