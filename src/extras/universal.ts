/*
 * All the classifiers of this room, for code that calls many things. The nearest error of the chain that one of them is sure about decides;
 * then what happens to any connection; then what the clients say of themselves, and what an error says of itself; and last the vague words
 * of wrappers.
 */
import type { Classifier } from "../core/failure/classification.ts";
import { connectionRule } from "./connection.ts";
import { judge, type Rule } from "./judge.ts";
import { kafkaFallback } from "./kafka.ts";
import { mongoFallback } from "./mongo.ts";
import { natsFallback } from "./nats.ts";
import { clientRule, platformRule, vagueRule } from "./network.ts";
import { ownWordRule } from "./own-word.ts";
import { recognise } from "./recognise.ts";
import { redisFallback } from "./redis.ts";

/** What is asked about the errors that nobody has recognised. */
const UNSURE: readonly Rule[] = [
  // Before the rule for connections: two of these are called AbortError, and are none.
  redisFallback,
  connectionRule,
  platformRule,
  clientRule,
  mongoFallback,
  kafkaFallback,
  natsFallback,
  ownWordRule,
  vagueRule,
];

const NEAR: readonly string[] = ["cause", "parent"];

/** Where an error may keep what it wraps, in any of these libraries. */
const WRAPPERS: readonly string[] = [
  "cause",
  "lastError",
  "parent",
  "original",
  "driverError",
  "originalError",
  "meta",
  "driverAdapterError",
  "chainedError",
  "error",
  "previousErrors",
  "replies",
  "socketError",
  "lastNodeError",
  "groups",
  "partitions",
  "0",
  "1",
];

/**
 * Classifies the errors of everything that this module knows, by recognising whose they are. What it does not know is `UNKNOWN`. It weighs
 * as much as all the others together: where code calls one thing, take that thing's classifier.
 */
export const universalClassifier: Classifier = (error) => {
  const strangers: object[] = [];
  const sure: Rule = (link) => {
    if (strangers.includes(link.error)) return undefined;
    const verdict = recognise(link);
    if (verdict === undefined) strangers.push(link.error);
    return verdict;
  };
  // Most errors are known at once, or by a plain cause, or by what Sequelize keeps of the driver.
  const near = judge(error, [sure], NEAR);
  return near === "UNKNOWN" ? judge(error, [sure, ...UNSURE], WRAPPERS) : near;
};
