import type { View } from "../subjects/index.ts";
import type { Traffic } from "../traffic.ts";
import { counted, ms } from "../wording.ts";
import { budgetLimits, mostWithin, type Rate, retriesBefore } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

/** The time in which hedges are counted. */
const MINUTE_MS = 60_000;

export const retriesFillLimit: SubjectRule = {
  id: "retries-fill-limit",
  summary: "The retries alone can use up a rate limit, so that nothing is left for first attempts.",
  reads: [
    "limiter",
    "maxAttempts",
    "strategy",
    "strategies",
    "maxRetriesPerClass",
    "maxUnknownRetries",
    "budget",
    "deadlineMs",
    "hedge",
  ],
  check(view, traffic) {
    if (view.worst.attempts === 1) return [];
    return view.limiters.flatMap((limits) =>
      (limits.kind === "rate" ? limits.rates : []).flatMap((rate) => {
        const { intervalMs, limit, cost } = rate;
        const { many, who } = furtherWithin(intervalMs, view, traffic);
        if (limit === Infinity || many * cost < mostWithin(rate)) return [];
        const option = `${rate.option}.limit`;
        const further = many === Infinity ? "any number of further attempts" : counted(many, "further attempt");
        const message =
          `${option} is ${limit} within ${ms(intervalMs)}, but while the dependency fails, ${who} may make ${further} in that time, ` +
          `which use up limiter "${limits.name}" alone: first attempts are turned away.`;
        const fix =
          "Lower retry.maxAttempts, lengthen the delays, or give a budget that allows fewer retries: new Budget({ maxRetries, windowMs }).";
        return [{ option, value: limit, message, fix }];
      }),
    );
  },
};

/** How many retries and hedges may begin within an interval: those of one call or, where the traffic is known, of all. */
function furtherWithin(
  intervalMs: Rate["intervalMs"],
  { plan: { retry }, worst, hedge }: View,
  { callsPerSecond }: Traffic,
): { readonly many: number; readonly who: string } {
  const { attempts, perRound, retried, usual } = worst;
  const rounds = 1 + retriesBefore(intervalMs, usual.rounds - 1, usual.shortest);
  const seconds = Math.max(intervalMs, MINUTE_MS) / 1000;
  const calls = callsPerSecond === undefined ? 1 : Math.ceil((callsPerSecond * intervalMs) / 1000);
  const allowed = callsPerSecond === undefined ? Infinity : (hedge?.loadRatio ?? Infinity) * callsPerSecond * seconds;
  const hedges = perRound === 1 ? 0 : Math.min(calls * rounds * (perRound - 1), allowed);
  const budget = retry === null ? Infinity : budgetWithin(intervalMs, budgetLimits(retry.budget, retried));
  const who = callsPerSecond === undefined ? "one call" : `${counted(callsPerSecond, "call")} per second`;
  return { many: Math.floor(Math.min(calls * (attempts - 1), calls * (rounds - 1) + hedges, budget)), who };
}

/** How many retries a budget allows within an interval in which nothing succeeds. */
function budgetWithin(intervalMs: number, limits: ReturnType<typeof budgetLimits>): number {
  if (limits.kind === "rolling") return limits.maxRetries * Math.ceil(intervalMs / limits.windowMs);
  if (limits.kind === "throttle") return limits.capacity;
  if (limits.kind !== "tokens" || limits.costs.length === 0) return Infinity;
  return Math.floor(limits.capacity / Math.min(...limits.costs.map(([, cost]) => cost)));
}
