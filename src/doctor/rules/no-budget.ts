import { descriptionOf } from "../../core/part.ts";
import { budgetLimits } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

export const noBudget: SubjectRule = {
  id: "no-budget",
  summary: "Nothing bounds the retries of all calls together.",
  reads: ["maxAttempts", "budget"],
  check({ plan: { retry }, worst: { retried, attempts } }, { callsPerSecond }) {
    if (retry === null || retried.length === 0) return [];
    const value = descriptionOf(retry.budget);
    const limits = budgetLimits(retry.budget, retried);
    const many = attempts === Infinity ? "any number of" : `up to ${attempts}`;
    const rate =
      callsPerSecond === undefined ? "" : ` (${callsPerSecond} calls per second: ${attempts * callsPerSecond} requests)`;
    const load = `while the dependency is down, every call makes ${many} requests${rate}, so the load on it multiplies just then.`;
    const warn = (what: string, fix: string) => [
      { option: "retry.budget", value, message: `retry.budget is ${what}: ${load}`, fix },
    ];
    if (limits.kind === "unlimited")
      return warn(
        "unlimited",
        "Leave it out: the RetryThrottle that a retry has by default gives up retries after timeouts only in an overload, which ends " +
          "as soon as without retries. Without a budget it does not end at all (docs/evidence.md).",
      );
    if (limits.kind === "rolling" && limits.maxRetries === Infinity)
      return warn(`a ${value.name} with maxRetries Infinity, which bounds nothing`, "Give maxRetries a number.");
    if (limits.kind === "tokens" && limits.costs.every(([, cost]) => cost === 0))
      return warn(`a ${value.name} whose retries cost 0, which bounds nothing`, "Let retries cost something.");
    return [];
  },
};
