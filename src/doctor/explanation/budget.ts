import type { View } from "../subjects/index.ts";
import { counted, list, ms } from "../wording.ts";
import { budgetLimits } from "../worst-case/index.ts";

export function budgetSentences({ plan: { retry }, worst: { retried } }: View): readonly string[] {
  if (retry === null) return [];
  const limits = budgetLimits(retry.budget, retried);
  switch (limits.kind) {
    case "other":
      return ["The budget may refuse retries: it tells nothing of its settings."];
    case "unlimited":
      return ["The budget is unlimited: it allows any number of retries."];
    case "throttle": {
      const { capacity, timeoutCapacity, successRefund } = limits;
      return [
        `The budget makes retries of all calls together while at most ${counted(capacity, "failure")} and at most ` +
          `${counted(timeoutCapacity, "timeout")} are not made up for: each success makes up for ${successRefund} of both.`,
      ];
    }
    case "rolling":
      return limits.maxRetries === Infinity
        ? ["The budget allows any number of retries."]
        : [
            `The budget allows ${counted(limits.maxRetries, "retry", "retries")} of all calls together within any ${ms(limits.windowMs)}.`,
          ];
    case "tokens": {
      const { capacity, successRefund, costs } = limits;
      const [cost = 1, ...others] = new Set(costs.map(([, each]) => each));
      if (others.length > 0 || cost === 0) {
        const each = costs.map(([errorClass, tokens]) => `${tokens} after ${errorClass}`);
        return [
          `The budget has ${counted(capacity, "token")} for the retries of all calls together. A retry takes ${list(each)}; a success gives ${successRefund} back.`,
        ];
      }
      const atOnce = Math.floor(capacity / cost);
      const share = Math.round((successRefund / cost) * 1000) / 1000;
      return [
        `The budget allows ${counted(atOnce, "retry", "retries")} of all calls together and, once they are spent, ${share} per success.`,
      ];
    }
  }
}
