import { descriptionOf } from "../../core/part.ts";
import { budgetLimits } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

export const noBudget: SubjectRule = {
  id: "no-budget",
  summary: "Nothing bounds the retries of all calls together.",
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
    const told = budgetLimits(retry.budget, retried);
    const message = (why: string): string => `retry.budget is a ${value?.name} ${why}, which bounds nothing: ${load}`;
    if (told.kind === "rolling" && told.maxRetries === Infinity)
      return [{ option: "retry.budget", value, message: message("with maxRetries Infinity"), fix: "Give maxRetries a number." }];
    if (told.kind === "tokens" && told.costs.every(([, cost]) => cost === 0))
      return [{ option: "retry.budget", value, message: message("whose retries cost 0"), fix: "Let retries cost something." }];
    return [];
  },
};
