import { ERROR_CLASSES, NEVER_RETRIED } from "../../core/failure/error-class.ts";
import { descriptionOf } from "../../core/part.ts";
import { strategyName } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

export const unusedStrategy: SubjectRule = {
  id: "unused-strategy",
  summary: "A strategy stands for a class that is never retried.",
  reads: ["strategies", "maxRetriesPerClass", "maxUnknownRetries"],
  check({ plan: { retry } }) {
    if (retry === null) return [];
    return ERROR_CLASSES.flatMap((errorClass) => {
      const strategy = retry.strategies[errorClass];
      if (strategy === undefined) return [];
      const option = `retry.strategies.${errorClass}`;
      const warn = (why: string, fix: string) => [
        { option, value: descriptionOf(strategy), message: `${option} is ${strategyName(strategy)}, but ${why}`, fix },
      ];
      if (NEVER_RETRIED.has(errorClass)) {
        const fix = "Leave it out, or let the classifier give another class to failures that repeating can help.";
        return warn(`${errorClass} is never retried: the strategy is never asked.`, fix);
      }
      const cap = retry.maxRetriesPerClass[errorClass] === 0 ? `retry.maxRetriesPerClass.${errorClass}` : null;
      const zero = cap ?? (errorClass === "UNKNOWN" && retry.maxUnknownRetries === 0 ? "retry.maxUnknownRetries" : null);
      return zero === null ? [] : warn(`${zero} is 0: the strategy is never asked.`, `Leave it out, or raise ${zero}.`);
    });
  },
};
