import type { View } from "../subjects/index.ts";
import type { Traffic } from "../traffic.ts";
import { counted, ms } from "../wording.ts";
import { budgetLimits, mostWithin, type Rate, retriesBefore } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

export const retriesFillLimit: SubjectRule = {
  id: "retries-fill-limit",
  summary: "The retries alone can use up a rate limit, so that nothing is left for first attempts.",
  reads: ["limiter", "maxAttempts", "strategy", "strategies", "maxRetriesPerClass", "maxUnknownRetries", "budget", "deadlineMs"],
  check(view, traffic) {
    if (view.worst.attempts === 1) return [];
    return view.limiters.flatMap((limits) =>
      (limits.kind === "rate" ? limits.rates : []).flatMap((rate) => {
        const { intervalMs, limit, cost } = rate;
        const { many, who } = retriesWithin(intervalMs, view, traffic);
        if (many * cost < mostWithin(rate)) return [];
        const option = `${rate.option}.limit`;
        const retries = many === Infinity ? "any number of retries" : counted(many, "retry", "retries");
        const message =
          `${option} is ${limit} within ${ms(intervalMs)}, but while the dependency fails, ${who} may make ${retries} in that time, ` +
          `which use up limiter "${limits.name}" alone: first attempts are turned away.`;
        const fix =
          "Lower retry.maxAttempts, lengthen the delays, or give a budget that allows fewer retries: new Budget({ maxRetries, windowMs }).";
        return [{ option, value: limit, message, fix }];
      }),
    );
  },
};

/** How many retries, hedges among them, may begin within an interval: those of one call or, where the traffic is known, of all. */
function retriesWithin(
  intervalMs: Rate["intervalMs"],
  { plan: { retry }, worst }: View,
  { callsPerSecond }: Traffic,
): { readonly many: number; readonly who: string } {
  const { attempts, perRound, retried, usual } = worst;
  const ofOne = Math.min(attempts, perRound * (1 + retriesBefore(intervalMs, usual.rounds - 1, usual.shortest))) - 1;
  const calls = callsPerSecond === undefined ? 1 : Math.ceil((callsPerSecond * intervalMs) / 1000);
  const budget = retry === null ? Infinity : budgetWithin(intervalMs, budgetLimits(retry.budget, retried));
  const who = callsPerSecond === undefined ? "one call" : `${counted(callsPerSecond, "call")} per second`;
  return { many: Math.min(calls * ofOne, budget), who };
}

/** How many retries a budget allows within an interval in which nothing succeeds. */
function budgetWithin(intervalMs: number, limits: ReturnType<typeof budgetLimits>): number {
  if (limits.kind === "rolling") return limits.maxRetries * Math.ceil(intervalMs / limits.windowMs);
  if (limits.kind === "throttle") return limits.capacity;
  if (limits.kind !== "tokens" || limits.costs.length === 0) return Infinity;
  return Math.floor(limits.capacity / Math.min(...limits.costs.map(([, cost]) => cost)));
}
