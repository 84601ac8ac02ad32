/* Rules about what bounds a call, and all calls together. */

import { descriptionOf } from "../../core/part.ts";
import { budgetOf } from "../budget-of.ts";
import { list, ms, plural } from "../in-words.ts";
import type { Rule, Warning } from "./warning.ts";

export const noBudget: Rule = {
  id: "no-budget",
  reads: ["maxAttempts", "budget"],
  check({ plan: { retry }, worst: { retried, attempts } }) {
    if (retry === null || retried.length === 0) return [];
    const many = attempts === Infinity ? "any number of" : `up to ${attempts}`;
    const load = `while the dependency is down, every call makes ${many} requests, so the load on it multiplies just then.`;
    const value = retry.budget === undefined ? null : descriptionOf(retry.budget);
    if (retry.budget === undefined) {
      const fix = "Share one budget between the policies of a dependency: budget: new TokenBudget({ capacity: 10 }).";
      return [{ option: "retry.budget", value, message: `There is no retry.budget: ${load}`, fix }];
    }
    const told = budgetOf(retry.budget, retried);
    const message = (why: string): string => `retry.budget is a ${value?.name} ${why}, which bounds nothing: ${load}`;
    if (told.kind === "rolling" && told.maxRetries === Infinity)
      return [{ option: "retry.budget", value, message: message("with maxRetries Infinity"), fix: "Give maxRetries a number." }];
    if (told.kind === "tokens" && told.costs.every(([, cost]) => cost === 0))
      return [{ option: "retry.budget", value, message: message("whose retries cost 0"), fix: "Let retries cost something." }];
    return [];
  },
};

export const budgetRunsDry: Rule = {
  id: "budget-runs-dry",
  reads: ["maxAttempts", "budget", "strategy", "strategies", "perClassMaxAttempts", "maxUnknownAttempts"],
  check({ plan: { retry }, worst: { retried } }) {
    if (retry?.budget === undefined || retried.length === 0) return [];
    const value = descriptionOf(retry.budget);
    const told = budgetOf(retry.budget, retried);
    const warn = (why: string, fix: string): readonly Warning[] => [
      { option: "retry.budget", value, message: `retry.budget is a ${value?.name} ${why}`, fix },
    ];
    if (told.kind === "rolling") {
      const { maxRetries, windowMs } = told;
      if (maxRetries === 0) return warn("with maxRetries 0: it never allows a retry.", "Set maxRetries above 0.");
      if (windowMs < Infinity || maxRetries === Infinity) return [];
      const why = `whose windowMs is Infinity: after ${plural(maxRetries, "retry", "retries")} no call is retried any more.`;
      return warn(why, "Set windowMs to the time in which maxRetries may be made: 10_000, say.");
    }
    if (told.kind === "other") return [];
    const { capacity, successRefund, costs } = told;
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
    const why = `with successRefund 0: its ${plural(capacity, "token")} are all there ever will be, and then no call is retried any more.`;
    return warn(why, "Set successRefund above 0: the share of calls that may be retried in the long run, times retryCost.");
  },
};

export const noDeadline: Rule = {
  id: "no-deadline",
  reads: ["deadlineMs", "maxAttempts", "attemptTimeoutMs", "strategy", "strategies", "sleep", "sleeper"],
  check({ plan: { retry }, worst: { retried, attempts, totalMs } }) {
    if (retry === null || retried.length === 0 || retry.deadlineMs !== Infinity) return [];
    const many = plural(attempts, "attempt");
    const unbounded =
      attempts === Infinity
        ? "nothing bounds the call: neither its attempts nor its time"
        : retry.attemptTimeoutMs === Infinity
          ? `${many} may take any time, since retry.attemptTimeoutMs is Infinity too`
          : `the delays between ${many} may take any time`;
    const why = totalMs === Infinity ? unbounded : `${many} and their delays may take ${ms(totalMs)}`;
    const message = `retry.deadlineMs is Infinity: ${why}.`;
    const fix = "Set it to the time after which nobody waits for the answer any more.";
    return [{ option: "retry.deadlineMs", value: retry.deadlineMs, message, fix }];
  },
};
