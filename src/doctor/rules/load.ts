/* Rules about what bounds a call, and all calls together. */
import { ms, plural } from "../in-words.ts";
import { toldOf } from "../made-by.ts";
import type { Rule, Warning } from "./warning.ts";

export const noBudget: Rule = {
  id: "no-budget",
  reads: ["maxAttempts", "budget"],
  check({ plan: { retry }, worst: { retried, attempts } }) {
    if (retry === null || retried.length === 0 || retry.budget !== undefined) return [];
    const many = attempts === Infinity ? "any number of" : `up to ${attempts}`;
    const message = `There is no retry.budget: while the dependency is down, every call makes ${many} requests, so the load on it multiplies just then.`;
    const fix = "Share one budget between the policies of a dependency: budget: new TokenBudget({ capacity: 10 }).";
    return [{ option: "retry.budget", value: null, message, fix }];
  },
};

export const budgetNeverRefills: Rule = {
  id: "budget-never-refills",
  reads: ["budget"],
  check({ plan: { retry } }) {
    const budget = toldOf(retry?.budget);
    const { name, settings = {} } = budget ?? {};
    const { successRefund, maxRetries, windowMs, capacity, retryCost } = settings;
    const warn = (why: string, fix: string): readonly Warning[] => [
      { option: "retry.budget", value: budget, message: `retry.budget is a ${name} ${why}`, fix },
    ];
    if (name === "TokenBudget" && successRefund === 0) {
      const why = `with successRefund 0: its ${plural(Number(capacity), "token")} are all there ever will be, and then no call is retried any more.`;
      return warn(why, "Set successRefund above 0: the share of calls that may be retried in the long run, times retryCost.");
    }
    if (name === "TokenBudget" && Number(retryCost) > Number(capacity)) {
      const why = `whose capacity (${capacity}) is below its retryCost (${retryCost}): it never pays for a retry.`;
      return warn(why, "Set capacity to the retries that may be made at once, times retryCost.");
    }
    if (name === "Budget" && windowMs === Infinity && maxRetries !== Infinity) {
      const why = `whose windowMs is Infinity: after ${plural(Number(maxRetries), "retry", "retries")} no call is retried any more.`;
      return warn(why, "Set windowMs to the time in which maxRetries may be made: 10_000, say.");
    }
    return [];
  },
};

export const noDeadline: Rule = {
  id: "no-deadline",
  reads: ["deadlineMs", "maxAttempts", "attemptTimeoutMs", "strategy", "strategies"],
  check({ plan: { retry }, worst: { retried, attempts, totalMs } }) {
    if (retry === null || retried.length === 0 || retry.deadlineMs !== Infinity) return [];
    const unbounded =
      attempts === Infinity
        ? "nothing bounds the call: neither its attempts nor its time"
        : `${plural(attempts, "attempt")} may take any time, since retry.attemptTimeoutMs is Infinity too`;
    const why = totalMs === Infinity ? unbounded : `${plural(attempts, "attempt")} and their delays may take ${ms(totalMs)}`;
    const message = `retry.deadlineMs is Infinity: ${why}.`;
    const fix = "Set it to the time after which nobody waits for the answer any more.";
    return [{ option: "retry.deadlineMs", value: retry.deadlineMs, message, fix }];
  },
};
