import { descriptionOf } from "../../core/part.ts";
import { counted, list } from "../wording.ts";
import { budgetLimits } from "../worst-case/index.ts";
import type { SubjectRule, Warning } from "./rule.ts";

export const budgetRunsDry: SubjectRule = {
  id: "budget-runs-dry",
  summary: "A budget is empty from the beginning, or stays empty once it is spent.",
  reads: ["maxAttempts", "budget", "strategy", "strategies", "maxRetriesPerClass", "maxUnknownRetries"],
  check({ plan: { retry }, worst: { retried } }) {
    if (retry === null || retried.length === 0) return [];
    const value = descriptionOf(retry.budget);
    const told = budgetLimits(retry.budget, retried);
    const warn = (why: string, fix: string): readonly Warning[] => [
      { option: "retry.budget", value, message: `retry.budget is a ${value.name} ${why}`, fix },
    ];
    if (told.kind === "rolling") {
      const { maxRetries, windowMs } = told;
      if (maxRetries === 0) return warn("with maxRetries 0: it never allows a retry.", "Set maxRetries above 0.");
      if (windowMs < Infinity || maxRetries === Infinity) return [];
      const why = `whose windowMs is Infinity: after ${counted(maxRetries, "retry", "retries")} no call is retried any more.`;
      return warn(why, "Set windowMs to the time in which maxRetries may be made: 10_000, say.");
    }
    if (told.kind === "other" || told.kind === "unlimited") return [];
    const { capacity, successRefund } = told;
    // What a throttle counts is failures, whatever their class: a token each.
    const costs = told.kind === "tokens" ? told.costs : retried.map(({ errorClass }) => [errorClass, 1] as const);
    const tooDear = costs.filter(([, cost]) => cost > capacity);
    if (tooDear.length > 0) {
      const [first] = tooDear.map(([, cost]) => cost);
      const alike = tooDear.every(([, cost]) => cost === first);
      const classes = list(tooDear.map(([errorClass, cost]) => (alike ? errorClass : `${errorClass} (${cost})`)));
      const after = tooDear.length === costs.length ? "" : ` after ${classes}`;
      const cost = alike ? ` (${first})` : "";
      const why = `whose capacity (${capacity}) is below what a retry${after} costs${cost}: it never pays for one.`;
      return warn(why, "Set capacity to the retries that may be made at once, times what one costs.");
    }
    if (successRefund > 0 || costs.every(([, cost]) => cost === 0)) return [];
    const why = `with successRefund 0: its ${counted(capacity, "token")} are all there ever will be, and then no call is retried any more.`;
    const times = told.kind === "tokens" ? ", times retryCost" : "";
    return warn(why, `Set successRefund above 0: the share of calls that may be retried in the long run${times}.`);
  },
};
