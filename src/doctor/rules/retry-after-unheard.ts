import { strategyPartOf } from "../../core/backoff/strategy.ts";
import type { Classifier } from "../../core/failure/classification.ts";
import { descriptionOf, partOf } from "../../core/part.ts";
import { defaultStrategy } from "../../core/retry/defaults.ts";
import { list, strategyName } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

const EVERYTHING = "a failure";

/** The classifiers of `redress/extras` whose libraries never say when to come back. */
export const WITHOUT_DELAYS: ReadonlySet<string> = new Set([
  "amqpClassifier",
  "kafkaClassifier",
  "mssqlClassifier",
  "mysqlClassifier",
  "natsClassifier",
  "networkClassifier",
  "odbcClassifier",
  "redisClassifier",
  "sqliteClassifier",
  "sqlstateClassifier",
]);

export const retryAfterUnheard: SubjectRule = {
  id: "retry-after-unheard",
  summary: "A strategy waits as long as the dependency asks, but the classifier never says how long that is.",
  reads: ["classifier", "resultClassifier", "strategy", "strategies", "maxAttempts", "maxRetriesPerClass"],
  check({ plan: { retry }, worst: { retried } }) {
    const used = retried.find(({ errorClass }) => errorClass === "RATE_LIMIT");
    if (retry === null || used === undefined || strategyPartOf(used.strategy)?.readsRetryAfter !== true) return [];
    if (isPreset(descriptionOf(used.strategy)) || saysDelays(retry.resultClassifier)) return [];
    const deaf = deafTo(retry.classifier);
    if (deaf === null) return [];
    const { name } = descriptionOf(retry.classifier);
    const message = `${used.option} is ${strategyName(used.strategy)}, which waits as long as the dependency asks, but retry.classifier (${name}) never gives ${deaf} a retryAfterMs.`;
    const fix =
      'Give retry.classifier a function that returns { errorClass: "RATE_LIMIT", retryAfterMs }, or use the fallback by itself.';
    return [{ option: used.option, value: descriptionOf(used.strategy), message, fix }];
  },
};

const isPreset = (told: object): boolean => JSON.stringify(told) === JSON.stringify(descriptionOf(defaultStrategy()));

/** A result classifier of the user's own may say delays: it is not asked. The preset one is about HTTP alone. */
const saysDelays = (resultClassifier: object | undefined): boolean =>
  resultClassifier !== undefined && descriptionOf(resultClassifier).name !== "defaultResultClassifier";

/** Whose delays a classifier never gives, as messages say it; `null` where it may give them, or is one of the user's own. */
function deafTo(classifier: Classifier): string | null {
  const part = partOf(classifier);
  if (part?.name === "byType") {
    const { pairs, otherwise } = part.settings as { pairs: readonly (readonly [string, string])[]; otherwise: Classifier };
    const types = pairs.filter(([, errorClass]) => errorClass === "RATE_LIMIT").map(([type]) => type);
    return types.length > 0 ? list(types) : deafTo(otherwise);
  }
  if (part?.name === "firstKnown") {
    const all = (part.settings as { classifiers: readonly Classifier[] }).classifiers.map(deafTo);
    return all.includes(null) ? (all.find((types) => types !== null && types !== EVERYTHING) ?? null) : EVERYTHING;
  }
  return WITHOUT_DELAYS.has(descriptionOf(classifier).name) ? EVERYTHING : null;
}
